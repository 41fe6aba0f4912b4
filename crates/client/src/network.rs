//! How this PC reaches the outside: straight, or through the company's proxy (SPEC L).
//!
//! One place decides which proxy is taken; the requests and the connection diagnosis both ask it.

mod address;
mod tunnel;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;
use warifu_keystore::{KeyError, KeyStore};
use warifu_protocol::SecretText;
use zeroize::Zeroizing;

pub(crate) use self::{
    address::{Proxy, ProxyLogin, manual_address},
    tunnel::TunnelError,
};
use crate::{Client, Failure, view::ProxyChoice};

/// The proxy of this PC, as it was chosen and as it is found, and what it is told.
pub(crate) struct Network {
    keystore: Arc<dyn KeyStore>,
    choice: RwLock<ProxyChoice>,
    /// By the proxy's host and port: what is told to one is never told to another.
    logins: RwLock<HashMap<String, ProxyLogin>>,
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}

impl Network {
    pub(crate) fn new(keystore: Arc<dyn KeyStore>, choice: ProxyChoice) -> Self {
        Self { keystore, choice: RwLock::new(choice), logins: RwLock::default() }
    }

    /// From now on.
    pub(crate) fn choose(&self, choice: ProxyChoice) {
        *self.choice.write().unwrap_or_else(PoisonError::into_inner) = choice;
    }

    /// The proxy on the way to `url`, if there is one.
    pub(crate) fn proxy_for(&self, url: &Url) -> Option<Proxy> {
        let choice = self.choice.read().unwrap_or_else(PoisonError::into_inner).clone();
        let matcher = match choice {
            ProxyChoice::None => return None,
            ProxyChoice::System => Matcher::from_system(),
            ProxyChoice::Manual { address } => Matcher::builder().all(address).build(),
        };
        let mut proxy = Proxy::of(&matcher.intercept(&url.as_str().parse().ok()?)?)?;
        let logins = self.logins.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(login) = logins.get(&proxy.place()) {
            proxy.login = Some(login.clone());
        }
        Some(proxy)
    }

    /// The proxy auto-configuration script that this PC is set to, if that is what decides. It is not
    /// evaluated: that would run a program from the network, and no library for it is well kept.
    pub(crate) fn script(&self) -> Option<String> {
        match &*self.choice.read().unwrap_or_else(PoisonError::into_inner) {
            ProxyChoice::System => system_script(),
            ProxyChoice::None | ProxyChoice::Manual { .. } => None,
        }
    }

    /// Takes what was kept for `proxy` out of the operating system's keystore; whether that is
    /// something that it was not told before. Blocks.
    pub(crate) fn recall(&self, proxy: &Proxy) -> Result<bool, Failure> {
        let login = match self.keystore.secret(&secret_name(&proxy.place())) {
            Ok(kept) => ProxyLogin::parse(&kept),
            Err(KeyError::Missing) => None,
            Err(error) => return Err(error.into()),
        };
        let Some(login) = login.filter(|login| proxy.login.as_ref() != Some(login)) else {
            return Ok(false);
        };
        self.remember(proxy.place(), login);
        Ok(true)
    }

    fn remember(&self, place: String, login: ProxyLogin) {
        self.logins.write().unwrap_or_else(PoisonError::into_inner).insert(place, login);
    }

    /// For the HTTP library, which asks for each new connection.
    pub(crate) fn for_requests(self: &Arc<Self>) -> reqwest::Proxy {
        let network = Arc::clone(self);
        reqwest::Proxy::custom(move |url| network.proxy_for(url).and_then(|proxy| proxy.url()))
    }
}

impl Client {
    /// Keeps, in the operating system's keystore, what the proxy at `place` (host and port, as the
    /// failure named it) is to be told, and uses it from now on.
    ///
    /// # Errors
    ///
    /// `invalid-request` with the field for a name that no proxy can be told (RFC 7617 §2: no colon,
    /// no control characters) or that is empty or too long; the keystore's.
    pub async fn keep_proxy_login(
        &self,
        place: String,
        user: String,
        password: SecretText,
    ) -> Result<(), Failure> {
        let login = ProxyLogin::new(user, password)?;
        self.blocking(move |inner| {
            let text = Zeroizing::new(login.to_text());
            inner.keystore.keep_secret(&secret_name(&place), text)?;
            inner.network.remember(place, login);
            Ok(())
        })
        .await
    }

    /// The proxies on the way to the backends: host and port of each.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn proxies(&self) -> Result<Vec<String>, Failure> {
        self.blocking(|inner| {
            let mut places = Vec::new();
            for profile in inner.database.profiles()? {
                for url in [&profile.profile.enrolment, &profile.profile.service] {
                    places.extend(inner.network.proxy_for(url).map(|proxy| proxy.place()));
                }
            }
            places.sort();
            places.dedup();
            Ok(places)
        })
        .await
    }

    /// Forgets what the proxies on the way to the backends are told.
    ///
    /// # Errors
    ///
    /// The database's; the keystore's.
    pub async fn forget_proxy_logins(&self) -> Result<(), Failure> {
        let places = self.proxies().await?;
        self.blocking(move |inner| {
            for place in places {
                inner.keystore.forget_secret(&secret_name(&place))?;
            }
            inner.network.logins.write().unwrap_or_else(PoisonError::into_inner).clear();
            Ok(())
        })
        .await
    }
}

/// Only Windows keeps it where every program may look.
fn system_script() -> Option<String> {
    #[cfg(windows)]
    return windows_registry::CURRENT_USER
        .open(r"Software\Microsoft\Windows\CurrentVersion\Internet Settings")
        .and_then(|settings| settings.get_string("AutoConfigURL"))
        .ok()
        .filter(|address| !address.trim().is_empty());
    #[cfg(not(windows))]
    None
}

fn secret_name(place: &str) -> String {
    format!("proxy {place}")
}

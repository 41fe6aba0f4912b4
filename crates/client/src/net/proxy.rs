//! How this PC reaches the outside: straight, or through the company's proxy (SPEC L).
//!
//! One place decides which proxy is taken, tells it who asks, and makes the connection; the requests
//! and the connection diagnosis both use it, so that they cannot come to different ends.

mod choice;
mod exceptions;
pub(crate) mod tunnel;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use tokio::{net::TcpStream, task::spawn_blocking, time::Instant};
use url::Url;
use warifu_keystore::SecretStore;
use warifu_protocol::ErrorCode;

pub(crate) use self::choice::{Way, target};
use self::tunnel::{TunnelError, Why};
use super::resolver::dial;
use crate::{
    Failure,
    model::{
        proxy::{Proxies, Proxy, ProxyLogin},
        settings::ProxyChoice,
    },
};

/// The proxy of this PC, as it was chosen and as it is found, and what it is told.
pub(crate) struct Network {
    secrets: Arc<dyn SecretStore>,
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
    pub(crate) fn new(secrets: Arc<dyn SecretStore>, choice: ProxyChoice) -> Self {
        Self { secrets, choice: RwLock::new(choice), logins: RwLock::default() }
    }

    /// From now on.
    pub(crate) fn choose(&self, choice: ProxyChoice) {
        *self.choice.write().unwrap_or_else(PoisonError::into_inner) = choice;
    }

    /// The way to `url`.
    pub(crate) fn way_to(&self, url: &Url) -> Way {
        let choice = self.choice.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut way = choice::way(&choice, url);
        if let Way::Proxy(proxy, _) = &mut way {
            let logins = self.logins.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(login) = logins.get(&proxy.place()) {
                proxy.login = Some(login.clone());
            }
        }
        way
    }

    /// A connection to where `url` leads, over which nothing was said yet.
    ///
    /// # Errors
    ///
    /// Those of the proxy on the way, with its place, or of the host, with its name; never one for the
    /// other.
    pub(crate) async fn connect(
        self: &Arc<Self>,
        url: &Url,
        deadline: Instant,
    ) -> Result<TcpStream, Failure> {
        let Some((host, port)) = target(url) else {
            return Err(Failure::new(ErrorCode::ProfileInvalid));
        };
        match self.way_to(url) {
            Way::NotUnderstood(odd) => Err(odd.failure()),
            Way::Proxy(proxy, _) => {
                let tunnel = self.tunnel(&proxy, &host, port, deadline).await;
                tunnel.map_err(|error| error.failure())
            }
            Way::Direct | Way::Script(_) => {
                dial(&host, port, deadline).await.map_err(|error| error.failure(&host))
            }
        }
    }

    /// A tunnel through a proxy. If it asks who wants it, it is told what was kept for it.
    pub(crate) async fn tunnel(
        self: &Arc<Self>,
        proxy: &Proxy,
        host: &str,
        port: u16,
        deadline: Instant,
    ) -> Result<TcpStream, TunnelError> {
        let refused = match proxy.tunnel(host, port, deadline).await {
            Err(refused) if matches!(refused.why, Why::Authentication { basic: true }) => refused,
            ended => return ended,
        };
        let (network, asking) = (Arc::clone(self), proxy.clone());
        let recalled = spawn_blocking(move || network.recall(&asking)).await;
        match recalled.map_err(Failure::from).and_then(|recalled| recalled) {
            Ok(Some(login)) => {
                let known = Proxy { login: Some(login), ..proxy.clone() };
                known.tunnel(host, port, deadline).await
            }
            Ok(None) => Err(refused),
            Err(failure) => Err(proxy.refused(Why::Keystore(failure))),
        }
    }

    /// Takes what was kept for `proxy` out of the operating system's keystore, if that is something
    /// that it was not told before. Blocks.
    fn recall(&self, proxy: &Proxy) -> Result<Option<ProxyLogin>, Failure> {
        let kept = self.secrets.get(&secret_name(&proxy.place()))?;
        let login = kept.and_then(|kept| ProxyLogin::from_text(&kept));
        let login = login.filter(|login| proxy.login.as_ref() != Some(login));
        if let Some(login) = &login {
            self.remember(proxy.place(), login.clone());
        }
        Ok(login)
    }

    fn remember(&self, place: String, login: ProxyLogin) {
        self.logins.write().unwrap_or_else(PoisonError::into_inner).insert(place, login);
    }
}

/// What the proxies on the way are told, kept in the operating system's keystore. All of it blocks.
impl Network {
    /// Keeps what the proxy at `place` is to be told, and uses it from now on.
    ///
    /// # Errors
    ///
    /// The keystore's.
    pub(crate) fn save_login(&self, place: String, login: ProxyLogin) -> Result<(), Failure> {
        self.secrets.set(&secret_name(&place), &login.to_text())?;
        self.remember(place, login);
        Ok(())
    }

    /// Forgets what the proxies at these places are told.
    ///
    /// # Errors
    ///
    /// The keystore's.
    pub(crate) fn forget_logins(&self, places: &[String]) -> Result<(), Failure> {
        for place in places {
            self.secrets.delete(&secret_name(place))?;
        }
        self.logins.write().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }

    /// The proxies on the way to these addresses, and what is wrong with how they are set.
    pub(crate) fn proxies<'a>(&self, urls: impl Iterator<Item = &'a Url>) -> Proxies {
        let mut found = Proxies::default();
        for url in urls {
            let problem = match self.way_to(url) {
                Way::Direct | Way::Script(_) => None,
                Way::NotUnderstood(odd) => Some(odd.failure()),
                Way::Proxy(proxy, _) => {
                    found.places.push(proxy.place());
                    let unsupported = proxy.refused(Why::Unsupported).failure();
                    (!proxy.is_understood()).then_some(unsupported)
                }
            };
            found.problems.extend(problem.filter(|one| !found.problems.contains(one)));
        }
        found.places.sort();
        found.places.dedup();
        found
    }
}

fn secret_name(place: &str) -> String {
    format!("proxy {place}")
}

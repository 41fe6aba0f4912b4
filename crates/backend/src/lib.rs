#![doc = include_str!("../README.md")]

mod audit;
pub mod cli;
mod config;
mod crl;
mod domain;
mod error;
mod folder;
mod http;
mod mail;
mod network;
mod notice;
mod pace;
mod random;
mod serve;
mod server_certificate;

use std::{collections::HashSet, sync::Arc, time::SystemTime};

use tokio::sync::Mutex;
use warifu_pki::{ClientProfile, Issuer};
use warifu_protocol::Timestamp;
use warifu_store::Store;

use crate::{
    config::Config,
    domain::{
        credentials::{lanes::Passwords, throttle::Throttle},
        login::Turns,
        refusals::Refusals,
    },
    pace::Pace,
};

pub use crate::serve::{Running, serve};

/// Tells the time. Everything below asks its caller instead.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// This machine's clock.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::try_from(since.as_secs()).unwrap_or(Timestamp::MAX)
    })
}

/// Takes the public key, a SubjectPublicKeyInfo, out of a certificate request as the backend does.
#[cfg(feature = "fuzzing")]
#[must_use]
pub fn requested_key(der: &[u8]) -> Option<Vec<u8>> {
    warifu_pki::PublicKey::of_request(der).ok().map(|key| key.spki())
}

/// What every request shares.
pub(crate) struct Backend {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) issuer: Arc<Issuer>,
    /// What users' certificates say.
    pub(crate) client_profile: ClientProfile,
    pub(crate) passwords: Passwords,
    /// Of wrong passwords on the enrolment listener.
    pub(crate) throttle: Throttle,
    /// Of wrong current passwords in the main menu's change screen.
    pub(crate) change_throttle: Throttle,
    /// Of changes, whoever asks for them.
    pub(crate) pace: Pace,
    /// The turns of a user's logins.
    pub(crate) logins: Turns,
    /// The customers that are importing users, by row.
    pub(crate) imports: std::sync::Mutex<HashSet<i64>>,
    /// What is refused and counted, and not recorded yet.
    pub(crate) refusals: Refusals,
    pub(crate) clock: Clock,
    /// The last revocation list.
    pub(crate) crl: Mutex<Option<crl::SignedList>>,
}

impl Backend {
    /// What every request shares, with nothing counted and nobody at work yet.
    ///
    /// # Errors
    ///
    /// No memory or no threads for the hashing of passwords; a configuration that allows no certificates.
    pub(crate) fn new(
        config: Config,
        store: Store,
        issuer: Issuer,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            client_profile: config.client_profile()?,
            config,
            store,
            issuer: Arc::new(issuer),
            passwords: Passwords::new()?,
            throttle: Throttle::default(),
            change_throttle: Throttle::default(),
            pace: Pace::default(),
            logins: Turns::default(),
            imports: std::sync::Mutex::default(),
            refusals: Refusals::default(),
            clock,
            crl: Mutex::default(),
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

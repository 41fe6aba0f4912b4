//! What every request shares.

use std::{collections::HashSet, sync::Arc};

use tokio::sync::Mutex;
use warifu_pki::{ClientProfile, Issuer};
use warifu_protocol::Timestamp;
use warifu_store::Store;
use zeroize::Zeroizing;

use super::{
    credentials::{lanes::Passwords, throttle::Throttle},
    crl::SignedList,
    login::Turns,
    refusals::Refusals,
    sso::keys::Keys,
};
use crate::{clock::Clock, config::Config, metrics::Metrics, pace::Pace};

/// The configuration, the database, the authority, and what is counted and at work.
pub(crate) struct Backend {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) issuer: Arc<Issuer>,
    /// What users' certificates say.
    pub(crate) client_profile: ClientProfile,
    pub(crate) passwords: Passwords,
    /// What a monitoring system is told.
    pub(crate) metrics: Metrics,
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
    /// What signs for services, where there are any.
    pub(crate) web_keys: Option<Keys>,
    /// The last revocation list.
    pub(crate) crl: Mutex<Option<SignedList>>,
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
        let metrics = Metrics::default();
        Ok(Self {
            client_profile: config.client_profile()?,
            config,
            store,
            issuer: Arc::new(issuer),
            passwords: Passwords::new(metrics.password_queue().clone())?,
            metrics,
            throttle: Throttle::default(),
            change_throttle: Throttle::default(),
            pace: Pace::default(),
            logins: Turns::default(),
            imports: std::sync::Mutex::default(),
            refusals: Refusals::default(),
            clock,
            web_keys: None,
            crl: Mutex::default(),
        })
    }

    /// The same, and it signs for services with keys under that passphrase.
    #[must_use]
    pub(crate) fn with_web_keys(self, passphrase: Zeroizing<String>) -> Self {
        Self { web_keys: Some(Keys::new(passphrase)), ..self }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

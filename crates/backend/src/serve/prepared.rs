//! What is read and tried before anything is served, so that a mistake is told at once.

use std::{path::Path, sync::Arc};

use warifu_pki::Issuer;
use zeroize::Zeroizing;

use super::{
    checkpoints::Checkpoints,
    descriptors,
    listener::Limits,
    provided::{Files, Provided},
};
use crate::{
    clock::Clock,
    config::{
        Config,
        web::{Transport, WebConfig},
    },
    delivery,
    folder::{self, RecordKey},
    mail::smtp::Mailer,
};

/// Open files beside connections: the database with its readers, the log, letters, what the system
/// holds open.
const OTHER_FILES: usize = 128;

/// Connections of monitoring systems at the same time.
const WATCHERS: usize = 16;

/// All that is served with but the database.
pub(super) struct Prepared {
    pub(super) config: Config,
    pub(super) limits: Limits,
    pub(super) watchers: Limits,
    pub(super) issuer: Issuer,
    pub(super) web: Option<Web>,
    /// Of the keys that sign for services.
    pub(super) passphrase: Option<Zeroizing<String>>,
    pub(super) checkpoints: Option<Checkpoints>,
}

impl Prepared {
    /// Takes a moment of a core: the passphrase opens the authority's key slowly on purpose.
    pub(super) fn read(dir: &Path, clock: &Clock) -> anyhow::Result<Self> {
        let config = Config::load(dir)?;
        for note in config.provider.notes() {
            tracing::warn!("{note}");
        }
        let limits = Limits::of(config.max_connections);
        let listeners = if config.web.is_some() { 3 } else { 2 };
        let watchers = Limits::of(WATCHERS);
        let others = OTHER_FILES.saturating_add(watchers.all());
        descriptors::allow(limits.all().saturating_mul(listeners).saturating_add(others))?;
        let issuer = folder::open_issuer(dir, &config)?;
        let days = (issuer.not_after() - clock()) / 86_400;
        if days < 400 {
            tracing::warn!(days, "the authority's certificate expires soon: plan its successor");
        }
        // Tried now, so that a mistake is told at once.
        config.mail.as_ref().map(|mail| Mailer::new(mail, &config.server_names)).transpose()?;
        let web = config.web.as_ref().map(|web| Web::open(web, clock)).transpose()?;
        let passphrase = web
            .is_some()
            .then(|| folder::passphrase(config.passphrase_file.as_deref()))
            .transpose()?;
        let checkpoints = match &config.audit {
            Some(audit) => {
                let key = RecordKey::open(dir, &config)?;
                Some(Checkpoints::new(key, &audit.checkpoints)?)
            }
            None => None,
        };
        Ok(Self { config, limits, watchers, issuer, web, passphrase, checkpoints })
    }
}

/// What the listener for browsers and services needs, tried before anything is served.
pub(super) struct Web {
    pub(super) certificate: Option<Arc<Provided>>,
    pub(super) counts_networks: bool,
    pub(super) caller: Arc<delivery::Caller>,
}

impl Web {
    fn open(web: &WebConfig, clock: &Clock) -> anyhow::Result<Self> {
        let certificate = match web.transport() {
            Transport::Tls { certificate, key } => {
                let files = Files::new(certificate, key, &web.url);
                Some(Provided::open(files, Arc::clone(clock))?)
            }
            Transport::Plain => None,
        };
        let caller = Arc::new(delivery::Caller::new(web.trust_anchors_file.as_deref())?);
        let counts_networks = web.behind_proxy.is_empty();
        Ok(Self { certificate, counts_networks, caller })
    }
}

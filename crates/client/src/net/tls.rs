//! TLS 1.3 to a listener: whose authorities vouch for it, and by which clock.

use std::{fmt, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore,
    client::{Resumption, WantsClientCert},
    crypto::aws_lc_rs,
    sign::{CertifiedKey, SingleCertAndKey},
    time_provider::TimeProvider,
    version::TLS13,
};
use rustls_pki_types::{CertificateDer, UnixTime};
use warifu_keystore::DeviceKey;
use warifu_protocol::ErrorCode;

use super::{
    device_key::HandshakeKey,
    verifier::{Calendar, Verifier, known_authorities},
};
use crate::{
    Failure,
    clock::Clock,
    model::{certificate::Certificate, profile::Profile},
};

/// Whose authorities vouch for the listeners.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum ServerTrust {
    /// Those of the connection profile.
    #[default]
    Profile,
    /// Those of this PC, as the IT department has decided.
    ThisPc,
}

impl ServerTrust {
    /// The authorities that vouch for a profile's listeners.
    ///
    /// # Errors
    ///
    /// `backend-untrusted` if this PC's are to be taken and there are none.
    pub(super) fn anchors(
        self,
        profile: &Profile,
    ) -> Result<Vec<CertificateDer<'static>>, Failure> {
        match self {
            Self::Profile => Ok(profile.anchors.clone()),
            Self::ThisPc => Self::of_this_pc(),
        }
    }

    /// The authorities that this PC trusts.
    ///
    /// # Errors
    ///
    /// `backend-untrusted` if there are none.
    pub(crate) fn of_this_pc() -> Result<Vec<CertificateDer<'static>>, Failure> {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "some of this PC's authorities cannot be read");
        }
        if found.certs.is_empty() {
            return Err(Failure::new(ErrorCode::BackendUntrusted));
        }
        Ok(found.certs)
    }
}

/// For a listener that asks for no certificate.
pub(super) fn without_certificate(
    trust: ServerTrust,
    clock: &Clock,
    profile: &Profile,
    calendar: Calendar,
) -> Result<ClientConfig, Failure> {
    Ok(unresumed(config(trust, clock, profile, calendar)?.with_no_client_auth()))
}

/// For a listener that demands the certificate, whose key proves it.
///
/// # Errors
///
/// `key-damaged` if the key is not the one that was certified.
pub(super) fn with_certificate(
    trust: ServerTrust,
    clock: &Clock,
    profile: &Profile,
    certificate: &Certificate,
    key: Arc<dyn DeviceKey>,
) -> Result<ClientConfig, Failure> {
    let chain = vec![
        CertificateDer::from(certificate.der.clone()),
        CertificateDer::from(certificate.issuer_der.clone()),
    ];
    let certified = CertifiedKey::new(chain, Arc::new(HandshakeKey(key)));
    certified.keys_match().map_err(|e| Failure::new(ErrorCode::KeyDamaged).because(&e))?;
    let resolver = Arc::new(SingleCertAndKey::from(certified));
    let config = config(trust, clock, profile, Calendar::ThisPc)?;
    Ok(unresumed(config.with_client_cert_resolver(resolver)))
}

/// A resumed session would skip the check of the certificate.
fn unresumed(mut config: ClientConfig) -> ClientConfig {
    config.resumption = Resumption::disabled();
    config
}

fn config(
    trust: ServerTrust,
    clock: &Clock,
    profile: &Profile,
    calendar: Calendar,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, Failure> {
    let failed = |error: &dyn std::error::Error| Failure::new(ErrorCode::AppFailed).because(error);
    let anchors = trust.anchors(profile)?;
    let known = known_authorities(profile, &anchors);
    let verifier = Verifier::new(roots(anchors)?, known, calendar);
    let verifier = Arc::new(verifier.map_err(|error| failed(&error))?);
    let time = Arc::new(HandshakeTime(Arc::clone(clock)));
    Ok(ClientConfig::builder_with_details(Arc::new(aws_lc_rs::default_provider()), time)
        .with_protocol_versions(&[&TLS13])
        .map_err(|error| failed(&error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier))
}

fn roots(anchors: Vec<CertificateDer<'static>>) -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    // A profile's were examined when it was taken in; among this PC's there may be odd ones.
    let (taken, _) = roots.add_parsable_certificates(anchors);
    if taken == 0 {
        return Err(Failure::new(ErrorCode::BackendUntrusted));
    }
    Ok(roots)
}

/// The time with which servers' certificates are checked: the app's own clock, as everywhere.
struct HandshakeTime(Clock);

impl fmt::Debug for HandshakeTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandshakeTime")
    }
}

impl TimeProvider for HandshakeTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from((self.0)()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

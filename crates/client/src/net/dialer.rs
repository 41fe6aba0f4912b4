//! Opens connections to the listeners of a profile. It knows the way, the limits and the clock, and
//! nothing of who connects or why.

use std::sync::Arc;

use rustls::DistinguishedName;
use rustls_pki_types::CertificateDer;
use semver::Version;
use warifu_keystore::DeviceKey;

use super::{
    Connection, Limits, Network, ServerTrust, tls,
    verifier::{Calendar, known_authorities},
};
use crate::{
    Failure,
    clock::Clock,
    model::{certificate::Certificate, profile::Profile},
};

/// Opens connections.
pub(crate) struct Dialer {
    pub(crate) network: Arc<Network>,
    pub(crate) limits: Limits,
    /// Whose authorities vouch for the listeners.
    pub(crate) trust: ServerTrust,
    clock: Clock,
    /// What the requests call themselves.
    agent: String,
}

impl Dialer {
    /// For the app of this version.
    pub(crate) fn new(network: Network, limits: Limits, clock: Clock, version: &Version) -> Self {
        Self {
            network: Arc::new(network),
            limits,
            trust: ServerTrust::default(),
            clock,
            agent: format!("Warifu/{version}"),
        }
    }

    /// To the enrolment listener, without a certificate.
    pub(crate) fn enrolment(&self, profile: &Profile) -> Result<Connection, Failure> {
        self.without_certificate(profile, Calendar::ThisPc)
    }

    /// To the enrolment listener, whose certificate may be out of its time: for asking the time.
    pub(crate) fn ignoring_validity(&self, profile: &Profile) -> Result<Connection, Failure> {
        self.without_certificate(profile, Calendar::Any)
    }

    /// To the service listener, with a certificate and the key that belongs to it.
    pub(crate) fn service(
        &self,
        profile: &Profile,
        certificate: &Certificate,
        key: Arc<dyn DeviceKey>,
    ) -> Result<Connection, Failure> {
        let tls = tls::with_certificate(self.trust, &self.clock, profile, certificate, key)?;
        let (network, agent) = (Arc::clone(&self.network), self.agent.clone());
        Connection::new(profile.service.clone(), tls, network, self.limits, agent)
    }

    fn without_certificate(
        &self,
        profile: &Profile,
        calendar: Calendar,
    ) -> Result<Connection, Failure> {
        let tls = tls::without_certificate(self.trust, &self.clock, profile, calendar)?;
        let (network, agent) = (Arc::clone(&self.network), self.agent.clone());
        Connection::new(profile.enrolment.clone(), tls, network, self.limits, agent)
    }

    /// The authorities that vouch for a profile's listeners.
    ///
    /// # Errors
    ///
    /// `backend-untrusted` if this PC's are to be taken and there are none.
    pub(crate) fn anchors(
        &self,
        profile: &Profile,
    ) -> Result<Vec<CertificateDer<'static>>, Failure> {
        self.trust.anchors(profile)
    }

    /// The authorities that a handshake names.
    ///
    /// # Errors
    ///
    /// Those of [`Dialer::anchors`].
    pub(crate) fn known_authorities(
        &self,
        profile: &Profile,
    ) -> Result<Option<Vec<DistinguishedName>>, Failure> {
        Ok(known_authorities(profile, &self.anchors(profile)?))
    }
}

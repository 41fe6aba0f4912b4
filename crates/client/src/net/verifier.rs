//! Who vouches for a listener, and what a listener is told of it.
//!
//! Each handshake names the authorities that the app knows (RFC 8446 §4.2.4). A backend that has two,
//! because one follows the other, shows each app the certificate that this app can verify; so a
//! successor can come at any time without locking out whoever has not heard of it.

use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore,
    SignatureScheme,
    client::{
        VerifierBuilderError, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::aws_lc_rs,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::model::profile::Profile;

/// Which calendar a server's certificate is held against.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Calendar {
    /// This PC's.
    ThisPc,
    /// The certificate's own, for asking the time when this PC's clock is in doubt. Chain, name and
    /// signatures are checked as always; what comes over such a connection decides nothing but which
    /// clock is named as wrong.
    Any,
}

/// Verifies a server's certificate, and names in the handshake the authorities that the app knows.
#[derive(Debug)]
pub(super) struct Verifier {
    web_pki: Arc<WebPkiServerVerifier>,
    known: Option<Vec<DistinguishedName>>,
    calendar: Calendar,
}

impl Verifier {
    /// `known` as [`known_authorities`] gives it.
    pub(super) fn new(
        roots: RootCertStore,
        known: Option<Vec<DistinguishedName>>,
        calendar: Calendar,
    ) -> Result<Self, VerifierBuilderError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let web_pki =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
        Ok(Self { web_pki, known, calendar })
    }
}

/// The names that a handshake tells: the subjects of the profile's authorities, in its order, as far
/// as they are among those that vouch for a listener; none if there is nothing to name, for the list
/// may not be empty (RFC 8446 §4.2.4).
pub(super) fn known_authorities(
    profile: &Profile,
    trusted: &[CertificateDer<'static>],
) -> Option<Vec<DistinguishedName>> {
    subjects(profile.anchors.iter().filter(|anchor| trusted.contains(anchor)))
}

fn subjects<'a>(
    anchors: impl Iterator<Item = &'a CertificateDer<'static>>,
) -> Option<Vec<DistinguishedName>> {
    let mut names = Vec::new();
    for anchor in anchors.filter_map(|der| webpki::anchor_from_trusted_cert(der).ok()) {
        let name = DistinguishedName::in_sequence(anchor.subject.as_ref());
        // An authority whose certificate was made anew keeps its name.
        if !names.iter().any(|known: &DistinguishedName| known.as_ref() == name.as_ref()) {
            names.push(name);
        }
    }
    if names.is_empty() { None } else { Some(names) }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let time = match self.calendar {
            Calendar::ThisPc => now,
            Calendar::Any => begin(end_entity)?,
        };
        self.web_pki.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, time)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.web_pki.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.web_pki.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.web_pki.supported_verify_schemes()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.known.as_deref()
    }
}

/// The moment from which a certificate is valid.
fn begin(certificate: &CertificateDer<'_>) -> Result<UnixTime, Error> {
    X509Certificate::from_der(certificate)
        .ok()
        .and_then(|(_, parsed)| u64::try_from(parsed.validity().not_before.timestamp()).ok())
        .map(|seconds| UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
        .ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(name: &str) -> CertificateDer<'static> {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.self_signed(&key).unwrap().into()
    }

    #[test]
    fn each_authority_is_named_once_in_the_profiles_order() {
        let [old, renewed, next] = ["認証局", "認証局", "Next"].map(authority);
        let names = subjects([&next, &old, &renewed].into_iter()).unwrap();
        let whole = |der: &CertificateDer<'_>| {
            X509Certificate::from_der(der).unwrap().1.subject().as_raw().to_vec()
        };
        let named: Vec<_> = names.iter().map(|name| name.as_ref().to_vec()).collect();
        assert_eq!(named, [whole(&next), whole(&old)]);
        assert!(subjects([].into_iter()).is_none(), "an empty list is against the RFC");
    }
}

//! The certificate that a server shows, taken as it comes, and then examined.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::{
    ClientConfig, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    SupportedProtocolVersion,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{
        WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
    },
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use warifu_protocol::{ErrorCode, Timestamp};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::{
    model::{certificate::thumbprint, profile::Profile},
    net::Broken,
    view::{Fact, FactName},
};

/// The chain of a server, its own certificate first.
#[derive(Debug)]
pub(super) struct Presented {
    chain: Vec<CertificateDer<'static>>,
}

impl Presented {
    /// Shakes hands, and goes: nothing is ever sent over this connection.
    ///
    /// `known` are the authorities that the handshake names, as those of the requests do: a server may
    /// show another certificate to whoever knows another authority.
    pub(super) async fn by(
        stream: TcpStream,
        host: &str,
        known: Option<Vec<DistinguishedName>>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Result<Self, Broken> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let recorder = Arc::new(Recorder {
            chain: Mutex::default(),
            known,
            algorithms: provider.signature_verification_algorithms,
        });
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .map_err(|error| Broken::of(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&recorder) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        let name = ServerName::try_from(host.to_owned()).map_err(|error| Broken::of(&error))?;
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
            .map_err(|error| Broken::of(&error))?;
        let chain = recorder.chain.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Self { chain })
    }

    /// Whether the chain comes from one of these authorities, whatever the calendar says.
    pub(super) fn is_trusted(&self, anchors: &[CertificateDer<'static>]) -> bool {
        let Some((end, intermediates)) = self.chain.split_first() else { return false };
        let anchors: Vec<_> = anchors
            .iter()
            .filter_map(|anchor| webpki::anchor_from_trusted_cert(anchor).ok())
            .collect();
        let Ok(certificate) = EndEntityCert::try_from(end) else { return false };
        let Some(begin) = self.validity().and_then(|(begin, _)| u64::try_from(begin).ok()) else {
            return false;
        };
        let then = UnixTime::since_unix_epoch(std::time::Duration::from_secs(begin));
        certificate
            .verify_for_usage(
                ALL_VERIFICATION_ALGS,
                &anchors,
                intermediates,
                then,
                KeyUsage::server_auth(),
                None,
                None,
            )
            .is_ok()
    }

    /// Whether one of the chain says that it was issued by one of these authorities, by its name.
    pub(super) fn names_one_of(&self, anchors: &[CertificateDer<'static>]) -> bool {
        let names: Vec<_> = anchors
            .iter()
            .filter_map(|anchor| X509Certificate::from_der(anchor).ok())
            .map(|(_, anchor)| anchor.subject().as_raw().to_vec())
            .collect();
        let issuers = self.chain.iter().filter_map(|one| X509Certificate::from_der(one).ok());
        issuers.into_iter().any(|(_, one)| names.iter().any(|name| one.issuer().as_raw() == name))
    }

    /// Whether the server's certificate is for this name.
    pub(super) fn is_for(&self, host: &str) -> bool {
        self.chain
            .first()
            .and_then(|end| EndEntityCert::try_from(end).ok())
            .zip(ServerName::try_from(host.to_owned()).ok())
            .is_some_and(|(end, name)| end.verify_is_valid_for_subject_name(&name).is_ok())
    }

    /// Whether the server's certificate is for this name and in its time.
    pub(super) fn check(&self, host: &str, now: Timestamp) -> Result<(), ErrorCode> {
        if !self.is_for(host) {
            return Err(ErrorCode::BackendNameMismatch);
        }
        match self.validity() {
            Some((begin, end)) if (begin..=end).contains(&now) => Ok(()),
            Some(_) | None => Err(ErrorCode::BackendCertificateOutdated),
        }
    }

    /// From when until when the server's certificate is valid.
    pub(super) fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        let (_, parsed) = X509Certificate::from_der(self.chain.first()?).ok()?;
        let validity = parsed.validity();
        Some((validity.not_before.timestamp(), validity.not_after.timestamp()))
    }

    /// Who issued the server's certificate, whom it names, and its SHA-256.
    pub(super) fn facts(&self) -> Vec<Fact> {
        let Some(end) = self.chain.first() else { return Vec::new() };
        let Ok((_, parsed)) = X509Certificate::from_der(end) else { return Vec::new() };
        let first =
            |mut texts: Box<dyn Iterator<Item = Option<String>> + '_>| texts.next().flatten();
        let common = |name: &x509_parser::x509::X509Name<'_>| {
            first(Box::new(name.iter_common_name().map(|cn| cn.as_str().ok().map(str::to_owned))))
                .unwrap_or_else(|| name.to_string())
        };
        let mut facts = vec![Fact::text(FactName::PresentedIssuer, common(parsed.issuer()))];
        let organization = parsed.issuer().iter_organization().find_map(|o| o.as_str().ok());
        if let Some(organization) = organization {
            facts.push(Fact::text(FactName::PresentedIssuerOrganization, organization));
        }
        facts.push(Fact::text(FactName::PresentedSubject, common(parsed.subject())));
        let digest = thumbprint(end);
        facts.push(Fact::text(FactName::PresentedThumbprint, digest.as_str()));
        facts
    }
}

/// The names of the authorities that a profile trusts.
pub(super) fn authorities(profile: &Profile) -> Vec<Fact> {
    profile
        .anchors
        .iter()
        .filter_map(|anchor| X509Certificate::from_der(anchor).ok())
        .map(|(_, parsed)| {
            let name = parsed.subject();
            let common = name.iter_common_name().find_map(|cn| cn.as_str().ok());
            Fact::text(
                FactName::TrustedAuthority,
                common.map_or_else(|| name.to_string(), str::to_owned),
            )
        })
        .collect()
}

/// Takes whatever certificate comes, and remembers it. The server proves that it holds its key.
#[derive(Debug)]
struct Recorder {
    chain: Mutex<Vec<CertificateDer<'static>>>,
    known: Option<Vec<DistinguishedName>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = std::iter::once(end_entity).chain(intermediates);
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) =
            chain.map(|certificate| certificate.clone().into_owned()).collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.known.as_deref()
    }
}

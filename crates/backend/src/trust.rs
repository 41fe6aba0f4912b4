//! TLS with other servers, of mail and of services: which certificates are believed.

use std::{io, path::Path, sync::Arc};

use anyhow::{Context as _, ensure};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs},
    version::{TLS12, TLS13},
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// What a connection believes: the authorities that this machine trusts and the certificates in the file
/// that stands under `key` in the configuration, as authorities and as the server's own.
///
/// # Errors
///
/// A file that cannot be read or has no certificate in it; a machine that trusts nobody.
pub(crate) fn config(key: &str, file: Option<&Path>) -> anyhow::Result<Arc<ClientConfig>> {
    let named = file.map(|path| certificates(key, path)).transpose()?.unwrap_or_default();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier::new(named, Arc::clone(&provider))
        .with_context(|| format!("TLS with what {key} vouches for cannot be prepared"))?;
    // Many mail servers do not speak TLS 1.3 yet.
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Why a handshake failed, and what the provider may do about it; `whose` names the server.
pub(crate) fn explain(whose: &str, key: &str, error: &io::Error) -> String {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match inner {
        Some(Error::InvalidCertificate(why)) => format!(
            "{whose}'s certificate is not trusted ({why:?}): name its authority's certificate, or this \
             very certificate, in {key}"
        ),
        Some(_) | None => format!("TLS with {whose} failed: {error}"),
    }
}

/// The certificates in a file, of which there is at least one.
///
/// # Errors
///
/// A file that cannot be read or has none in it; the error names it and its key.
pub(crate) fn certificates(key: &str, path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let name = || format!("{key} {}", path.display());
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", name()))?;
    let found = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
    let found = found.with_context(name)?;
    ensure!(!found.is_empty(), "{}: there is no PEM certificate in it", name());
    Ok(found)
}

/// Believes what is named, and leaves everything else to the authorities.
#[derive(Debug)]
struct Verifier {
    named: Vec<CertificateDer<'static>>,
    authorities: rustls_platform_verifier::Verifier,
}

impl Verifier {
    fn new(
        named: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        let authorities =
            rustls_platform_verifier::Verifier::new_with_extra_roots(named.clone(), provider)?;
        Ok(Self { named, authorities })
    }
}

impl ServerCertVerifier for Verifier {
    /// The very certificate that the provider has named is trusted for what it is, whatever it says
    /// of itself: `openssl req -x509` makes it an authority (`CA:TRUE`) and, in older versions,
    /// without the server's name, and no path leads to such a one. That the server holds its key is
    /// shown by the signature, as always.
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.named.iter().any(|named| named == end_entity) {
            in_time(end_entity, now)?;
            return Ok(ServerCertVerified::assertion());
        }
        self.authorities.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        )
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}

fn in_time(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let (_, parsed) = X509Certificate::from_der(certificate)
        .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let validity = parsed.validity();
    if now < validity.not_before.timestamp() {
        return Err(Error::InvalidCertificate(CertificateError::NotValidYet));
    }
    if now > validity.not_after.timestamp() {
        return Err(Error::InvalidCertificate(CertificateError::Expired));
    }
    Ok(())
}

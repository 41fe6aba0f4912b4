//! A key from the keystore, as the certificate request and the TLS handshake want it.

use std::sync::Arc;

use rustls::{
    Error, OtherError, SignatureAlgorithm, SignatureScheme,
    sign::{Signer, SigningKey},
};
use rustls_pki_types::SubjectPublicKeyInfoDer;
use warifu_keystore::{DeviceKey, KeyError};
use warifu_protocol::ErrorCode;

use crate::Failure;

/// Makes a certificate request (RFC 2986) that proves possession of `key`.
///
/// It asks for nothing: the backend takes the public key and decides the rest.
///
/// # Errors
///
/// The keystore's, when the key cannot sign.
pub(crate) fn certificate_request(key: &dyn DeviceKey) -> Result<Vec<u8>, Failure> {
    let point = uncompressed_point(key.public_key_der())
        .ok_or_else(|| Failure::new(ErrorCode::KeyDamaged))?;
    let request_key = RequestKey { key, point, failure: std::sync::Mutex::new(None) };
    let mut params = rcgen::CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    match params.serialize_request(&request_key) {
        Ok(request) => Ok(request.der().to_vec()),
        Err(error) => Err(request_key
            .failure
            .into_inner()
            .ok()
            .flatten()
            .unwrap_or_else(|| Failure::new(ErrorCode::AppFailed).because(&error))),
    }
}

/// The key as rustls signs a handshake with it: ECDSA P-256 with SHA-256 only, because RSA keys in
/// many TPMs cannot do the RSA-PSS that TLS 1.3 wants.
#[derive(Debug)]
pub(crate) struct HandshakeKey(pub(crate) Arc<dyn DeviceKey>);

/// The keystore error that ended a handshake, if one did.
pub(crate) fn key_error(error: &Error) -> Option<&KeyError> {
    if let Error::Other(OtherError(inner)) = error { inner.downcast_ref() } else { None }
}

impl SigningKey for HandshakeKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&SignatureScheme::ECDSA_NISTP256_SHA256).then(|| {
            let signer: Box<dyn Signer> = Box::new(HandshakeSigner(Arc::clone(&self.0)));
            signer
        })
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(SubjectPublicKeyInfoDer::from(self.0.public_key_der()))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

#[derive(Debug)]
struct HandshakeSigner(Arc<dyn DeviceKey>);

impl Signer for HandshakeSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.0.sign(message).map_err(|error| Error::Other(OtherError(Arc::new(error))))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP256_SHA256
    }
}

/// rcgen's errors carry no foreign error, so the keystore's failure waits here.
struct RequestKey<'a> {
    key: &'a dyn DeviceKey,
    point: &'a [u8],
    failure: std::sync::Mutex<Option<Failure>>,
}

impl rcgen::PublicKeyData for RequestKey<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.point
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for RequestKey<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.key.sign(message).map_err(|error| {
            if let Ok(mut failure) = self.failure.lock() {
                *failure = Some(Failure::from(error));
            }
            rcgen::Error::RemoteKeyError
        })
    }
}

/// The point in a P-256 SubjectPublicKeyInfo (RFC 5480 §2.2): its last 65 bytes.
fn uncompressed_point(spki: &[u8]) -> Option<&[u8]> {
    let point = spki.get(spki.len().checked_sub(65)?..)?;
    (point.first() == Some(&0x04)).then_some(point)
}

#[cfg(test)]
mod tests {
    use rustls::{
        ClientConfig, RootCertStore, ServerConfig,
        crypto::aws_lc_rs::default_provider,
        server::WebPkiClientVerifier,
        sign::{CertifiedKey, SingleCertAndKey},
    };
    use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use tokio_rustls::{TlsAcceptor, TlsConnector};
    use url::Url;
    use warifu_protocol::Protection;

    use super::*;
    use crate::net::failure::Broken;

    /// A key that is there, and whose keystore then says no.
    #[derive(Debug)]
    struct Unwilling(fn() -> KeyError);

    impl DeviceKey for Unwilling {
        fn public_key_der(&self) -> &[u8] {
            &[0x04; 65]
        }

        fn sign(&self, _: &[u8]) -> Result<Vec<u8>, KeyError> {
            Err((self.0)())
        }

        fn protection(&self) -> Protection {
            Protection::Hardware
        }
    }

    /// Every way in which a keystore says no, and what the user is told.
    const REFUSALS: [(fn() -> KeyError, ErrorCode); 6] = [
        (|| KeyError::Refused, ErrorCode::KeystoreRefused),
        (|| KeyError::Locked, ErrorCode::KeystoreLocked),
        (|| KeyError::Missing, ErrorCode::KeyMissing),
        (|| KeyError::Damaged { why: "a bit" }, ErrorCode::KeyDamaged),
        (|| KeyError::Unavailable { why: "gone", source: None }, ErrorCode::KeystoreUnavailable),
        (|| KeyError::Failed { why: "chip", source: None }, ErrorCode::KeystoreFailed),
    ];

    #[test]
    fn a_request_that_the_keystore_does_not_sign_says_so() {
        for (refusal, expected) in REFUSALS {
            assert_eq!(certificate_request(&Unwilling(refusal)).unwrap_err().code, expected);
        }
    }

    #[tokio::test]
    async fn a_handshake_that_the_keystore_does_not_sign_is_no_failure_of_tls() {
        for (refusal, expected) in REFUSALS {
            let error = handshake(Arc::new(Unwilling(refusal))).await;
            let base = Url::parse("https://localhost").unwrap();
            assert_eq!(Broken::of(&error).failure(&base).code, expected, "{error:?}");
        }
    }

    /// How a handshake with `key` ends, at a server that wants a certificate.
    async fn handshake(key: Arc<dyn DeviceKey>) -> std::io::Error {
        let server_key = rcgen::KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned()];
        let params = rcgen::CertificateParams::new(names).unwrap();
        let certificate = params.self_signed(&server_key).unwrap();
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let mut roots = RootCertStore::empty();
        roots.add(chain[0].clone()).unwrap();
        let roots = Arc::new(roots);
        let provider = Arc::new(default_provider());
        let wanted =
            WebPkiClientVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider));
        let server = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(wanted.build().unwrap())
            .with_single_cert(
                chain.clone(),
                PrivateKeyDer::try_from(server_key.serialize_der()).unwrap(),
            )
            .unwrap();
        let certified = CertifiedKey::new(chain, Arc::new(HandshakeKey(key)));
        let client = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        let (near, far) = tokio::io::duplex(64 * 1024);
        let accepted = TlsAcceptor::from(Arc::new(server)).accept(far);
        let name = ServerName::try_from("localhost").unwrap();
        let connected = TlsConnector::from(Arc::new(client)).connect(name, near);
        let (connected, _) = tokio::join!(connected, accepted);
        connected.map(drop).unwrap_err()
    }
}

//! The authority of the peers: P-256, as Warifu's is, so that both sides sign and verify the same.

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::client::Identity;

/// An authority with a server's and a client's certificate.
pub(crate) struct Authority {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) certificate_pem: String,
    pub(crate) key_pem: String,
    pub(crate) server_pem: String,
    pub(crate) server_key_pem: String,
    pub(crate) client: Identity,
}

impl Authority {
    pub(crate) fn make() -> Result<Self> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Peers");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key)?;
        let key_pem = key.serialize_pem();
        let issuer = Issuer::new(params, key);
        let issue = |names: Vec<String>, usage| -> Result<_> {
            let key = KeyPair::generate()?;
            let mut params = CertificateParams::new(names)?;
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params.extended_key_usages = vec![usage];
            Ok((params.signed_by(&key, &issuer)?, key))
        };
        let names = vec![String::from("localhost")];
        let (server, server_key) = issue(names, ExtendedKeyUsagePurpose::ServerAuth)?;
        let (client, client_key) = issue(Vec::new(), ExtendedKeyUsagePurpose::ClientAuth)?;
        Ok(Self {
            certificate: certificate.der().clone(),
            certificate_pem: certificate.pem(),
            key_pem,
            server_pem: server.pem(),
            server_key_pem: server_key.serialize_pem(),
            client: Identity { certificate: client.der().clone(), key: private(&client_key) },
        })
    }
}

/// A key as TLS takes it.
pub(crate) fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.serialize_der()).into()
}

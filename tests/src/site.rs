//! Web sites on loopback: a host, a port, and a certificate of its own that vouches for itself.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Result;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use rcgen::{CertificateParams, KeyPair, PublicKeyData as _};
use sha2::{Digest as _, Sha256};
use warifu_platform::port;

/// A site: where it is, and with what it proves that.
#[derive(Clone, Debug)]
pub struct Site {
    host: String,
    port: u16,
    certificate: PathBuf,
    key: PathBuf,
    fingerprint: String,
}

impl Site {
    /// A site on a free port, with a new certificate and key in `dir`; `host` is a name or an address of
    /// this machine.
    ///
    /// # Errors
    ///
    /// When there is no free port, or the files cannot be written.
    pub fn set_up(dir: &Path, host: &str) -> Result<Self> {
        let [port] = port::reserve()?;
        Self::set_up_at(dir, host, port)
    }

    /// The same on a port that is known already.
    ///
    /// # Errors
    ///
    /// When the files cannot be written.
    pub fn set_up_at(dir: &Path, host: &str, port: u16) -> Result<Self> {
        fs::create_dir_all(dir)?;
        let site = Self {
            host: host.to_owned(),
            port,
            certificate: dir.join("certificate.pem"),
            key: dir.join("key.pem"),
            fingerprint: String::new(),
        };
        let fingerprint = site.certify()?;
        Ok(Self { fingerprint, ..site })
    }

    /// Writes a new certificate and key; the fingerprint of the key.
    fn certify(&self) -> Result<String> {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new([self.host.clone()])?.self_signed(&key)?;
        fs::write(&self.certificate, certificate.pem())?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options.open(&self.key)?.write_all(key.serialize_pem().as_bytes())?;
        Ok(BASE64_STANDARD.encode(Sha256::digest(key.subject_public_key_info())))
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("https://{}", self.place())
    }

    /// An address on it; `path` begins with a slash.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// Host and port.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Where it listens.
    #[must_use]
    pub fn listen(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The certificate's file (PEM).
    #[must_use]
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// The key's file (PEM).
    #[must_use]
    pub fn key(&self) -> &Path {
        &self.key
    }

    /// SHA-256 over its public key, in base64, as browsers take it on their command lines.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

//! The certificate that browsers are shown: the provider's own, from the files that the configuration
//! names. New files are taken while the backend runs; what would help nobody is not taken.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use anyhow::{Context as _, ensure};
use rustls::{
    client::verify_server_name,
    crypto::aws_lc_rs::sign::any_supported_type,
    server::{ClientHello, ParsedCertificate, ResolvesServerCert},
    sign::CertifiedKey,
};
use rustls_pki_types::{PrivateKeyDer, ServerName, pem::PemObject as _};
use warifu_platform::secret;
use warifu_protocol::Timestamp;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::{clock::Clock, config::web::Issuer, trust};

/// The certificate and key in two files.
#[derive(Debug)]
pub(crate) struct Files {
    certificate: PathBuf,
    key: PathBuf,
    /// Whom the certificate has to name.
    host: String,
}

/// What is in them.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    certified: Arc<CertifiedKey>,
    not_before: Timestamp,
    /// Valid until.
    pub(crate) not_after: Timestamp,
}

impl Files {
    pub(crate) fn new(certificate: &Path, key: &Path, issuer: &Issuer) -> Self {
        let host = issuer.host().to_owned();
        Self { certificate: certificate.to_owned(), key: key.to_owned(), host }
    }

    /// Reads them.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or holds something else; a key that others can read, or that is
    /// another's; a certificate that does not name the host.
    pub(crate) fn read(&self) -> anyhow::Result<Pair> {
        let file = self.certificate.display();
        let chain = trust::certificates("web.certificate_file", &self.certificate)?;
        let leaf = chain.first().context("a certificate")?;
        let (_, parsed) = X509Certificate::from_der(leaf)
            .with_context(|| format!("web.certificate_file {file}: this is no certificate"))?;
        let validity = parsed.validity();
        let (not_before, not_after) =
            (validity.not_before.timestamp(), validity.not_after.timestamp());
        let name = ServerName::try_from(self.host.clone()).context("web.url")?;
        let names_host = ParsedCertificate::try_from(leaf)
            .is_ok_and(|leaf| verify_server_name(&leaf, &name).is_ok());
        ensure!(
            names_host,
            "web.certificate_file {file}: it does not name {}, the host of web.url; get one that does \
             (the certificate of the server stands first in the file)",
            self.host
        );
        let text = secret::read(&self.key).context("web.key_file")?;
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes())
            .with_context(|| format!("web.key_file {}: no PEM key", self.key.display()))?;
        let key = any_supported_type(&key)
            .with_context(|| format!("web.key_file {}: no usable key", self.key.display()))?;
        let certified = CertifiedKey::new(chain, key);
        ensure!(
            certified.keys_match().is_ok(),
            "web.key_file {}: it is not the key of web.certificate_file {file}",
            self.key.display()
        );
        Ok(Pair { certified: Arc::new(certified), not_before, not_after })
    }
}

impl Pair {
    /// Why browsers would not take it now, if they would not.
    pub(crate) fn fault(&self, now: Timestamp) -> Option<&'static str> {
        if now > self.not_after {
            Some("it has expired")
        } else if now < self.not_before {
            Some("it is not valid yet")
        } else {
            None
        }
    }
}

/// The certificate in use.
pub(crate) struct Provided {
    files: Files,
    clock: Clock,
    held: RwLock<Pair>,
    /// Why what is in the files is not taken, as it was told last.
    told: Mutex<Option<String>>,
}

impl std::fmt::Debug for Provided {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provided").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Provided {
    /// The certificate of two files. One that browsers refuse for its time is used until there is a
    /// better one: the apps' listeners, which have their own, must not wait for that.
    ///
    /// # Errors
    ///
    /// Those of [`Files::read`].
    pub(crate) fn open(files: Files, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let pair = files.read()?;
        if let Some(fault) = pair.fault(clock()) {
            tracing::error!(file = %files.certificate.display(), fault, "browsers refuse the certificate");
        }
        Ok(Arc::new(Self { files, clock, held: RwLock::new(pair), told: Mutex::default() }))
    }

    /// Takes what is in the files by now, if it is better than what is in use.
    pub(crate) fn look(&self) {
        let read = self.files.read().and_then(|pair| {
            let fault = pair.fault((self.clock)());
            ensure!(
                fault.is_none(),
                "web.certificate_file {}: {}",
                self.files.certificate.display(),
                fault.unwrap_or_default()
            );
            Ok(pair)
        });
        let why = match read {
            Ok(pair) => {
                let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
                if held.certified.cert != pair.certified.cert {
                    tracing::info!(until = pair.not_after, "browsers are shown a new certificate");
                    *held = pair;
                }
                None
            }
            Err(error) => Some(format!("{error:#}")),
        };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *told != why {
            if let Some(why) = &why {
                tracing::error!(why, "the certificate that browsers are shown stays as it is");
            }
            *told = why;
        }
    }

    /// Which is shown.
    pub(crate) fn current(&self) -> Arc<CertifiedKey> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&held.certified)
    }
}

impl ResolvesServerCert for Provided {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        sync::atomic::{AtomicI64, Ordering},
    };

    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    const DAY: i64 = 86_400;
    /// 2026-07-01.
    const NOW: i64 = 1_782_864_000;

    fn write(dir: &Path, name: &str, host: &str, until: i32) -> Vec<u8> {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let certificate = params.self_signed(&key).unwrap();
        let path = dir.join(format!("{name}.key"));
        fs::write(&path, key.serialize_pem()).unwrap();
        private(&path);
        fs::write(dir.join(format!("{name}.pem")), certificate.pem()).unwrap();
        certificate.der().to_vec()
    }

    #[cfg(unix)]
    fn private(path: &Path) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    #[cfg(not(unix))]
    fn private(_path: &Path) {}

    fn files(dir: &Path) -> Files {
        let issuer = "https://login.example.jp".parse().unwrap();
        Files::new(&dir.join("a.pem"), &dir.join("a.key"), &issuer)
    }

    #[test]
    fn a_new_pair_is_taken_and_one_that_helps_nobody_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let first = write(dir.path(), "a", "login.example.jp", 2027);
        let now = Arc::new(AtomicI64::new(NOW));
        let shared = Arc::clone(&now);
        let clock: Clock = Arc::new(move || shared.load(Ordering::SeqCst));
        let provided = Provided::open(files(dir.path()), clock).unwrap();
        let shown = || {
            provided.look();
            provided.current().cert[0].to_vec()
        };
        assert_eq!(shown(), first);
        for bad in ["other host", "expired", "other key", "no key", "no certificate"] {
            match bad {
                "other host" => drop(write(dir.path(), "a", "other.example.jp", 2027)),
                "expired" => {
                    write(dir.path(), "a", "login.example.jp", 2028);
                    now.store(NOW + 3 * 365 * DAY, Ordering::SeqCst);
                }
                "other key" => {
                    now.store(NOW, Ordering::SeqCst);
                    write(dir.path(), "b", "login.example.jp", 2027);
                    fs::copy(dir.path().join("b.key"), dir.path().join("a.key")).unwrap();
                }
                "no key" => fs::write(dir.path().join("a.key"), "nothing").unwrap(),
                _ => fs::write(dir.path().join("a.pem"), "nothing").unwrap(),
            }
            assert_eq!(shown(), first, "{bad}");
        }
        let second = write(dir.path(), "a", "login.example.jp", 2027);
        assert_eq!(shown(), second);
    }

    #[test]
    fn what_cannot_work_is_told_at_the_start() {
        let dir = tempfile::tempdir().unwrap();
        let read = || files(dir.path()).read().map(drop).unwrap_err();
        assert!(format!("{:#}", read()).contains("web.certificate_file"));
        write(dir.path(), "a", "www.example.jp", 2027);
        assert!(format!("{:#}", read()).contains("does not name login.example.jp"));
        write(dir.path(), "a", "*.example.jp", 2027);
        files(dir.path()).read().unwrap();
        write(dir.path(), "b", "login.example.jp", 2027);
        fs::copy(dir.path().join("b.key"), dir.path().join("a.key")).unwrap();
        assert!(format!("{:#}", read()).contains("web.key_file"));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "a", "login.example.jp", 2027);
        let open = fs::Permissions::from_mode(0o604);
        fs::set_permissions(dir.path().join("a.key"), open).unwrap();
        let refused = format!("{:#}", files(dir.path()).read().unwrap_err());
        assert!(refused.contains("web.key_file") && refused.contains("0604"), "{refused}");
    }

    #[test]
    fn an_expired_one_is_shown_until_there_is_a_better_one() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "a", "login.example.jp", 2027);
        let clock: Clock = Arc::new(|| NOW + 365 * DAY);
        let provided = Provided::open(files(dir.path()), clock).unwrap();
        let next = write(dir.path(), "a", "login.example.jp", 2028);
        provided.look();
        assert_eq!(provided.current().cert[0].to_vec(), next);
    }
}

//! The certificate of the backend's own listeners, with its key: one file, replaced as a whole.
//!
//! What is in use is what the authority would issue now, for the names, the address of the revocation
//! list and the clock of now; anything else is issued anew. It is short-lived, since apps ask nobody
//! whether it was revoked, and no backup holds it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use anyhow::Context as _;
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use warifu_protocol::Timestamp;
use zeroize::Zeroizing;

use crate::{
    Backend,
    authority::{self, Authority, ServerIdentity, Window},
    config::Config,
    folder, random,
};

/// The certificate and the key behind it.
const FILE: &str = "server.pem";
/// Where version 0.1 kept the key.
const KEY_OF_OLD: &str = "server.key";

/// Seconds between two tries to issue one, when that fails.
const AGAIN: i64 = 60;

/// The server certificate in use. It looks after itself at each handshake, so that a clock that jumped
/// or a machine that slept for weeks costs nobody a connection.
pub(crate) struct ServerCertificate {
    dir: PathBuf,
    backend: Arc<Backend>,
    held: RwLock<Held>,
}

impl std::fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerCertificate").field("dir", &self.dir).finish_non_exhaustive()
    }
}

struct Held {
    certified: Arc<CertifiedKey>,
    window: Window,
    tried: Timestamp,
}

impl ServerCertificate {
    /// The certificate of a folder, issued if there is none that will do.
    ///
    /// # Errors
    ///
    /// When there is none that could be used and none can be issued.
    pub(crate) fn open(dir: &Path, backend: &Arc<Backend>) -> anyhow::Result<Arc<Self>> {
        let held = obtain(dir, backend)?;
        let (dir, backend) = (dir.to_owned(), Arc::clone(backend));
        Ok(Arc::new(Self { dir, backend, held: RwLock::new(held) }))
    }

    /// Replaces it if its time is over, or has not come, and says which is to be shown.
    pub(crate) fn current(&self) -> Arc<CertifiedKey> {
        let now = self.backend.now();
        {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            if held.is_to_be_kept(now) {
                return Arc::clone(&held.certified);
            }
        }
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if !held.is_to_be_kept(now) {
            held.tried = now;
            match obtain(&self.dir, &self.backend) {
                Ok(new) => *held = new,
                Err(error) => tracing::error!(%error, "the server certificate cannot be renewed"),
            }
        }
        Arc::clone(&held.certified)
    }
}

impl Held {
    fn is_to_be_kept(&self, now: Timestamp) -> bool {
        self.window.holds(now) || (self.tried..self.tried + AGAIN).contains(&now)
    }
}

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

/// Puts a new one into a folder, for `init`.
pub(crate) fn issue(
    dir: &Path,
    config: &Config,
    authority: &Authority,
    now: Timestamp,
) -> anyhow::Result<()> {
    write(dir, &new(config, authority, now)?)
}

fn obtain(dir: &Path, backend: &Backend) -> anyhow::Result<Held> {
    let (config, authority, now) = (&backend.config, &backend.authority, backend.now());
    let found = read(dir);
    let pair = match found {
        Ok(found) if would_be_issued(&found, config, authority, now) => found,
        found => {
            let usable = found.ok().filter(|found| is_usable(found, now));
            instead_of(usable, dir, config, authority, now)?
        }
    };
    let window = authority.server_window(&pair.certificate).context("an unreadable certificate")?;
    let certified = Arc::new(certified(&pair, authority)?);
    Ok(Held { certified, window, tried: now })
}

/// A new pair, on disk; the old one if that cannot be had and the old one works.
fn instead_of(
    old: Option<Pair>,
    dir: &Path,
    config: &Config,
    authority: &Authority,
    now: Timestamp,
) -> anyhow::Result<Pair> {
    tracing::info!("issuing a new server certificate");
    let issued = new(config, authority, now).map(|issued| {
        let written = write(dir, &issued);
        (issued, written)
    });
    match (issued, old) {
        (Ok((issued, Ok(()))), _) => Ok(issued),
        (Ok((_, Err(error))) | Err(error), Some(old)) => {
            tracing::error!(%error, "the server certificate stays as it is");
            Ok(old)
        }
        (Ok((issued, Err(error))), None) => {
            // Nobody could connect with what is on disk.
            tracing::error!(%error, "the new server certificate is lost at the next start");
            Ok(issued)
        }
        (Err(error), None) => Err(error),
    }
}

/// A certificate and its key.
struct Pair {
    certificate: CertificateDer<'static>,
    /// PEM with the key (PKCS#8); of a new pair, the whole file.
    text: Zeroizing<String>,
}

fn new(config: &Config, authority: &Authority, now: Timestamp) -> anyhow::Result<Pair> {
    let (names, crl_url) = (&config.server_names, config.crl_url());
    let ServerIdentity { certificate_pem, key_pem } =
        authority.issue_server(names, &crl_url, random::bytes()?, now)?;
    let certificate = CertificateDer::from_pem_slice(certificate_pem.as_bytes())?;
    let text = Zeroizing::new(format!("{certificate_pem}{}", *key_pem));
    Ok(Pair { certificate, text })
}

fn would_be_issued(pair: &Pair, config: &Config, authority: &Authority, now: Timestamp) -> bool {
    let Pair { certificate, text } = pair;
    let (names, crl_url) = (&config.server_names, config.crl_url());
    authority.would_issue_server(certificate, text, names, &crl_url, now)
}

/// Whether clients may still take it, whatever it says beside its time.
fn is_usable(pair: &Pair, now: Timestamp) -> bool {
    let in_time = authority::validity(&pair.certificate)
        .is_some_and(|(from, until)| (from..=until).contains(&now));
    in_time && key_of(pair).is_ok_and(|key| is_pair(pair, key))
}

fn is_pair(pair: &Pair, key: Arc<dyn rustls::sign::SigningKey>) -> bool {
    CertifiedKey::new(vec![pair.certificate.clone()], key).keys_match().is_ok()
}

fn certified(pair: &Pair, authority: &Authority) -> anyhow::Result<CertifiedKey> {
    let chain = vec![pair.certificate.clone(), authority.certificate().clone()];
    Ok(CertifiedKey::new(chain, key_of(pair)?))
}

fn key_of(pair: &Pair) -> anyhow::Result<Arc<dyn rustls::sign::SigningKey>> {
    let key = authority::private_key(&pair.text).context("the server's key is no PKCS#8 key")?;
    Ok(rustls::crypto::aws_lc_rs::sign::any_ecdsa_type(&key)?)
}

fn read(dir: &Path) -> anyhow::Result<Pair> {
    let text = Zeroizing::new(fs::read_to_string(dir.join(FILE))?);
    let certificate = CertificateDer::from_pem_slice(text.as_bytes())?;
    let text = match authority::private_key(&text) {
        Some(_) => text,
        None => Zeroizing::new(fs::read_to_string(dir.join(KEY_OF_OLD))?),
    };
    Ok(Pair { certificate, text })
}

fn write(dir: &Path, pair: &Pair) -> anyhow::Result<()> {
    folder::write_private(&dir.join(FILE), pair.text.as_bytes())?;
    // Not read any more, and a secret.
    match fs::remove_file(dir.join(KEY_OF_OLD)) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot remove {KEY_OF_OLD}")),
    }
}

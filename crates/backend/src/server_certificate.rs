//! The certificate of the backend's own listeners, with its key: one file, replaced as a whole.
//!
//! What is in use is what the authority would issue now, for the names, the address of the revocation
//! list and the clock of now; anything else is issued anew. It is short-lived, since apps ask nobody
//! whether it was revoked, and no backup holds it.

use std::{fs, path::Path, sync::Arc};

use anyhow::Context as _;
use rustls::sign::CertifiedKey;
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use warifu_platform::file;
use warifu_protocol::Timestamp;
use zeroize::Zeroizing;

use crate::{
    authority::{self, Authority, ServerIdentity, Window},
    config::Config,
    random,
};

/// The certificate and the key behind it.
const FILE: &str = "server.pem";
/// Where version 0.1 kept the key.
const KEY_OF_OLD: &str = "server.key";

/// A server certificate that can be shown, and when another is wanted.
pub(crate) struct Obtained {
    /// With its chain and its key.
    pub(crate) certified: CertifiedKey,
    /// While it is what would be issued.
    pub(crate) window: Window,
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

/// The one of a folder if it will do, or a new one.
///
/// # Errors
///
/// When there is none that could be used and none can be issued.
pub(crate) fn obtain(
    dir: &Path,
    config: &Config,
    authority: &Authority,
    now: Timestamp,
) -> anyhow::Result<Obtained> {
    let found = read(dir);
    let pair = match found {
        Ok(found) if would_be_issued(&found, config, authority, now) => found,
        found => {
            let usable = found.ok().filter(|found| is_usable(found, now));
            instead_of(usable, dir, config, authority, now)?
        }
    };
    let window = authority.server_window(&pair.certificate).context("an unreadable certificate")?;
    Ok(Obtained { certified: certified(&pair, authority)?, window })
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
    let path = dir.join(FILE);
    file::replace(&path, pair.text.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))?;
    // Not read any more, and a secret.
    file::remove(&dir.join(KEY_OF_OLD)).with_context(|| format!("cannot remove {KEY_OF_OLD}"))
}

//! The certificate of the backend's own listeners, with its key: one file, replaced as a whole.
//!
//! What is in use is what the authority would issue now, for the names, the address of the revocation
//! list and the clock of now; anything else is issued anew. It is short-lived, since apps ask nobody
//! whether it was revoked, and no backup holds it.

use std::{fs, path::Path, sync::Arc};

use anyhow::Context as _;
use rustls::sign::CertifiedKey;
use warifu_pki::{Issuer, ServerCertificate, ServerProfile, Window};
use warifu_platform::file;
use warifu_protocol::Timestamp;
use zeroize::Zeroizing;

use crate::{config::Config, random};

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
    issuer: &Issuer,
    now: Timestamp,
) -> anyhow::Result<()> {
    write(dir, &new(issuer, &config.server_profile()?, now)?)
}

/// The one of a folder if it will do, or a new one.
///
/// # Errors
///
/// When there is none that could be used and none can be issued.
pub(crate) fn obtain(
    dir: &Path,
    config: &Config,
    issuer: &Issuer,
    now: Timestamp,
) -> anyhow::Result<Obtained> {
    let profile = config.server_profile()?;
    let chosen = match read(dir) {
        Ok(found) if issuer.would_issue_server(&found, &profile, now) => found,
        found => {
            let usable = found.ok().filter(|found| found.is_valid(now) && is_pair(found));
            instead_of(usable, dir, issuer, &profile, now)?
        }
    };
    let window = issuer.server_window(&chosen);
    Ok(Obtained { certified: certified(&chosen, issuer)?, window })
}

/// A new one, on disk; the old one if that cannot be had and the old one works.
fn instead_of(
    old: Option<ServerCertificate>,
    dir: &Path,
    issuer: &Issuer,
    profile: &ServerProfile,
    now: Timestamp,
) -> anyhow::Result<ServerCertificate> {
    tracing::info!("issuing a new server certificate");
    let issued = new(issuer, profile, now).map(|issued| {
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

fn new(
    issuer: &Issuer,
    profile: &ServerProfile,
    now: Timestamp,
) -> anyhow::Result<ServerCertificate> {
    Ok(issuer.issue_server(profile, random::bytes()?, now)?)
}

/// Whether clients could take it: the key signs for the certificate.
fn is_pair(found: &ServerCertificate) -> bool {
    let certificate = vec![found.certificate().clone()];
    signing_key(found).is_ok_and(|key| CertifiedKey::new(certificate, key).keys_match().is_ok())
}

fn certified(chosen: &ServerCertificate, issuer: &Issuer) -> anyhow::Result<CertifiedKey> {
    let chain = vec![chosen.certificate().clone(), issuer.certificate().clone()];
    Ok(CertifiedKey::new(chain, signing_key(chosen)?))
}

fn signing_key(of: &ServerCertificate) -> anyhow::Result<Arc<dyn rustls::sign::SigningKey>> {
    Ok(rustls::crypto::aws_lc_rs::sign::any_ecdsa_type(&of.key())?)
}

fn read(dir: &Path) -> anyhow::Result<ServerCertificate> {
    let text = Zeroizing::new(fs::read_to_string(dir.join(FILE))?);
    if let Ok(found) = ServerCertificate::from_pem(&text, &text) {
        return Ok(found);
    }
    let key = Zeroizing::new(fs::read_to_string(dir.join(KEY_OF_OLD))?);
    Ok(ServerCertificate::from_pem(&text, &key)?)
}

fn write(dir: &Path, issued: &ServerCertificate) -> anyhow::Result<()> {
    let path = dir.join(FILE);
    file::replace(&path, issued.to_pem()?.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))?;
    // Not read any more, and a secret.
    file::remove(&dir.join(KEY_OF_OLD)).with_context(|| format!("cannot remove {KEY_OF_OLD}"))
}

//! The authority's key: in a file of the folder, or in a token.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use warifu_pki::{FileKey, Issuer, Signer};
use warifu_platform::file;
use warifu_token::TokenKey;
use zeroize::Zeroizing;

use super::{TokenPlan, passphrase};
use crate::config::Config;

/// The key's file.
const KEY: &str = "authority.key";

/// Where the authority's key is, if not in a token.
pub(crate) fn key_file(dir: &Path) -> PathBuf {
    dir.join(KEY)
}

/// Opens the authority of a folder: with the passphrase that its configuration names, or in its token.
pub(crate) fn open_issuer(dir: &Path, config: &Config) -> anyhow::Result<Issuer> {
    if let Some(token) = &config.authority.pkcs11 {
        return issuer_with(dir, Box::new(TokenKey::open(token.place(), token.pin())?));
    }
    let passphrase = passphrase(config.passphrase_file.as_deref())?;
    let key = fs::read_to_string(key_file(dir)).context("cannot read authority.key")?;
    issuer_with(dir, Box::new(FileKey::open(&key, &passphrase)?))
}

/// Makes the key of a new authority in its token, or takes the one that is there.
pub(super) fn key_for(plan: &TokenPlan) -> anyhow::Result<Box<dyn Signer>> {
    let (place, pin) = (plan.config.place(), plan.config.pin());
    let key = if plan.is_there { TokenKey::open(place, pin) } else { TokenKey::make(place, pin) };
    Ok(Box::new(key?))
}

fn issuer_with(dir: &Path, key: Box<dyn Signer>) -> anyhow::Result<Issuer> {
    let certificate = CertificateDer::from_pem_file(dir.join("authority.pem"))
        .context("cannot read authority.pem")?;
    Ok(Issuer::new(certificate, key)?)
}

/// Puts the authority's key under another passphrase; the file is as it was or under the new one.
pub(crate) fn change_passphrase(dir: &Path, config: &Config, next: &str) -> anyhow::Result<()> {
    let path = key_file(dir);
    let key = Zeroizing::new(
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?,
    );
    let present = passphrase(config.passphrase_file.as_deref())?;
    let changed = warifu_pki::change_passphrase(&key, &present, next)?;
    FileKey::open(&changed, next)
        .map_err(anyhow::Error::from)
        .and_then(|key| issuer_with(dir, Box::new(key)))
        .context("the changed key does not open; nothing is changed")?;
    file::replace(&path, changed.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

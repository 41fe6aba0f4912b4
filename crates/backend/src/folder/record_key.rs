//! The key that signs checkpoints of the record: one of its own, so that it signs nothing else and can be
//! replaced alone. `record.key` is under the passphrase of the authority's key; `record.pub` beside it is for
//! those who verify. Both are made when they are first needed.

use std::{fmt, fs, io::ErrorKind, path::Path};

use anyhow::{Context as _, bail, ensure};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use sha2::{Digest as _, Sha256};
use warifu_pki::{FileKey, SecretPem, Signer as _};
use warifu_platform::file;
use warifu_record::{Checkpoint, Hash, Key, Signed};
use zeroize::Zeroizing;

use super::{open_issuer, passphrase};
use crate::config::Config;

/// The key's file.
pub(crate) const RECORD_KEY: &str = "record.key";

/// The file of its public half.
pub(crate) const RECORD_PUBLIC: &str = "record.pub";

/// The most bytes of the public half.
const MAX_PUBLIC: usize = 4096;

/// What signs checkpoints.
pub(crate) struct RecordKey {
    key: FileKey,
    public: Key,
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RecordKey").field(&self.public.fingerprint()).finish()
    }
}

impl RecordKey {
    /// Opens the key of a folder, or makes it.
    ///
    /// # Errors
    ///
    /// Another passphrase than that of the key; files of which one was lost or replaced; the disk's.
    pub(crate) fn open(dir: &Path, config: &Config) -> anyhow::Result<Self> {
        let passphrase = passphrase(config.passphrase_file.as_deref())?;
        let path = dir.join(RECORD_KEY);
        let pem = match read_key(&path)? {
            Some(pem) => pem,
            None => make(dir, config, &passphrase)?,
        };
        let opened = FileKey::open(&pem, &passphrase);
        let key = opened.with_context(|| format!("cannot open {}", path.display()))?;
        let public = Key::of_spki(&key.public_key().spki()).context("a key on another curve")?;
        let known = publish(dir, &public)?;
        ensure!(
            known == public,
            "{RECORD_PUBLIC} is of another key than {RECORD_KEY}: one of them was replaced"
        );
        Ok(Self { key, public })
    }

    /// The public half.
    pub(crate) fn public(&self) -> &Key {
        &self.public
    }

    /// Signs a checkpoint; the file that it is.
    ///
    /// # Errors
    ///
    /// A key that does not sign.
    pub(crate) fn sign(&self, checkpoint: &Checkpoint) -> anyhow::Result<Signed> {
        warifu_record::sign(checkpoint, &self.public, |message| self.key.sign(message).ok())
            .context("the record's key did not sign")
    }
}

/// The public half as a folder has it; none if no checkpoint was ever made there.
pub(crate) fn record_public(dir: &Path) -> anyhow::Result<Option<Key>> {
    let path = dir.join(RECORD_PUBLIC);
    match file::read_up_to(&path, MAX_PUBLIC) {
        Ok(bytes) => {
            let key = Key::of_pem(&bytes);
            key.with_context(|| format!("{} holds no public key", path.display())).map(Some)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// What names the backend in a checkpoint: SHA-256 of the authority's certificate.
pub(crate) fn authority_of(dir: &Path) -> anyhow::Result<Hash> {
    let certificate = CertificateDer::from_pem_file(dir.join("authority.pem"))
        .context("cannot read authority.pem")?;
    Ok(name_of(&certificate))
}

/// The same of a certificate.
pub(crate) fn name_of(certificate: &CertificateDer<'_>) -> Hash {
    Hash(Sha256::digest(certificate).into())
}

/// Puts the key, if there is one, under another passphrase. Tried again after it was done, it does nothing.
///
/// # Errors
///
/// A key that opens with neither of both; the disk's. The file is then as it was.
pub(crate) fn change_record_passphrase(
    dir: &Path,
    config: &Config,
    next: &str,
) -> anyhow::Result<()> {
    let path = dir.join(RECORD_KEY);
    let Some(pem) = read_key(&path)? else { return Ok(()) };
    let present = passphrase(config.passphrase_file.as_deref())?;
    let changed: SecretPem = match warifu_pki::change_passphrase(&pem, &present, next) {
        Ok(changed) => changed,
        Err(warifu_pki::Error::Locked) if FileKey::open(&pem, next).is_ok() => return Ok(()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot open {}", path.display()));
        }
    };
    FileKey::open(&changed, next).context("the changed key does not open; nothing is changed")?;
    file::replace(&path, changed.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

fn read_key(path: &Path) -> anyhow::Result<Option<Zeroizing<String>>> {
    match fs::read_to_string(path) {
        Ok(pem) => Ok(Some(pem.into())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Makes a key, unless another process did meanwhile; the one that there is.
fn make(dir: &Path, config: &Config, passphrase: &str) -> anyhow::Result<Zeroizing<String>> {
    if record_public(dir)?.is_some() {
        bail!(
            "{RECORD_KEY} is missing beside {RECORD_PUBLIC}: bring it back from a backup; or move \
             {RECORD_PUBLIC} to where it is kept for old checkpoints, and a new pair is made, whose public half \
             everybody who verifies has to be given"
        );
    }
    // A passphrase that does not open the authority's key would make a key that nobody can use.
    open_issuer(dir, config)?;
    let path = dir.join(RECORD_KEY);
    let pem = FileKey::generate()?.to_pem(passphrase)?;
    match file::write_new(&path, pem.as_bytes()) {
        Ok(()) => Ok(pem),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            read_key(&path)?.context("the record's key has gone")
        }
        Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
    }
}

/// Writes the public half where there is none; the one that there is.
fn publish(dir: &Path, public: &Key) -> anyhow::Result<Key> {
    if let Some(known) = record_public(dir)? {
        return Ok(known);
    }
    let pem = public.to_pem().context("a key that cannot be written")?;
    match file::write_new(&dir.join(RECORD_PUBLIC), pem.as_bytes()) {
        Ok(()) => Ok(public.clone()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            record_public(dir)?.context("the public half has gone")
        }
        Err(error) => Err(error).with_context(|| format!("cannot write {RECORD_PUBLIC}")),
    }
}

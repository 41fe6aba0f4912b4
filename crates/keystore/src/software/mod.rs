//! Keys in encrypted files, the files' passwords in the OS keystore.

mod container;
mod place;

#[cfg(feature = "fuzzing")]
pub use self::container::read_container;

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use p256::{
    SecretKey,
    ecdsa::{DerSignature, SigningKey, signature::Signer as _},
    elliptic_curve::Generate as _,
    pkcs8::EncodePublicKey as _,
};

use warifu_platform::file as platform;
use zeroize::Zeroizing;

use crate::{
    DeviceKey, KeyError, KeyReference, KeyStore, Protection, file,
    vault::{Account, Secret, Vault},
};

use self::place::Place;

/// The longest secret, in bytes: the Credential Manager takes 2,560, with what the store adds.
const MAX_SECRET: usize = 2_000;

/// Keys in encrypted files, the files' passwords in the OS keystore.
///
/// Each key is a PKCS#12 container with a password of its own: 256 random bits that only the OS
/// keystore (Credential Manager, login keychain, Secret Service) knows. Neither the file nor the
/// OS keystore's secret is of use without the other, and without the OS keystore no key is made:
/// there is no fallback.
#[derive(Debug)]
pub struct SoftwareKeyStore {
    dir: PathBuf,
    vault: Vault,
}

impl SoftwareKeyStore {
    /// A keystore whose files are in `dir`, which is made, for the owner only, when first needed.
    ///
    /// The keys belong to the directory, wherever it is: moved, by the same user on the same PC, they
    /// open as before. Of a copy the same is true, and neither it nor the original can delete what is
    /// the other's. For another user or on another PC nothing opens.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), vault: Vault::of_this_user() }
    }

    fn files(&self, reference: &KeyReference) -> io::Result<Files> {
        let dir = self.dir.canonicalize()?;
        Ok(Files {
            container: dir.join(format!("{reference}{EXTENSION}")),
            unfinished: dir.join(format!("{reference}{UNFINISHED_EXTENSION}")),
        })
    }

    /// Keeps a secret under the folder's number, which is made if there is none.
    fn keep(&self, kind: Kind, name: &str, secret: &Secret) -> Result<(), KeyError> {
        let was_there = self.dir.is_dir();
        platform::create_private_dir(&self.dir)?;
        let place = Place::of_or_new(&self.dir, was_there)?;
        self.vault.store(&kind.of_number(&place.names().own, name), secret)
    }

    /// Reads a secret. One that is found under an earlier name of the folder, or under that of the
    /// folder that this one is a copy of, is kept under the folder's own from then on.
    fn recall(&self, kind: Kind, name: &str) -> Result<Secret, KeyError> {
        let known = Place::of(&self.dir)?;
        let place = match &known {
            Some(place) => place.clone(),
            None => Place::new(&self.dir, true)?,
        };
        let names = place.names();
        let own = kind.of_number(&names.own, name);
        if known.is_some() {
            match self.vault.load(&own) {
                Err(KeyError::Missing) => {}
                loaded => return loaded,
            }
        }
        let ours = names.paths_are_ours;
        let earlier = names.paths.iter().map(|path| (kind.of_path(path, name), ours));
        let others = names.others.iter().map(|number| (kind.of_number(number, name), false));
        // A copy's key is of no use without its password; a secret can be entered again, and one that
        // was forgotten must not come back.
        let wanted = |ours: &bool| *ours || matches!(kind, Kind::Password);
        for (account, ours) in earlier.chain(others).filter(|(_, ours)| wanted(ours)) {
            match self.vault.load(&account) {
                Ok(secret) => {
                    if let Err(error) = self.take_over(kind, name, &secret, &account, ours) {
                        // It is found the same way the next time.
                        tracing::warn!(%error, "a secret stays under the folder's earlier name");
                    }
                    return Ok(secret);
                }
                Err(KeyError::Missing) => {}
                Err(error) => return Err(error),
            }
        }
        Err(match place.before() {
            Some(before) => KeyError::MissingHere { before },
            None => KeyError::Missing,
        })
    }

    fn take_over(
        &self,
        kind: Kind,
        name: &str,
        secret: &Secret,
        from: &Account,
        ours: bool,
    ) -> Result<(), KeyError> {
        self.keep(kind, name, secret)?;
        if ours { self.vault.delete(from) } else { Ok(()) }
    }

    /// Forgets a secret of this folder, under whatever name it is; never another folder's.
    fn forget(&self, kind: Kind, name: &str) -> Result<(), KeyError> {
        let place = match Place::of(&self.dir)? {
            Some(place) => place,
            None => Place::new(&self.dir, true)?,
        };
        let names = place.names();
        self.vault.delete(&kind.of_number(&names.own, name))?;
        if names.paths_are_ours {
            names.paths.iter().try_for_each(|path| self.vault.delete(&kind.of_path(path, name)))?;
        }
        Ok(())
    }
}

/// What a secret in the OS keystore is.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// The password of a key's container.
    Password,
    /// A small text that somebody asked to keep.
    Secret,
}

impl Kind {
    /// Where it is for the folder of this number.
    fn of_number(self, number: &[u8], name: &str) -> Account {
        let kind = match self {
            Self::Password => "warifu software key 2",
            Self::Secret => "warifu secret 2",
        };
        Account::new(kind, number, name)
    }

    /// Where version 0.1.0 kept it for the folder of this path.
    fn of_path(self, path: &[u8], name: &str) -> Account {
        let kind = match self {
            Self::Password => "warifu software key 1",
            Self::Secret => "warifu secret 1",
        };
        Account::new(kind, path, name)
    }
}

impl KeyStore for SoftwareKeyStore {
    /// The file comes first and the password second. A crash in between leaves a file that nobody
    /// can open, but that [`list`](KeyStore::list) finds and [`delete`](KeyStore::delete) removes;
    /// the other way round it would leave a secret that nobody finds.
    fn create(&self, reference: &KeyReference) -> Result<Arc<dyn DeviceKey>, KeyError> {
        let was_there = self.dir.is_dir();
        platform::create_private_dir(&self.dir)?;
        Place::of_or_new(&self.dir, was_there)?;
        let files = self.files(reference)?;
        if files.container.try_exists()? {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
        }
        let password = Secret::random()?;
        let key = SecretKey::try_generate()?;
        let content = container::seal(&key, reference, &password)?;
        let device_key = SoftwareKey::new(&key)?;
        file::write_durably(&files.container, &files.unfinished, &content)?;
        if let Err(error) = self.keep(Kind::Password, reference.as_str(), &password) {
            if let Err(undo) = platform::remove(&files.container) {
                tracing::warn!(%reference, error = %undo, "a key that cannot be used stays behind");
            }
            return Err(error);
        }
        Ok(Arc::new(device_key))
    }

    fn open(&self, reference: &KeyReference) -> Result<Arc<dyn DeviceKey>, KeyError> {
        let files = self.files(reference).map_err(missing_if_absent)?;
        let content = platform::read_up_to(&files.container, container::MAX_LENGTH)
            .map_err(missing_if_absent)?;
        let password = self.recall(Kind::Password, reference.as_str())?;
        let key = container::unseal(&content, reference, &password)?;
        Ok(Arc::new(SoftwareKey::new(&key)?))
    }

    /// The password goes first: without it the file is worthless, and as long as the file is
    /// there, [`list`](KeyStore::list) shows that something is left to delete.
    fn delete(&self, reference: &KeyReference) -> Result<(), KeyError> {
        let files = match self.files(reference).map_err(missing_if_absent) {
            Ok(files) => files,
            Err(KeyError::Missing) => return Ok(()),
            Err(error) => return Err(error),
        };
        self.forget(Kind::Password, reference.as_str())?;
        platform::remove(&files.unfinished)?;
        platform::remove(&files.container)?;
        Ok(())
    }

    fn list(&self) -> Result<Vec<KeyReference>, KeyError> {
        let entries = match fs::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let mut references = Vec::new();
        for entry in entries {
            references.extend(reference_of(Path::new(&entry?.file_name())));
        }
        references.sort();
        references.dedup();
        Ok(references)
    }

    fn keep_secret(&self, name: &str, secret: Zeroizing<String>) -> Result<(), KeyError> {
        if secret.len() > MAX_SECRET {
            return Err(KeyError::failed("the secret is too long for an OS keystore"));
        }
        self.keep(Kind::Secret, name, &Secret::new(secret))
    }

    fn secret(&self, name: &str) -> Result<Zeroizing<String>, KeyError> {
        if !self.dir.try_exists()? {
            return Err(KeyError::Missing);
        }
        match self.recall(Kind::Secret, name) {
            Ok(secret) => Ok(Zeroizing::new(secret.as_str().to_owned())),
            // Nobody misses what can be entered again.
            Err(KeyError::MissingHere { .. }) => Err(KeyError::Missing),
            Err(error) => Err(error),
        }
    }

    fn forget_secret(&self, name: &str) -> Result<(), KeyError> {
        if self.dir.try_exists()? { self.forget(Kind::Secret, name) } else { Ok(()) }
    }
}

/// A key that was taken out of its container, in memory until dropped.
struct SoftwareKey {
    signing_key: SigningKey,
    public_key_der: Vec<u8>,
}

impl SoftwareKey {
    fn new(key: &SecretKey) -> Result<Self, KeyError> {
        let public_key = key
            .public_key()
            .to_public_key_der()
            .map_err(|error| KeyError::failed_because("the public key cannot be encoded", error))?;
        Ok(Self { signing_key: key.into(), public_key_der: public_key.into_vec() })
    }
}

impl DeviceKey for SoftwareKey {
    fn public_key_der(&self) -> &[u8] {
        &self.public_key_der
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature: DerSignature = self
            .signing_key
            .try_sign(message)
            .map_err(|error| KeyError::failed_because("the key cannot sign", error))?;
        Ok(signature.as_bytes().to_vec())
    }

    fn protection(&self) -> Protection {
        Protection::Software
    }
}

impl fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoftwareKey(…)")
    }
}

/// Where one key is.
struct Files {
    container: PathBuf,
    /// What the container is written to before it has its name.
    unfinished: PathBuf,
}

const EXTENSION: &str = ".p12";
const UNFINISHED_EXTENSION: &str = ".p12.new";

/// The reference in a file's name, if it is one of a keystore's files.
fn reference_of(name: &Path) -> Option<KeyReference> {
    let name = name.to_str()?;
    let stem = name.strip_suffix(EXTENSION).or_else(|| name.strip_suffix(UNFINISHED_EXTENSION))?;
    stem.parse().ok()
}

fn missing_if_absent(error: io::Error) -> KeyError {
    if error.kind() == io::ErrorKind::NotFound { KeyError::Missing } else { error.into() }
}

#[cfg(test)]
mod tests;

//! Keys in encrypted files, the files' passwords in the OS keystore.

mod container;

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

use zeroize::Zeroizing;

use crate::{
    DeviceKey, KeyError, KeyReference, KeyStore, Protection, file,
    vault::{Account, Secret, Vault},
};

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
    /// The keys belong to the directory: moved elsewhere, they do not open.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), vault: Vault::of_this_user() }
    }

    fn secret_account(&self, name: &str) -> Result<Account, KeyError> {
        Ok(Account::new("warifu secret 1", &self.dir.canonicalize()?, name))
    }

    fn files(&self, reference: &KeyReference) -> Result<Files, KeyError> {
        let dir = self.dir.canonicalize()?;
        Ok(Files {
            container: dir.join(format!("{reference}{EXTENSION}")),
            unfinished: dir.join(format!("{reference}{UNFINISHED_EXTENSION}")),
            account: Account::new("warifu software key 1", &dir, reference.as_str()),
        })
    }
}

impl KeyStore for SoftwareKeyStore {
    /// The file comes first and the password second. A crash in between leaves a file that nobody
    /// can open, but that [`list`](KeyStore::list) finds and [`delete`](KeyStore::delete) removes;
    /// the other way round it would leave a secret that nobody finds.
    fn create(&self) -> Result<(KeyReference, Arc<dyn DeviceKey>), KeyError> {
        file::create_private_dir(&self.dir)?;
        let reference = KeyReference::random()?;
        let files = self.files(&reference)?;
        let password = Secret::random()?;
        let key = SecretKey::try_generate()?;
        let content = container::seal(&key, &reference, &password)?;
        let device_key = SoftwareKey::new(&key)?;
        file::write_durably(&files.container, &files.unfinished, &content)?;
        if let Err(error) = self.vault.store(&files.account, &password) {
            if let Err(undo) = file::remove_durably(&files.container) {
                tracing::warn!(%reference, error = %undo, "a key that cannot be used stays behind");
            }
            return Err(error);
        }
        Ok((reference, Arc::new(device_key)))
    }

    fn open(&self, reference: &KeyReference) -> Result<Arc<dyn DeviceKey>, KeyError> {
        let files = self.files(reference).map_err(missing_if_absent)?;
        let content = file::read_up_to(&files.container, container::MAX_LENGTH)
            .map_err(|error| missing_if_absent(error.into()))?;
        let password = self.vault.load(&files.account)?;
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
        self.vault.delete(&files.account)?;
        file::remove_durably(&files.unfinished)?;
        file::remove_durably(&files.container)?;
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
        file::create_private_dir(&self.dir)?;
        self.vault.store(&self.secret_account(name)?, &Secret::new(secret))
    }

    fn secret(&self, name: &str) -> Result<Zeroizing<String>, KeyError> {
        let account = self.secret_account(name).map_err(missing_if_absent)?;
        Ok(Zeroizing::new(self.vault.load(&account)?.as_str().to_owned()))
    }

    fn forget_secret(&self, name: &str) -> Result<(), KeyError> {
        match self.secret_account(name).map_err(missing_if_absent) {
            Ok(account) => self.vault.delete(&account),
            Err(KeyError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
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
    account: Account,
}

const EXTENSION: &str = ".p12";
const UNFINISHED_EXTENSION: &str = ".p12.new";

/// The reference in a file's name, if it is one of a keystore's files.
fn reference_of(name: &Path) -> Option<KeyReference> {
    let name = name.to_str()?;
    let stem = name.strip_suffix(EXTENSION).or_else(|| name.strip_suffix(UNFINISHED_EXTENSION))?;
    stem.parse().ok()
}

fn missing_if_absent(error: KeyError) -> KeyError {
    let is_absent = matches!(&error, KeyError::Storage(io) if io.kind() == io::ErrorKind::NotFound);
    if is_absent { KeyError::Missing } else { error }
}

#[cfg(test)]
mod tests;

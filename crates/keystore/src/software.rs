//! Keys in encrypted files, the files' passwords in the OS keystore.

mod container;

#[cfg(feature = "fuzzing")]
pub use self::container::read_container;

use std::{
    fmt, io,
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
use warifu_protocol::Protection;

use crate::{
    DeviceKey, KeyError, KeyReference, KeyStore, file,
    folder::{Folder, Kind},
    vault::Secret,
};

/// Keys in encrypted files, the files' passwords in the OS keystore.
///
/// Each key is a PKCS#12 container with a password of its own: 256 random bits that only the OS
/// keystore (Credential Manager, login keychain, Secret Service) knows. Neither the file nor the
/// OS keystore's secret is of use without the other, and without the OS keystore no key is made:
/// there is no fallback.
#[derive(Debug)]
pub struct SoftwareKeyStore {
    pub(crate) folder: Folder,
}

impl SoftwareKeyStore {
    /// A keystore whose files are in `dir`, which is made, for the owner only, when first needed.
    ///
    /// The keys belong to the directory, wherever it is: moved, by the same user on the same PC, they
    /// open as before. Of a copy the same is true, and neither it nor the original can delete what is
    /// the other's. For another user or on another PC nothing opens.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { folder: Folder::of_this_user(dir.into()) }
    }

    fn files(&self, reference: &KeyReference) -> io::Result<Files> {
        let dir = self.folder.dir().canonicalize()?;
        Ok(Files {
            container: dir.join(format!("{reference}{EXTENSION}")),
            unfinished: dir.join(format!("{reference}{UNFINISHED_EXTENSION}")),
        })
    }
}

impl KeyStore for SoftwareKeyStore {
    /// The file comes first and the password second. A crash in between leaves a file that nobody
    /// can open, but that [`list`](KeyStore::list) finds and [`delete`](KeyStore::delete) removes;
    /// the other way round it would leave a secret that nobody finds.
    fn create(&self, reference: &KeyReference) -> Result<Arc<dyn DeviceKey>, KeyError> {
        self.folder.make()?;
        let files = self.files(reference)?;
        let password = Secret::random()?;
        let key = SecretKey::try_generate()?;
        let content = container::seal(&key, reference, &password)?;
        let device_key = SoftwareKey::new(&key)?;
        self.folder.alone(|| {
            if files.container.try_exists()? {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            file::write_durably(&files.container, &files.unfinished, &content)
        })?;
        if let Err(error) = self.folder.keep(Kind::Password, reference.as_str(), &password) {
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
        let password = self.folder.recall(Kind::Password, reference.as_str())?;
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
        self.folder.forget(Kind::Password, reference.as_str())?;
        platform::remove(&files.unfinished)?;
        platform::remove(&files.container)?;
        Ok(())
    }

    fn list(&self) -> Result<Vec<KeyReference>, KeyError> {
        Ok(file::references(self.folder.dir(), reference_of)?)
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
    file::reference_of(name, [EXTENSION, UNFINISHED_EXTENSION])
}

fn missing_if_absent(error: io::Error) -> KeyError {
    if error.kind() == io::ErrorKind::NotFound { KeyError::Missing } else { error.into() }
}

#[cfg(test)]
pub(crate) mod tests;

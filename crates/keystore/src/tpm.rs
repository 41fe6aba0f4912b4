//! Keys in the TPM.

mod container;

use std::{fmt, io, path::Path, path::PathBuf, sync::Arc};

use p256::{PublicKey, pkcs8::DecodePublicKey as _};
use sha2::{Digest as _, Sha256};
use warifu_platform::file as platform;
use warifu_protocol::Protection;
use warifu_tpm::{
    Handle, KeyFile, Meaning, Public, Tpm, TpmError,
    command::{Authorisation, Create, Load, Sign},
};

#[cfg(feature = "fuzzing")]
pub use self::container::read_tpm_container;
use self::container::{Container, Password};
use crate::{
    DeviceKey, KeyError, KeyReference, KeyStore, TpmTrouble, file,
    folder::{Folder, Kind},
    vault::Secret,
};

/// Keys that the PC's TPM has made, which never leave it.
///
/// Each lies in a file that only the TPM can use, and has a password of its own, 256 random bits that only
/// the OS keystore knows: whoever copies the file cannot use it in this PC either. Nothing stays loaded in
/// the TPM, and nothing is made persistent in it. The way to it is opened for each use.
///
/// What is in the TPM is this program's own word: nothing here proves it to anybody.
#[derive(Debug)]
pub struct TpmKeyStore {
    folder: Folder,
    way: Arc<dyn WayToTpm>,
}

/// How a TPM is reached.
pub trait WayToTpm: fmt::Debug + Send + Sync {
    /// Opens a way of its own.
    ///
    /// # Errors
    ///
    /// There is no TPM, or not for this user.
    fn open(&self) -> Result<Tpm, TpmError>;
}

/// The kernel's resource manager.
#[cfg(unix)]
#[derive(Debug)]
struct OfThisPc;

#[cfg(unix)]
impl WayToTpm for OfThisPc {
    fn open(&self) -> Result<Tpm, TpmError> {
        Tpm::of_this_pc()
    }
}

impl TpmKeyStore {
    /// A keystore on this PC's TPM, with its files in `dir`, as
    /// [`SoftwareKeyStore`](crate::SoftwareKeyStore) has them, and beside them.
    #[cfg(unix)]
    pub fn of_this_pc(dir: impl Into<PathBuf>) -> Self {
        Self::new(dir, Arc::new(OfThisPc))
    }

    /// A keystore on the TPM at the end of `way`.
    pub fn new(dir: impl Into<PathBuf>, way: Arc<dyn WayToTpm>) -> Self {
        Self { folder: Folder::of_this_user(dir.into()), way }
    }

    /// Whether a key could be made, without making one.
    ///
    /// # Errors
    ///
    /// [`KeyError::Tpm`].
    pub fn check(&self) -> Result<(), KeyError> {
        let mut tpm = self.way.open()?;
        if tpm.storage_root()?.is_none() {
            let primary = tpm.storage_primary()?;
            tpm.holding::<_, TpmError>(primary.handle, |_| Ok(()))?;
        }
        Ok(())
    }

    /// A new key, and the Name of its parent.
    fn made(&self, password: &Password) -> Result<(KeyFile, Vec<u8>), TpmError> {
        let mut tpm = self.way.open()?;
        let template = &Public::device_key();
        let create = |tpm: &mut Tpm, parent| {
            tpm.run(&Create { parent, password: password.bytes(), template })
        };
        if let Some(root) = tpm.storage_root()? {
            let parent = Handle::STORAGE_ROOT;
            match create(&mut tpm, parent) {
                Ok(made) => {
                    let key = KeyFile { parent, public: made.public, private: made.private };
                    return Ok((key, root.name));
                }
                // Somebody's own, with a password.
                Err(error) if error.meaning() == Some(Meaning::WrongPassword) => {}
                Err(error) => return Err(error),
            }
        }
        let primary = tpm.storage_primary()?;
        let made = tpm.holding(primary.handle, |tpm| create(tpm, primary.handle))?;
        let key = KeyFile { parent: Handle::OWNER, public: made.public, private: made.private };
        Ok((key, primary.name))
    }

    fn files(&self, reference: &KeyReference) -> io::Result<Files> {
        let dir = self.folder.dir().canonicalize()?;
        Ok(Files {
            key: dir.join(format!("{reference}{EXTENSION}")),
            unfinished: dir.join(format!("{reference}{UNFINISHED_EXTENSION}")),
        })
    }
}

impl KeyStore for TpmKeyStore {
    /// The file comes first and the password second, as in the software keystore. In the TPM nothing is
    /// left to undo.
    fn create(&self, reference: &KeyReference) -> Result<Arc<dyn DeviceKey>, KeyError> {
        self.folder.make()?;
        let files = self.files(reference)?;
        let secret = Secret::random()?;
        let password = Password::of(&secret)?;
        let (key, parent) = self.made(&password)?;
        let container = Container { key, parent };
        let content = container.seal(reference, &password)?;
        let device_key = TpmKey::new(container, password, Arc::clone(&self.way))
            .map_err(|_| unfit("the TPM made another key than it was asked for"))?;
        self.folder.alone(|| {
            if files.key.try_exists()? {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            file::write_durably(&files.key, &files.unfinished, content.as_bytes())
        })?;
        if let Err(error) = self.folder.keep(Kind::TpmPassword, reference.as_str(), &secret) {
            if let Err(undo) = platform::remove(&files.key) {
                tracing::warn!(%reference, error = %undo, "a key that cannot be used stays behind");
            }
            return Err(error);
        }
        Ok(Arc::new(device_key))
    }

    /// The key is loaded once, so that another PC's, or one of before the TPM was cleared, is told here.
    fn open(&self, reference: &KeyReference) -> Result<Arc<dyn DeviceKey>, KeyError> {
        let files = self.files(reference).map_err(missing_if_absent)?;
        let content =
            platform::read_up_to(&files.key, container::MAX_LENGTH).map_err(missing_if_absent)?;
        let secret = self.folder.recall(Kind::TpmPassword, reference.as_str())?;
        let password = Password::of(&secret)?;
        let container = Container::unseal(&content, reference, &password)?;
        let key = TpmKey::new(container, password, Arc::clone(&self.way))?;
        key.with_loaded(|_, _| Ok(()))?;
        Ok(Arc::new(key))
    }

    /// The password goes first, as in the software keystore; the TPM is not asked.
    fn delete(&self, reference: &KeyReference) -> Result<(), KeyError> {
        let files = match self.files(reference).map_err(missing_if_absent) {
            Ok(files) => files,
            Err(KeyError::Missing) => return Ok(()),
            Err(error) => return Err(error),
        };
        self.folder.forget(Kind::TpmPassword, reference.as_str())?;
        platform::remove(&files.unfinished)?;
        platform::remove(&files.key)?;
        Ok(())
    }

    fn list(&self) -> Result<Vec<KeyReference>, KeyError> {
        Ok(file::references(self.folder.dir(), reference_of)?)
    }
}

/// A key that is loaded for each signature.
struct TpmKey {
    container: Container,
    password: Password,
    public_key_der: Vec<u8>,
    way: Arc<dyn WayToTpm>,
}

impl TpmKey {
    fn new(
        container: Container,
        password: Password,
        way: Arc<dyn WayToTpm>,
    ) -> Result<Self, KeyError> {
        let public = &container.key.public;
        let der = public.is_device_key().then(|| public.p256_der()).flatten();
        let on_curve = |der: &Vec<u8>| PublicKey::from_public_key_der(der).is_ok();
        let public_key_der = der
            .filter(on_curve)
            .ok_or(KeyError::Damaged { why: "the key is not one that is made here" })?;
        Ok(Self { container, password, public_key_der, way })
    }

    /// Does `work` while the key is loaded, and nothing else of ours: a way has three places.
    fn with_loaded<T>(
        &self,
        work: impl FnOnce(&mut Tpm, Handle) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        let Container { key, parent: name } = &self.container;
        let mut tpm = self.way.open()?;
        let load = |tpm: &mut Tpm, parent| {
            let authorisation = Authorisation::Password(&[]);
            let KeyFile { private, public, .. } = key;
            tpm.run(&Load { parent, authorisation, private, public })
        };
        let loaded = if key.parent == Handle::OWNER {
            let primary = tpm.storage_primary()?;
            tpm.holding(primary.handle, |tpm| {
                if primary.name == *name {
                    load(tpm, primary.handle).map_err(damaged)
                } else {
                    Err(ANOTHER_TPM)
                }
            })?
        } else {
            // One that was made persistent may be gone, or replaced.
            match tpm.storage_root()? {
                Some(root) if root.name == *name => load(&mut tpm, key.parent).map_err(damaged)?,
                Some(_) | None => return Err(ANOTHER_TPM),
            }
        };
        tpm.holding(loaded.handle, |tpm| work(tpm, loaded.handle))
    }
}

impl DeviceKey for TpmKey {
    fn public_key_der(&self) -> &[u8] {
        &self.public_key_der
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let digest = Sha256::digest(message).into();
        self.with_loaded(|tpm, key| {
            Ok(tpm.run(&Sign { key, password: self.password.bytes(), digest: &digest })?)
        })
    }

    fn protection(&self) -> Protection {
        Protection::Hardware
    }
}

impl fmt::Debug for TpmKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TpmKey(…)")
    }
}

impl From<TpmError> for KeyError {
    fn from(error: TpmError) -> Self {
        let trouble = match &error {
            TpmError::None => TpmTrouble::Absent,
            TpmError::NoPermission => TpmTrouble::NoPermission,
            TpmError::Channel(_) => TpmTrouble::Broken,
            TpmError::Malformed { .. } => TpmTrouble::Unfit,
            TpmError::Refused(refusal) => match refusal.code.meaning() {
                Meaning::WrongPassword if refusal.is_of_hierarchy() => TpmTrouble::OwnerPassword,
                Meaning::NotThisTpms => TpmTrouble::AnotherTpm,
                Meaning::LockedOut => TpmTrouble::LockedOut,
                Meaning::NoPlaceLeft | Meaning::Again => TpmTrouble::Full,
                Meaning::Blocked => TpmTrouble::Blocked,
                Meaning::Broken => TpmTrouble::Broken,
                Meaning::WrongPassword
                | Meaning::NoSuchHandle
                | Meaning::NoPrivatePart
                | Meaning::NotSupported
                | Meaning::Unexpected => TpmTrouble::Unfit,
            },
        };
        Self::Tpm { trouble, source: Some(error.into()) }
    }
}

/// Of a key whose parent is this TPM's.
fn damaged(error: TpmError) -> KeyError {
    match error.meaning() {
        Some(Meaning::NotThisTpms) => KeyError::Damaged { why: "its TPM does not load it" },
        Some(_) | None => error.into(),
    }
}

const ANOTHER_TPM: KeyError = KeyError::Tpm { trouble: TpmTrouble::AnotherTpm, source: None };

fn unfit(why: &'static str) -> KeyError {
    KeyError::Tpm { trouble: TpmTrouble::Unfit, source: Some(why.into()) }
}

/// Where one key is.
struct Files {
    key: PathBuf,
    /// What it is written to before it has its name.
    unfinished: PathBuf,
}

const EXTENSION: &str = ".tpm";
const UNFINISHED_EXTENSION: &str = ".tpm.new";

fn reference_of(name: &Path) -> Option<KeyReference> {
    file::reference_of(name, [EXTENSION, UNFINISHED_EXTENSION])
}

fn missing_if_absent(error: io::Error) -> KeyError {
    if error.kind() == io::ErrorKind::NotFound { KeyError::Missing } else { error.into() }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests;

//! An OS keystore that misbehaves on command. What it keeps is in files, so that several processes see
//! the same. The real one is in `tests/secret_service.rs`.

use std::{
    any::Any,
    collections::HashMap,
    fmt, fs,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use keyring_core::{
    CredentialStore, Entry,
    api::{Credential, CredentialApi, CredentialStoreApi},
};

use super::{OsKeystore, Vault};
use crate::KeyError;

struct FakeKeystore(Arc<FakeVault>);

impl OsKeystore for FakeKeystore {
    fn connect(&self) -> keyring::Result<Arc<CredentialStore>> {
        Ok(Arc::new(FakeStore(Arc::clone(&self.0))))
    }

    fn modifiers(&self) -> HashMap<&'static str, &'static str> {
        HashMap::new()
    }

    fn no_answer(&self) -> KeyError {
        KeyError::Locked
    }

    fn failure(&self, cause: crate::Cause) -> KeyError {
        KeyError::failed_because("the OS keystore malfunctions", cause)
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    #[default]
    Well,
    /// Fails.
    Broken,
    /// Says it stored the secret and did not.
    Forgetful,
    /// Stores another secret.
    Mangling,
    /// Does not answer until the mood changes.
    Waiting,
}

/// What the keystore holds, a file for each secret, and how it behaves to this process.
pub(crate) struct FakeVault {
    dir: PathBuf,
    mood: Mutex<Mood>,
    mood_changed: Condvar,
    deletions: Mutex<usize>,
    deleted: Condvar,
}

impl FakeVault {
    /// The keystore that keeps its secrets in `dir`.
    pub(crate) fn new(dir: PathBuf) -> Arc<Self> {
        fs::create_dir_all(&dir).unwrap();
        Arc::new(Self {
            dir,
            mood: Mutex::default(),
            mood_changed: Condvar::new(),
            deletions: Mutex::default(),
            deleted: Condvar::new(),
        })
    }

    /// As the code under test sees it.
    pub(crate) fn vault(self: &Arc<Self>) -> Vault {
        Vault::new(Arc::new(FakeKeystore(Arc::clone(self))), Duration::from_millis(500))
    }

    pub(crate) fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
        self.mood_changed.notify_all();
    }

    fn mood(&self) -> keyring::Result<Mood> {
        let waiting = |mood: &mut Mood| *mood == Mood::Waiting;
        let mood = *self.mood_changed.wait_while(self.mood.lock().unwrap(), waiting).unwrap();
        if mood == Mood::Broken {
            return Err(keyring::Error::PlatformFailure("told to".into()));
        }
        Ok(mood)
    }

    /// What it holds, by the names of the files.
    pub(crate) fn secrets(&self) -> HashMap<PathBuf, Vec<u8>> {
        let paths = fs::read_dir(&self.dir).unwrap().map(|entry| entry.unwrap().path());
        let kept = paths.filter(|path| path.extension().is_none());
        kept.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    pub(crate) fn clear(&self) {
        self.secrets().keys().for_each(|path| fs::remove_file(path).unwrap());
    }

    pub(crate) fn wait_until_deleted(&self) {
        let none = |deletions: &mut usize| *deletions == 0;
        drop(self.deleted.wait_while(self.deletions.lock().unwrap(), none).unwrap());
    }
}

struct FakeStore(Arc<FakeVault>);

impl CredentialStoreApi for FakeStore {
    fn vendor(&self) -> String {
        "test".to_owned()
    }

    fn id(&self) -> String {
        "test".to_owned()
    }

    fn build(
        &self,
        service: &str,
        user: &str,
        _: Option<&HashMap<&str, &str>>,
    ) -> keyring::Result<Entry> {
        let vault = Arc::clone(&self.0);
        let path = vault.dir.join(format!("{service} {user}"));
        Ok(Entry::new_with_credential(Arc::new(FakeCredential { vault, path })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeStore")
    }
}

struct FakeCredential {
    vault: Arc<FakeVault>,
    path: PathBuf,
}

impl CredentialApi for FakeCredential {
    fn set_secret(&self, secret: &[u8]) -> keyring::Result<()> {
        let kept = match self.vault.mood()? {
            Mood::Forgetful => return Ok(()),
            Mood::Mangling => secret[1..].to_vec(),
            Mood::Well | Mood::Broken | Mood::Waiting => secret.to_vec(),
        };
        replace(&self.path, &kept);
        Ok(())
    }

    fn get_secret(&self) -> keyring::Result<Vec<u8>> {
        self.vault.mood()?;
        fs::read(&self.path).map_err(|_| keyring::Error::NoEntry)
    }

    fn delete_credential(&self) -> keyring::Result<()> {
        self.vault.mood()?;
        let removed = fs::remove_file(&self.path);
        *self.vault.deletions.lock().unwrap() += 1;
        self.vault.deleted.notify_all();
        removed.map_err(|_| keyring::Error::NoEntry)
    }

    fn get_credential(&self) -> keyring::Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeCredential")
    }
}

/// A reader in another process finds the old content or the new.
fn replace(path: &Path, content: &[u8]) {
    let new =
        path.with_extension(format!("{}-{:?}", std::process::id(), std::thread::current().id()));
    fs::write(&new, content).unwrap();
    fs::rename(new, path).unwrap();
}

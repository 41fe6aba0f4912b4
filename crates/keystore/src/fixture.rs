//! A keystore on an OS keystore that misbehaves on command.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use tempfile::TempDir;

use crate::{
    DeviceKey, KeyError, KeyReference, KeyStore as _, OsSecretStore, SoftwareKeyStore,
    folder::Folder, vault::double::FakeVault,
};

/// A keystore in a folder of its own.
pub(crate) struct Fixture {
    pub(crate) keys: SoftwareKeyStore,
    pub(crate) vault: Arc<FakeVault>,
    root: TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let vault = FakeVault::new(root.path().join("vault"));
        let keys = keys_in(root.path().join("keys"), &vault);
        Self { keys, vault, root }
    }

    pub(crate) fn try_create(&self) -> Result<(KeyReference, Arc<dyn DeviceKey>), KeyError> {
        let reference = KeyReference::random()?;
        let key = self.keys.create(&reference)?;
        Ok((reference, key))
    }

    pub(crate) fn create(&self) -> (KeyReference, Arc<dyn DeviceKey>) {
        self.try_create().unwrap()
    }

    /// A data folder, whose keys are in `keys`.
    pub(crate) fn data(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn keys_in(&self, name: &str) -> SoftwareKeyStore {
        keys_in(self.data(name), &self.vault)
    }

    /// The secrets that belong to these keys.
    pub(crate) fn secrets_of(&self, keys: &SoftwareKeyStore) -> OsSecretStore {
        OsSecretStore { folder: keys.folder.clone() }
    }

    pub(crate) fn assert_empty(&self) {
        assert_eq!(fs::read_dir(self.keys.folder.dir()).unwrap().count(), 0);
        assert!(self.vault.secrets().is_empty());
    }
}

fn keys_in(dir: PathBuf, vault: &Arc<FakeVault>) -> SoftwareKeyStore {
    SoftwareKeyStore { folder: Folder::new(dir, vault.vault()) }
}

/// Copies a folder and all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(drop).unwrap();
        }
    }
}

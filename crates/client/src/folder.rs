//! The app's data folder: where it is, and how the app and the console program get on in it.
//!
//! The database lets one of them write at a time, and its states refuse what is outdated
//! (`identity`). A key, though, is made in the keystore and recorded in the database afterwards; the
//! sweep of orphans in the other program has to wait in between, which is what `keys.lock` is for.
//! `app.lock` only says that the app is open, because some things are better not done behind it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use tokio::sync::MutexGuard;
use warifu_protocol::ErrorCode;

use crate::{Client, Failure};

/// The environment variable that moves the data folder.
pub const DATA_DIR: &str = "WARIFU_DATA_DIR";

/// The name of the data folder among those of other apps; the identifier in tauri.conf.json.
pub const IDENTIFIER: &str = "app.warifu.desktop";

/// The file that the app's log is in.
pub const LOG: &str = "warifu.log";

/// The file that the log before that one is in.
pub const OLDER_LOG: &str = "warifu.old.log";

const APP_LOCK: &str = "app.lock";
const KEYS_LOCK: &str = "keys.lock";

/// Where the app's data is: an absolute path, whatever [`DATA_DIR`] holds; an empty one is as good as
/// none.
///
/// # Errors
///
/// `storage-failed` if the operating system names no folder for it.
pub fn data_dir() -> Result<PathBuf, Failure> {
    match own_dir() {
        // From where the program was started, once and for all: what is relative may mean another
        // folder a moment later.
        Some(dir) => Ok(std::path::absolute(dir)?),
        // The local folder, not the roaming one: a certificate belongs to one PC.
        None => dirs::data_local_dir()
            .map(|dir| dir.join(IDENTIFIER))
            .ok_or_else(|| Failure::new(ErrorCode::StorageFailed)),
    }
}

/// The folder that `WARIFU_DATA_DIR` names; none if it is empty or not set.
#[must_use]
pub fn own_dir() -> Option<PathBuf> {
    warifu_platform::env::path(DATA_DIR)
}

/// Held while a key exists that the database does not know yet, so that no sweep of orphans takes it:
/// neither this program's nor another's.
#[derive(Debug)]
pub(crate) struct MakingKey<'a> {
    _here: MutexGuard<'a, ()>,
    _elsewhere: File,
}

impl Client {
    /// Whether the app has this folder open now.
    #[must_use]
    pub fn app_is_open(&self) -> bool {
        let Ok(file) = lock_file(&self.inner.dir, APP_LOCK) else { return false };
        matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    }

    /// What the app has logged and is still there, oldest first. Blocks.
    #[must_use]
    pub fn app_log(&self) -> Vec<u8> {
        let read = |name| std::fs::read(self.inner.dir.join(name)).unwrap_or_default();
        [OLDER_LOG, LOG].map(read).concat()
    }

    /// Waits until nobody else is making a key or sweeping.
    pub(crate) async fn making_key(&self) -> Result<MakingKey<'_>, Failure> {
        let here = self.inner.making_key.lock().await;
        let elsewhere = self
            .blocking(|inner| {
                let file = lock_file(&inner.dir, KEYS_LOCK)?;
                supported(file.lock())?;
                Ok(file)
            })
            .await?;
        Ok(MakingKey { _here: here, _elsewhere: elsewhere })
    }
}

/// Says that the app has the folder open, for as long as the file is kept. Blocks for no longer than
/// somebody asks.
pub(crate) fn announce_app(dir: &Path) -> io::Result<File> {
    let file = lock_file(dir, APP_LOCK)?;
    supported(file.lock_shared())?;
    Ok(file)
}

/// Few file systems have no locks; there everything works but for two programs at once.
fn supported(locked: io::Result<()>) -> io::Result<()> {
    match locked {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        locked => locked,
    }
}

fn lock_file(dir: &Path, name: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(dir.join(name))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use warifu_keystore::SoftwareKeyStore;

    use super::*;
    use crate::system_clock;

    fn keystore(dir: &Path) -> Arc<SoftwareKeyStore> {
        Arc::new(SoftwareKeyStore::new(dir.join("keys")))
    }

    #[test]
    fn the_app_is_seen_for_as_long_as_it_is_open() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let beside = Client::open_beside_app(dir, keystore(dir), system_clock()).unwrap();
        assert!(!beside.app_is_open());
        let app = Client::open(dir, keystore(dir), system_clock()).unwrap();
        assert!(beside.app_is_open());
        drop(app);
        assert!(!beside.app_is_open());
    }

    #[tokio::test]
    async fn two_programs_do_not_make_and_sweep_keys_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let app = Client::open(dir, keystore(dir), system_clock()).unwrap();
        let beside = Client::open_beside_app(dir, keystore(dir), system_clock()).unwrap();
        let held = app.making_key().await.unwrap();
        let mut sweep = std::pin::pin!(beside.sweep_orphaned_keys());
        let waited = tokio::time::timeout(std::time::Duration::from_millis(50), &mut sweep).await;
        assert!(waited.is_err(), "swept while a key was being made");
        drop(held);
        sweep.await.unwrap();
    }

    #[test]
    fn both_parts_of_the_log_are_read_in_their_order() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let client = Client::open_beside_app(dir, keystore(dir), system_clock()).unwrap();
        assert_eq!(client.app_log(), b"");
        std::fs::write(dir.join(LOG), "later\n").unwrap();
        std::fs::write(dir.join(OLDER_LOG), "earlier\n").unwrap();
        assert_eq!(client.app_log(), b"earlier\nlater\n");
    }
}

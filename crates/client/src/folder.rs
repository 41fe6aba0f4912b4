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

use warifu_protocol::ErrorCode;

use crate::Failure;

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

/// Whether the app has this folder open now.
pub(crate) fn app_is_open(dir: &Path) -> bool {
    let Ok(file) = lock_file(dir, APP_LOCK) else { return false };
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// What the app has logged and is still there, oldest first. Blocks.
pub(crate) fn app_log(dir: &Path) -> Vec<u8> {
    let read = |name| std::fs::read(dir.join(name)).unwrap_or_default();
    [OLDER_LOG, LOG].map(read).concat()
}

/// Makes the folder so that nobody else looks into it.
pub(crate) fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Waits until no other program is making a key or sweeping; none does while the file is kept. Blocks.
pub(crate) fn lock_keys(dir: &Path) -> io::Result<File> {
    let file = lock_file(dir, KEYS_LOCK)?;
    supported(file.lock())?;
    Ok(file)
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
    use super::*;

    #[test]
    fn the_app_is_seen_for_as_long_as_it_is_open() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        assert!(!app_is_open(dir));
        let announced = announce_app(dir).unwrap();
        assert!(app_is_open(dir));
        drop(announced);
        assert!(!app_is_open(dir));
    }

    #[test]
    fn both_parts_of_the_log_are_read_in_their_order() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        assert_eq!(app_log(dir), b"");
        std::fs::write(dir.join(LOG), "later\n").unwrap();
        std::fs::write(dir.join(OLDER_LOG), "earlier\n").unwrap();
        assert_eq!(app_log(dir), b"earlier\nlater\n");
    }
}

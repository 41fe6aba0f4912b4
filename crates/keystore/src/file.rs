//! Files that are wholly there or not at all, also after a power loss, and only for their owner.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

/// Makes `dir`, and what is missing above it, readable by the owner only. Leaves one that exists.
pub(crate) fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    if dir.is_dir() {
        return Ok(());
    }
    builder.create(dir)?;
    sync_parent(dir)
}

/// Writes `content` to `path`, which must be new, by way of `temporary` in the same directory.
///
/// A failure leaves neither; a crash leaves `temporary`, or `path` in full.
pub(crate) fn write_durably(path: &Path, temporary: &Path, content: &[u8]) -> io::Result<()> {
    let written = write_new(temporary, content)
        .and_then(|()| fs::rename(temporary, path))
        .and_then(|()| sync_parent(path));
    if written.is_err() {
        // Nothing refers to either file yet, and the first failure is the one to report.
        let _ = fs::remove_file(temporary);
        let _ = fs::remove_file(path);
    }
    written
}

/// Removes `path` so that it stays removed. Succeeds if it is not there.
pub(crate) fn remove_durably(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Ok(()) => sync_parent(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Reads a file of at most `limit` bytes; a longer one gives `limit + 1` bytes.
pub(crate) fn read_up_to(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?.take(limit as u64 + 1).read_to_end(&mut content)?;
    Ok(content)
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Makes a change of the directory's entries survive a power loss.
#[cfg(unix)]
fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(dir) => File::open(dir)?.sync_all(),
        None => Ok(()),
    }
}

/// Windows cannot sync a directory; NTFS journals the change of its entries.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn sync_parent(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_whole_file_and_leaves_no_temporary_one() {
        let dir = tempfile::tempdir().unwrap();
        let (path, temporary) = (dir.path().join("key"), dir.path().join("key.tmp"));
        write_durably(&path, &temporary, b"content").unwrap();
        assert_eq!(read_up_to(&path, 100).unwrap(), b"content");
        assert!(!temporary.exists());
    }

    #[test]
    fn leaves_nothing_when_it_fails() {
        let dir = tempfile::tempdir().unwrap();
        let (path, temporary) = (dir.path().join("absent/key"), dir.path().join("key.tmp"));
        write_durably(&path, &temporary, b"content").unwrap_err();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn reads_no_more_than_one_byte_over_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        fs::write(&path, [0; 50]).unwrap();
        assert_eq!(read_up_to(&path, 50).unwrap().len(), 50);
        assert_eq!(read_up_to(&path, 10).unwrap().len(), 11);
    }

    #[test]
    fn removing_what_is_not_there_succeeds() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        fs::write(&path, b"").unwrap();
        remove_durably(&path).unwrap();
        remove_durably(&path).unwrap();
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_what_it_makes() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("a/keys");
        create_private_dir(&keys).unwrap();
        create_private_dir(&keys).unwrap();
        let path = keys.join("key");
        write_durably(&path, &keys.join("key.tmp"), b"content").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&keys), mode(&path)), (0o700, 0o600));
    }
}

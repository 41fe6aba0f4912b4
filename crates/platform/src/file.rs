//! A program's own files: private, and wholly there or not at all, also after a power loss.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// Who may read a new file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Readers {
    /// Its owner alone (0600).
    Owner,
    /// Whom the user's mask lets (0666 less the mask), as with any program that saves a file.
    Usual,
}

/// Makes `dir`, and what is missing above it, readable by the owner only. Leaves one that exists.
///
/// # Errors
///
/// The operating system's.
pub fn create_private_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)?;
    sync_folder(folder_of(dir))
}

/// Writes a private file that may exist already: whatever happens, the old content or the new is
/// there, and the new one once this returns.
///
/// # Errors
///
/// The operating system's; `InvalidInput` if something other than a file has that name, which is then
/// left as it is: a link, a device, a folder.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let staged = Staged::beside(path, Readers::Owner)?;
    staged.fill(content)?.replace(path)
}

/// Writes a private file that must not exist yet; there is nothing of it before it is whole.
///
/// # Errors
///
/// The operating system's; `AlreadyExists` if anything at all has that name.
pub fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let staged = Staged::beside(path, Readers::Owner)?;
    staged.fill(content)?.become_new(path)
}

/// Removes a file so that it stays removed. Succeeds if it is not there.
///
/// # Errors
///
/// The operating system's.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder(folder_of(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Reads a file of at most `limit` bytes; a longer one gives `limit + 1` bytes.
///
/// # Errors
///
/// The operating system's.
pub fn read_up_to(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?.take(limit as u64 + 1).read_to_end(&mut content)?;
    Ok(content)
}

/// The folder that a path lies in; the current one for a name alone.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Makes a change of a folder's entries survive a power loss.
///
/// # Errors
///
/// The operating system's.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network and FUSE file systems know no such thing; they have their own way.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

/// Windows cannot sync a folder; NTFS journals the change of its entries.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A file without its name yet: a temporary one beside the place, under a name that nobody can guess
/// and that nothing has had before. Dropping it leaves nothing.
#[derive(Debug)]
pub(crate) struct Staged {
    file: NamedTempFile,
}

impl Staged {
    pub(crate) fn beside(path: &Path, readers: Readers) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".warifu-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = match readers {
                Readers::Owner => 0o600,
                Readers::Usual => 0o666,
            };
            builder.permissions(fs::Permissions::from_mode(mode));
        }
        #[cfg(not(unix))]
        let _ = readers;
        Ok(Self { file: builder.tempfile_in(folder_of(path))? })
    }

    /// Puts the content on the disk.
    pub(crate) fn fill(mut self, content: &[u8]) -> io::Result<Self> {
        self.file.write_all(content)?;
        self.file.as_file().sync_all()?;
        Ok(self)
    }

    /// Takes over who may read the file that is replaced.
    pub(crate) fn readable_like(self, path: &Path) -> io::Result<Self> {
        if let Ok(found) = fs::symlink_metadata(path) {
            self.file.as_file().set_permissions(found.permissions())?;
        }
        Ok(self)
    }

    pub(crate) fn replace(self, path: &Path) -> io::Result<()> {
        // The rename would take the place of a link or a device without a word.
        match fs::symlink_metadata(path) {
            Ok(found) if !found.is_file() => return Err(no_file(path)),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        self.file.persist(path).map_err(|error| error.error)?;
        sync_folder(folder_of(path))
    }

    pub(crate) fn become_new(self, path: &Path) -> io::Result<()> {
        self.file.persist_noclobber(path).map_err(|error| error.error)?;
        sync_folder(folder_of(path))
    }
}

pub(crate) fn no_file(path: &Path) -> io::Error {
    let what: PathBuf = path.to_owned();
    io::Error::new(
        io::ErrorKind::InvalidInput,
        format!(
            "{} is no file but a link, a folder or a device: it is left as it is",
            what.display()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("設定.toml");
        for content in ["old", "new"] {
            replace(&path, content.as_bytes()).unwrap();
            assert_eq!(read_up_to(&path, 10).unwrap(), content.as_bytes());
        }
        assert_eq!(names(dir.path()), ["設定.toml"]);
    }

    #[test]
    fn a_new_file_takes_the_place_of_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        write_new(&path, b"content").unwrap();
        assert_eq!(write_new(&path, b"other").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(read_up_to(&path, 100).unwrap(), b"content");
        write_new(&dir.path().join("absent/key"), b"content").unwrap_err();
        assert_eq!(names(dir.path()), ["key"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_a_folder_and_a_pipe_are_left_as_they_are() {
        let dir = tempfile::tempdir().unwrap();
        let (dir, target) = (dir.path(), dir.path().join("target"));
        fs::write(&target, "precious").unwrap();
        fs::create_dir(dir.join("folder")).unwrap();
        std::os::unix::fs::symlink(&target, dir.join("link")).unwrap();
        std::os::unix::fs::symlink("nowhere", dir.join("dangling")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(dir.join("pipe")).status().unwrap();
        assert!(made.success());
        let before = names(dir);
        for name in ["folder", "link", "dangling", "pipe"] {
            replace(&dir.join(name), b"x").unwrap_err();
            write_new(&dir.join(name), b"x").unwrap_err();
        }
        assert_eq!(names(dir), before);
        assert_eq!(fs::read(&target).unwrap(), b"precious");
        assert!(fs::symlink_metadata(dir.join("link")).unwrap().is_symlink());
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
        remove(&path).unwrap();
        remove(&path).unwrap();
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
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        write_new(&path, b"content").unwrap();
        assert_eq!((mode(&keys), mode(&path)), (0o700, 0o600));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        replace(&path, b"content").unwrap();
        assert_eq!(mode(&path), 0o600);
    }
}

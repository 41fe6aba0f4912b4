//! Where the user says that something is to be written: opened before the work is done, filled when it
//! is, and never at the cost of anything else.
//!
//! A file comes to be under a name of its own beside the place and is renamed when it is whole. A
//! device or a pipe (`/dev/stdout`, `/dev/null`) is written into, since a rename would put a file in
//! its place. A link is followed to such a stream alone: over a file, it might lead anywhere.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::file::{self, Readers, Staged, folder_of};

/// What becomes of a file that has the name already.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Existing {
    /// It stays, and nothing is written.
    Refused,
    /// The new one takes its place as a whole.
    Replaced,
}

/// A place that can be written to, so far as that can be known beforehand.
#[derive(Debug)]
pub struct Output {
    path: PathBuf,
    existing: Existing,
    readers: Readers,
    to: To,
}

#[derive(Debug)]
enum To {
    Stream(File),
    File(Staged),
}

/// What was written, and can be taken back as long as nobody was told of it.
#[derive(Debug)]
#[must_use = "keep it, or take it back"]
pub struct Written {
    created: Option<PathBuf>,
}

impl Written {
    /// Removes a file that was created. What went into a stream, or replaced another file, stays.
    pub fn take_back(self) {
        if let Some(path) = self.created {
            // There is an error to report already, and this one would hide it.
            let _ = file::remove(&path);
        }
    }

    /// Leaves it where it is.
    pub fn keep(self) {}
}

impl Output {
    /// Opens a place for writing; nothing is to be seen of it yet.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` for a file that has the name where [`Existing::Refused`] was asked for;
    /// `InvalidInput` for a folder, a disk, a link to anything but a stream, a pipe of somebody else's;
    /// the operating system's.
    pub fn open(path: &Path, existing: Existing, readers: Readers) -> io::Result<Self> {
        let to = match fs::symlink_metadata(path) {
            Ok(found) if found.is_file() => match existing {
                Existing::Refused => return Err(exists(path)),
                Existing::Replaced => To::File(Staged::beside(path, readers)?),
            },
            Ok(found) => To::Stream(stream(path, &found)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                To::File(Staged::beside(path, readers)?)
            }
            Err(error) => return Err(error),
        };
        Ok(Self { path: path.to_owned(), existing, readers, to })
    }

    /// Writes the content, durably if it is a file.
    ///
    /// # Errors
    ///
    /// As of [`Output::open`], if something took the place meanwhile; a full disk.
    pub fn write(self, content: &[u8]) -> io::Result<Written> {
        let staged = match self.to {
            To::Stream(mut stream) => {
                stream.write_all(content)?;
                stream.flush()?;
                return Ok(Written { created: None });
            }
            To::File(staged) => staged.fill(content)?,
        };
        match self.existing {
            Existing::Refused => {
                match staged.become_new(&self.path) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                        return Err(exists(&self.path));
                    }
                    named => named?,
                }
                Ok(Written { created: Some(self.path) })
            }
            Existing::Replaced => {
                let staged = match self.readers {
                    Readers::Owner => staged,
                    Readers::Usual => staged.readable_like(&self.path)?,
                };
                staged.replace(&self.path)?;
                Ok(Written { created: None })
            }
        }
    }
}

/// Opens and writes in one go.
///
/// # Errors
///
/// As of [`Output::open`] and [`Output::write`].
pub fn write(path: &Path, content: &[u8], existing: Existing, readers: Readers) -> io::Result<()> {
    Output::open(path, existing, readers)?.write(content)?.keep();
    Ok(())
}

fn exists(path: &Path) -> io::Error {
    io::Error::new(
        io::ErrorKind::AlreadyExists,
        format!("{} exists already: name a file that does not exist yet", path.display()),
    )
}

/// What has the name, if it is something that is written into and not replaced.
fn stream(path: &Path, found: &Metadata) -> io::Result<File> {
    let is_link = found.is_symlink();
    let own = is_link && is_own_descriptor(path);
    let target = if is_link {
        if !own && !is_trusted(found) {
            return Err(file::no_file(path));
        }
        fs::metadata(path)?
    } else {
        found.clone()
    };
    // Standard output can be a file: it is written on where the shell opened it, at its end.
    let into_file = own && target.is_file();
    let into_stream = is_stream(&target) && (own || !is_pipe(&target) || is_trusted(&target));
    if !into_file && !into_stream {
        return Err(file::no_file(path));
    }
    let mut options = OpenOptions::new();
    options.write(true).append(into_file);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let follow = if is_link { OFlags::empty() } else { OFlags::NOFOLLOW };
        let flags = (follow | OFlags::NOCTTY).bits().cast_signed();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
    }
    let stream = options.open(path)?;
    if is_same(&stream.metadata()?, &target) { Ok(stream) } else { Err(file::no_file(path)) }
}

/// Whether a link leads to what this program has open (`/dev/stdout`, `/dev/fd/3`).
fn is_own_descriptor(link: &Path) -> bool {
    const MOST_LINKS: usize = 8;
    let folders = ["/proc/self/fd", "/dev/fd"].map(|folder| fs::canonicalize(folder).ok());
    let mut path = link.to_owned();
    for _ in 0..MOST_LINKS {
        let folder = fs::canonicalize(folder_of(&path)).ok();
        if folder.is_some() && folders.contains(&folder) {
            return true;
        }
        match fs::read_link(&path) {
            Ok(target) => path = folder_of(&path).join(target),
            Err(_) => return false,
        }
    }
    false
}

/// Whether nobody but this user or the system's administrator put it there.
#[cfg(unix)]
fn is_trusted(found: &Metadata) -> bool {
    let owner = std::os::unix::fs::MetadataExt::uid(found);
    owner == 0 || owner == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_trusted(_: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn is_stream(found: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    found.file_type().is_char_device() || is_pipe(found)
}

#[cfg(not(unix))]
fn is_stream(found: &Metadata) -> bool {
    !found.is_file() && !found.is_dir()
}

#[cfg(unix)]
fn is_pipe(found: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&found.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(dir: &Path) -> usize {
        fs::read_dir(dir).unwrap().count()
    }

    #[test]
    fn an_existing_file_is_refused_or_replaced_as_was_asked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("e");
        fs::write(&path, "precious").unwrap();
        let refused = Output::open(&path, Existing::Refused, Readers::Owner).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"precious");
        write(&path, b"new", Existing::Replaced, Readers::Owner).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(count(dir.path()), 1);
    }

    #[test]
    fn a_file_that_comes_meanwhile_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("e");
        let output = Output::open(&path, Existing::Refused, Readers::Owner).unwrap();
        fs::write(&path, "precious").unwrap();
        assert_eq!(output.write(b"new").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"precious");
        assert_eq!(count(dir.path()), 1);
    }

    #[test]
    fn an_opened_place_shows_nothing_and_what_is_taken_back_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("e");
        let open = || Output::open(&path, Existing::Refused, Readers::Owner).unwrap();
        let output = open();
        assert!(!path.exists());
        drop(output);
        assert_eq!(count(dir.path()), 0);
        let written = open().write(b"secret").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"secret");
        written.take_back();
        assert_eq!(count(dir.path()), 0);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_known_before_anything_is_done() {
        let dir = tempfile::tempdir().unwrap();
        for path in [dir.path().join("no/such/folder/n.html"), dir.path().to_owned()] {
            for existing in [Existing::Refused, Existing::Replaced] {
                Output::open(&path, existing, Readers::Owner).unwrap_err();
            }
        }
        assert_eq!(count(dir.path()), 0);
    }

    #[cfg(unix)]
    mod unix {
        use std::{
            io::Read as _,
            os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink},
        };

        use super::*;

        fn pipe(path: &Path) {
            assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
        }

        #[test]
        fn a_pipe_and_a_link_to_one_are_written_into() {
            let dir = tempfile::tempdir().unwrap();
            let (fifo, link) = (dir.path().join("pipe"), dir.path().join("link"));
            pipe(&fifo);
            symlink("pipe", &link).unwrap();
            for path in [&fifo, &link] {
                let (from, path) = (fifo.clone(), path.clone());
                let reader = std::thread::spawn(move || {
                    let mut read = String::new();
                    File::open(from).unwrap().read_to_string(&mut read).unwrap();
                    read
                });
                write(&path, b"through", Existing::Refused, Readers::Owner).unwrap();
                assert_eq!(reader.join().unwrap(), "through");
            }
            assert!(fs::symlink_metadata(&fifo).unwrap().file_type().is_fifo());
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        }

        #[test]
        fn a_device_stays_a_device() {
            for path in ["/dev/null", "/dev/zero"] {
                write(Path::new(path), b"x", Existing::Replaced, Readers::Owner).unwrap();
                let found = fs::symlink_metadata(path).unwrap();
                assert!(found.file_type().is_char_device(), "{path}");
            }
            let full = Path::new("/dev/full");
            if full.exists() {
                let output = Output::open(full, Existing::Refused, Readers::Owner).unwrap();
                assert_eq!(output.write(b"x").unwrap_err().kind(), io::ErrorKind::StorageFull);
            }
        }

        #[test]
        fn a_link_to_a_file_a_folder_or_nowhere_is_refused() {
            let dir = tempfile::tempdir().unwrap();
            let (dir, target) = (dir.path(), dir.path().join("target"));
            fs::write(&target, "precious").unwrap();
            for (name, to) in
                [("a", "target"), ("b", "."), ("c", "nowhere"), ("d", "a"), ("e", "e")]
            {
                let link = dir.join(name);
                symlink(to, &link).unwrap();
                for existing in [Existing::Refused, Existing::Replaced] {
                    let refused = write(&link, b"x", existing, Readers::Owner);
                    assert!(refused.is_err(), "{name}");
                }
                assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "{name}");
            }
            assert_eq!(fs::read(&target).unwrap(), b"precious");
            assert_eq!(count(dir), 6);
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn what_is_open_already_is_written_on() {
            use std::os::fd::AsRawFd as _;
            let file = tempfile::NamedTempFile::new().unwrap();
            fs::write(file.path(), "before\n").unwrap();
            let number = file.as_file().as_raw_fd();
            for path in [format!("/proc/self/fd/{number}"), format!("/dev/fd/{number}")] {
                write(Path::new(&path), b"after\n", Existing::Refused, Readers::Owner).unwrap();
            }
            assert_eq!(fs::read(file.path()).unwrap(), b"before\nafter\nafter\n");
        }

        #[test]
        fn a_secret_is_for_its_owner_also_over_an_open_file() {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("e");
            let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
            write(&path, b"new", Existing::Replaced, Readers::Usual).unwrap();
            assert_eq!(mode(), 0o666);
            write(&path, b"new", Existing::Replaced, Readers::Owner).unwrap();
            assert_eq!(mode(), 0o600);
        }

        #[test]
        fn a_neighbour_with_a_likely_name_is_left_alone() {
            let dir = tempfile::tempdir().unwrap();
            let target = dir.path().join("target");
            fs::write(&target, "precious").unwrap();
            for name in
                ["notice.unfinished", "notice.html.unfinished", "notice.tmp", ".notice.html"]
            {
                symlink(&target, dir.path().join(name)).unwrap();
            }
            let path = dir.path().join("notice.html");
            write(&path, b"secret", Existing::Refused, Readers::Owner).unwrap();
            assert_eq!(fs::read(&target).unwrap(), b"precious");
            assert_eq!(fs::read(&path).unwrap(), b"secret");
            assert_eq!(count(dir.path()), 6);
        }
    }
}

//! A folder that is being made: whole, or not there.

use std::{
    ffi::OsStr,
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use tempfile::TempDir;
use warifu_platform::file;

/// What an unfinished folder is called until it has its name; a killed program leaves one.
const PREFIX: &str = ".warifu-";

/// A private folder without its name yet. Dropping it leaves nothing of it, so that a second try finds
/// nothing in its way.
#[derive(Debug)]
pub(crate) struct Unfinished {
    work: TempDir,
    dir: PathBuf,
    /// The folder is there already and empty: a disk, perhaps, which cannot be renamed over.
    is_inside: bool,
}

impl Unfinished {
    /// Begins the folder `dir`, which is empty or not there yet.
    ///
    /// # Errors
    ///
    /// A folder in use, or that cannot be written.
    pub(crate) fn begin(dir: &Path) -> anyhow::Result<Self> {
        let cannot = |folder: &Path| format!("cannot make a folder in {}", folder.display());
        let is_inside = is_empty_folder(dir)?;
        let at = if is_inside { dir } else { file::folder_of(dir) };
        fs::create_dir_all(at).with_context(|| cannot(at))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o700));
        }
        let work = builder.tempdir_in(at).with_context(|| cannot(at))?;
        Ok(Self { work, dir: dir.to_owned(), is_inside })
    }

    /// Where to put what belongs into it.
    pub(crate) fn path(&self) -> &Path {
        self.work.path()
    }

    /// Gives the folder its name.
    ///
    /// # Errors
    ///
    /// The operating system's; somebody who took the name meanwhile.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let Self { work, dir, is_inside } = self;
        let done = if is_inside { move_up(work, &dir) } else { rename(work, &dir) };
        done.with_context(|| format!("cannot give the folder its name {}", dir.display()))
    }
}

fn rename(work: TempDir, dir: &Path) -> io::Result<()> {
    file::sync_folder(work.path())?;
    fs::rename(work.path(), dir)?;
    // It has another name now, under which it stays.
    let _ = work.keep();
    file::sync_folder(file::folder_of(dir))
}

fn move_up(work: TempDir, dir: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
    }
    for entry in fs::read_dir(work.path())? {
        let entry = entry?;
        match fs::rename(entry.path(), dir.join(entry.file_name())) {
            // SQLite takes away its own files when the last one closes the database.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            moved => moved?,
        }
    }
    work.close()?;
    file::sync_folder(dir)
}

/// Whether a folder is there and empty, or nothing is there.
///
/// # Errors
///
/// Something is there that is no empty folder.
fn is_empty_folder(dir: &Path) -> anyhow::Result<bool> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // A link to nowhere is not to be replaced.
            ensure!(fs::symlink_metadata(dir).is_err(), "{} leads nowhere", dir.display());
            return Ok(false);
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot use {} as a folder", dir.display()));
        }
    };
    for entry in entries {
        let name = entry.with_context(|| format!("cannot read {}", dir.display()))?.file_name();
        ensure!(
            is_nothing(&name),
            "{} is not empty: give a folder that does not exist yet or is empty",
            dir.display()
        );
    }
    Ok(true)
}

/// What is on a new disk, and what a killed program left.
fn is_nothing(name: &OsStr) -> bool {
    name == "lost+found" || name.to_string_lossy().starts_with(PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let names = fs::read_dir(dir).unwrap();
        let mut names: Vec<_> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_is_whole_or_not_there() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("not/there/folder");
        let half = Unfinished::begin(&dir).unwrap();
        fs::write(half.path().join("a"), "").unwrap();
        assert!(!dir.exists());
        drop(half);
        assert_eq!(names(&parent.path().join("not/there")), Vec::<String>::new());
        let whole = Unfinished::begin(&dir).unwrap();
        fs::write(whole.path().join("a"), "").unwrap();
        whole.finish().unwrap();
        assert_eq!(names(&dir), ["a"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
        }
        let refused = Unfinished::begin(&dir).unwrap_err().to_string();
        assert!(refused.contains("not empty"), "{refused}");
    }

    #[test]
    fn an_empty_folder_is_filled_where_it_is() {
        let dir = tempfile::tempdir().unwrap();
        for left in ["lost+found", ".warifu-killed"] {
            fs::create_dir(dir.path().join(left)).unwrap();
        }
        let half = Unfinished::begin(dir.path()).unwrap();
        fs::write(half.path().join("a"), "").unwrap();
        drop(half);
        let whole = Unfinished::begin(dir.path()).unwrap();
        fs::write(whole.path().join("a"), "").unwrap();
        whole.finish().unwrap();
        assert_eq!(names(dir.path()), [".warifu-killed", "a", "lost+found"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(dir.path()).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_and_a_link_to_nowhere_stay() {
        let parent = tempfile::tempdir().unwrap();
        fs::write(parent.path().join("file"), "precious").unwrap();
        std::os::unix::fs::symlink("nowhere", parent.path().join("link")).unwrap();
        for name in ["file", "link"] {
            Unfinished::begin(&parent.path().join(name)).unwrap_err();
        }
        assert_eq!(names(parent.path()), ["file", "link"]);
    }
}

//! A key's file: wholly there or not at all, and what a crash leaves of it has a name that is known.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use warifu_platform::file::{folder_of, sync_folder};

use crate::KeyReference;

/// Writes `content` to `path`, which must be new, by way of `temporary` in the same directory.
///
/// A failure leaves neither; a crash leaves `temporary`, or `path` in full.
pub(crate) fn write_durably(path: &Path, temporary: &Path, content: &[u8]) -> io::Result<()> {
    let written = write_new(temporary, content)
        .and_then(|()| fs::rename(temporary, path))
        .and_then(|()| sync_folder(folder_of(path)));
    if written.is_err() {
        // Nothing refers to either file yet, and the first failure is the one to report.
        let _ = fs::remove_file(temporary);
        let _ = fs::remove_file(path);
    }
    written
}

/// The keys of a folder, each once; none if there is no folder.
pub(crate) fn references(
    dir: &Path,
    reference_of: impl Fn(&Path) -> Option<KeyReference>,
) -> io::Result<Vec<KeyReference>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut references = Vec::new();
    for entry in entries {
        references.extend(reference_of(Path::new(&entry?.file_name())));
    }
    references.sort();
    references.dedup();
    Ok(references)
}

/// The reference in a file's name, if it ends so.
pub(crate) fn reference_of(name: &Path, extensions: [&str; 2]) -> Option<KeyReference> {
    let name = name.to_str()?;
    extensions.iter().find_map(|extension| name.strip_suffix(extension)?.parse().ok())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_whole_file_and_leaves_no_temporary_one() {
        let dir = tempfile::tempdir().unwrap();
        let (path, temporary) = (dir.path().join("key"), dir.path().join("key.tmp"));
        write_durably(&path, &temporary, b"content").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"content");
        assert!(!temporary.exists());
    }

    #[test]
    fn leaves_nothing_when_it_fails() {
        let dir = tempfile::tempdir().unwrap();
        let (path, temporary) = (dir.path().join("absent/key"), dir.path().join("key.tmp"));
        write_durably(&path, &temporary, b"content").unwrap_err();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}

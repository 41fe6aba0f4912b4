//! A secret in a file: read only where nobody else could have read it or put it there.
//!
//! Which modes are taken: the owner alone (0600, 0400), always. A group that may read (0440, 0640) where
//! that is how secrets are handed to a service and cannot be otherwise: the file is root's (a secret of
//! Kubernetes with `fsGroup`, a file of the service's group), or lies in `$CREDENTIALS_DIRECTORY`, where
//! systemd's `LoadCredential=` shows the access list as the group's bits. Never what everybody may read,
//! and never what a group may write.

use std::{
    fs::File,
    io::{ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::text::{self, TextError};

/// The most bytes of a secret's file.
pub const MAX_BYTES: usize = 64 * 1024;

/// Why a file gives no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It cannot be read.
    #[error("cannot read {path}: {why}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: TextError,
    },
    /// There is nothing in it.
    #[error("{0} is empty")]
    Empty(PathBuf),
    /// Others than its owner may read or change it.
    #[error(
        "others can read or change {path} (mode {mode:04o}): run chmod 600 on it, or hand it over as a \
         file of root's that only the service's group reads (0440)"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

/// The secret in a file, without a byte-order mark and without the end of its line.
///
/// # Errors
///
/// [`SecretError`].
pub fn read(path: &Path) -> Result<Zeroizing<String>, SecretError> {
    let credentials = crate::env::path("CREDENTIALS_DIRECTORY");
    read_with(path, credentials.as_deref())
}

/// The secret that systemd hands to this service under a name (`LoadCredential=`); none if it hands none.
///
/// # Errors
///
/// [`SecretError`].
pub fn credential(name: &str) -> Result<Option<Zeroizing<String>>, SecretError> {
    let credentials = crate::env::path("CREDENTIALS_DIRECTORY");
    credential_in(credentials.as_deref(), name)
}

fn credential_in(
    credentials: Option<&Path>,
    name: &str,
) -> Result<Option<Zeroizing<String>>, SecretError> {
    let Some(folder) = credentials else { return Ok(None) };
    match read_with(&folder.join(name), credentials) {
        Ok(secret) => Ok(Some(secret)),
        Err(SecretError::Unreadable { why: TextError::Io(error), .. })
            if error.kind() == ErrorKind::NotFound =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn read_with(path: &Path, credentials: Option<&Path>) -> Result<Zeroizing<String>, SecretError> {
    let failed = |why: TextError| SecretError::Unreadable { path: path.to_owned(), why };
    let file = File::open(path).map_err(|error| failed(error.into()))?;
    check(path, &file, credentials)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES + 1));
    let read = file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| failed(error.into()))?;
    if bytes.len() > MAX_BYTES {
        return Err(failed(TextError::TooLong(MAX_BYTES)));
    }
    let text = Zeroizing::new(text::decode(&bytes).map_err(failed)?);
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(SecretError::Empty(path.to_owned()));
    }
    Ok(Zeroizing::new(secret.to_owned()))
}

#[cfg(unix)]
fn check(path: &Path, file: &File, credentials: Option<&Path>) -> Result<(), SecretError> {
    use std::os::unix::fs::MetadataExt as _;
    // Of the open file: its name may mean another one by now.
    let found = file.metadata().map_err(|error: std::io::Error| SecretError::Unreadable {
        path: path.to_owned(),
        why: error.into(),
    })?;
    let mode = found.mode() & 0o7777;
    let handed = found.uid() == 0 || is_below(path, credentials);
    if is_private(mode, handed) {
        Ok(())
    } else {
        Err(SecretError::Open { path: path.to_owned(), mode })
    }
}

#[cfg(not(unix))]
fn check(_: &Path, _: &File, _: Option<&Path>) -> Result<(), SecretError> {
    Ok(())
}

/// Whether a mode keeps a secret; `handed` if the system hands the file to a service.
#[cfg(unix)]
const fn is_private(mode: u32, handed: bool) -> bool {
    let allowed_to_others = if handed { 0o040 } else { 0 };
    mode & 0o077 & !allowed_to_others == 0
}

#[cfg(unix)]
fn is_below(path: &Path, folder: Option<&Path>) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    match (real(path), folder.and_then(real)) {
        (Some(path), Some(folder)) => path.starts_with(folder),
        (_, None) | (None, Some(_)) => false,
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    fn written(dir: &Path, content: &[u8], mode: u32) -> PathBuf {
        let path = dir.join("passphrase");
        let _ = fs::remove_file(&path);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    #[test]
    fn the_mark_and_the_end_of_the_line_are_no_part_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let wide = "\u{feff}合言葉 correct\r\n".encode_utf16();
        let wide: Vec<u8> = wide.flat_map(u16::to_le_bytes).collect();
        let files: &[&[u8]] = &[
            "合言葉 correct".as_bytes(),
            "\u{feff}合言葉 correct".as_bytes(),
            "合言葉 correct\n".as_bytes(),
            "合言葉 correct\r\n\r\n".as_bytes(),
            &wide,
        ];
        for content in files {
            let path = written(dir.path(), content, 0o400);
            assert_eq!(*read(&path).unwrap(), "合言葉 correct", "{content:02x?}");
        }
        let path = written(dir.path(), b" kept \n", 0o600);
        assert_eq!(*read(&path).unwrap(), " kept ");
    }

    #[test]
    fn an_empty_a_long_and_a_wide_file_are_named() {
        let dir = tempfile::tempdir().unwrap();
        for content in [&b""[..], b"\r\n\n", b"\xef\xbb\xbf\n"] {
            let path = written(dir.path(), content, 0o600);
            assert!(matches!(read(&path), Err(SecretError::Empty(_))), "{content:02x?}");
        }
        let path = written(dir.path(), &vec![b'a'; MAX_BYTES + 1], 0o600);
        assert!(read(&path).unwrap_err().to_string().contains("longer"));
        let path = written(dir.path(), b"a\0b\0", 0o600);
        assert!(read(&path).unwrap_err().to_string().contains("UTF-16"));
    }

    #[test]
    fn who_else_may_read_or_change_it_decides() {
        let table = [
            (0o400, false, true),
            (0o600, false, true),
            (0o700, false, true),
            (0o440, false, false),
            (0o640, false, false),
            (0o440, true, true),
            (0o640, true, true),
            (0o660, true, false),
            (0o444, true, false),
            (0o644, true, false),
            (0o604, true, false),
            (0o602, true, false),
        ];
        for (mode, handed, private) in table {
            assert_eq!(is_private(mode, handed), private, "{mode:o} {handed}");
        }
    }

    #[test]
    fn a_credential_of_systemd_is_read_where_it_lies() {
        let dir = tempfile::tempdir().unwrap();
        let path = written(dir.path(), b"secret", 0o440);
        // The owner is whoever runs the test; as root, the first rule holds as well.
        assert_eq!(*read_with(&path, Some(dir.path())).unwrap(), "secret");
        let elsewhere = tempfile::tempdir().unwrap();
        let is_root = rustix::process::geteuid().is_root();
        assert_eq!(read_with(&path, Some(elsewhere.path())).is_ok(), is_root);
        let handed = |name| credential_in(Some(dir.path()), name);
        assert_eq!(handed("passphrase").unwrap().as_deref().map(String::as_str), Some("secret"));
        assert_eq!(handed("another").unwrap(), None);
        assert_eq!(credential_in(None, "passphrase").unwrap(), None);
        let open = written(dir.path(), b"secret", 0o444);
        assert!(handed("passphrase").is_err());
        let refused = read_with(&open, Some(dir.path())).unwrap_err();
        assert!(refused.to_string().contains("0444"), "{refused}");
    }
}

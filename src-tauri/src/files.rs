//! Files that the user chooses: read with a limit, written all or not at all.

use std::{
    fs::Metadata,
    future::Future,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;
use warifu_client::Failure;
use warifu_platform::{
    file::{self, Readers},
    output::{self, Existing},
};
use warifu_protocol::{Details, ErrorCode};

use crate::app::WINDOW;

/// A kind of file, as the dialogs name it: a word, and the endings of its names.
pub(crate) type Kind = (&'static str, &'static [&'static str]);

/// A connection profile.
pub(crate) const PROFILE: Kind = ("Warifu", &["json"]);
/// A table.
pub(crate) const CSV: Kind = ("CSV", &["csv", "txt"]);
/// A calendar.
pub(crate) const CALENDAR: Kind = ("iCalendar", &["ics"]);
/// A support bundle.
pub(crate) const ZIP: Kind = ("ZIP", &["zip"]);

/// Asks which file to read; none if the user closes the dialog.
pub(crate) async fn choose(app: &AppHandle, kind: Kind) -> Option<PathBuf> {
    asked(|answer| dialog(app, kind).pick_file(answer)).await
}

/// Asks where to save a file; none if the user closes the dialog.
pub(crate) async fn place(app: &AppHandle, kind: Kind, name: &str) -> Option<PathBuf> {
    let dialog = dialog(app, kind).set_file_name(plain_name(name));
    asked(|answer| dialog.save_file(answer)).await
}

/// Asks where to save, prepares the content, and writes it; gives the name of the saved file. The
/// content is prepared only after that, because to prepare it can be an act of its own.
pub(crate) async fn save(
    app: &AppHandle,
    kind: Kind,
    name: &str,
    content: impl Future<Output = Result<Vec<u8>, Failure>>,
) -> Result<Option<String>, Failure> {
    let Some(path) = place(app, kind, name).await else { return Ok(None) };
    let content = content.await?;
    let saved = name_of(&path);
    tauri::async_runtime::spawn_blocking(move || write(&path, &content))
        .await
        .map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))??;
    Ok(Some(saved))
}

/// How long a file may take to be read: it may lie on a drive of the network that is gone.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads a file of at most `limit` bytes and one more, so that a longer one is known by its length.
///
/// # Errors
///
/// The operating system's; `InvalidInput` for what is no file, and might never end, or never begin: a
/// folder, a pipe, a device; `TimedOut`.
pub(crate) async fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    use tokio::io::AsyncReadExt as _;
    let read = async {
        let is_file = |found: io::Result<Metadata>| match found?.is_file() {
            true => Ok(()),
            false => Err(io::Error::from(io::ErrorKind::InvalidInput)),
        };
        // A pipe that nobody writes to is not even opened.
        is_file(tokio::fs::metadata(path).await)?;
        let file = tokio::fs::File::open(path).await?;
        is_file(file.metadata().await)?;
        let mut bytes = Vec::new();
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes).await?;
        Ok(bytes)
    };
    tokio::time::timeout(PATIENCE, read)
        .await
        .unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut)))
}

/// Writes a file that the user named: whatever happens, the old content or the new is there, and what is
/// no file stays as it is.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    output::write(path, content, Existing::Replaced, Readers::Usual).map_err(|error| {
        let place = Some(file::folder_of(path).display().to_string());
        Failure::from(&error).with(Details { place, ..Details::default() })
    })
}

/// The last part of a path, as the screens show it.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A suggested name without any folder: the window chooses no places.
fn plain_name(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { '_' } else { c })
        .collect()
}

fn dialog(app: &AppHandle, (name, endings): Kind) -> FileDialogBuilder<tauri::Wry> {
    let dialog = app.dialog().file().add_filter(name, endings);
    match app.get_webview_window(WINDOW) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    }
}

async fn asked(ask: impl FnOnce(Box<dyn FnOnce(Option<FilePath>) + Send>)) -> Option<PathBuf> {
    let (chosen, choice) = oneshot::channel();
    ask(Box::new(move |file| {
        // The receiver is gone only when the command was stopped.
        let _ = chosen.send(file);
    }));
    choice.await.ok().flatten().and_then(|file| file.into_path().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ユーザ一覧_20261123.csv");
        write(&path, b"old").unwrap();
        write(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        assert_eq!(name_of(&path), "ユーザ一覧_20261123.csv");
    }

    #[test]
    fn a_file_that_cannot_be_written_says_where() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("gone");
        let failure = write(&folder.join("a.csv"), b"").unwrap_err();
        assert_eq!(failure.code, ErrorCode::StorageFailed);
        assert_eq!(failure.details.place, Some(folder.display().to_string()));
        // A folder in the file's place stays as it is, and so does everything beside it.
        std::fs::create_dir_all(folder.join("a.csv")).unwrap();
        assert_eq!(write(&folder.join("a.csv"), b"").unwrap_err().code, ErrorCode::StorageFailed);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_named() {
        let error = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(Failure::from(&error).code, ErrorCode::DiskFull);
        assert!(write(Path::new("/proc/warifu.csv"), b"").is_err());
    }

    #[test]
    fn a_suggested_name_leads_to_no_folder() {
        assert_eq!(plain_name("../a\\b:c\u{0}.csv"), ".._a_b_c_.csv");
        assert_eq!(plain_name("操作履歴_20261123.csv"), "操作履歴_20261123.csv");
    }

    #[tokio::test]
    async fn a_long_file_is_read_no_further_than_needed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("long");
        std::fs::write(&path, vec![0; 100]).unwrap();
        assert_eq!(read(&path, 10).await.unwrap().len(), 11);
        assert_eq!(read(&path, 100).await.unwrap().len(), 100);
        // Ten gigabytes, of which the disk has none.
        let huge = std::fs::File::create(dir.path().join("huge")).unwrap();
        huge.set_len(10 << 30).unwrap();
        assert_eq!(read(&dir.path().join("huge"), 10).await.unwrap().len(), 11);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_is_no_file_is_refused_and_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe.warifu.json");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let link = dir.path().join("link.warifu.json");
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        for none in [&pipe, &link, dir.path(), Path::new("/dev/zero")] {
            let error = read(none, 10).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{}", none.display());
        }
        let long = dir.path().join("a".repeat(10_000));
        assert!(read(&long, 10).await.is_err());
        assert!(read(&dir.path().join("gone"), 10).await.is_err());
    }
}

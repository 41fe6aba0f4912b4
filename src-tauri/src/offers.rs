//! Connection profiles that come from outside the window: by a double click on a file, on the command
//! line, or dropped on the window.
//!
//! Anybody can send a file, and any program can start the app. So the user is asked about each file that
//! the window did not ask for, one after the other, and few wait.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex as Lock, PoisonError},
};

use serde::Serialize;
use tauri::{AppHandle, DragDropEvent, Emitter as _, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use tokio::sync::{Mutex, oneshot};
use warifu_client::{Failure, view::ProfileView};
use warifu_protocol::ErrorCode;

use crate::{
    app::{WINDOW, certificates_changed},
    files::name_of,
    profiles::{self, Asked, TITLE, shown},
    state::AppState,
};

/// Tells the window that a profile has come from outside, and which.
const PROFILE_ADDED: &str = "profile-added";

/// Tells the window that files are above it, or were dropped on it.
const FILES_DRAGGED: &str = "files-dragged";

/// Most files that wait while the user is asked about one, and most that are taken of one drop: any program
/// can send many.
const MOST: usize = 5;

/// The files that wait.
#[derive(Debug, Default)]
pub(crate) struct Offers {
    /// Held while the user is asked about one.
    turn: Mutex<()>,
    waiting: Lock<Vec<PathBuf>>,
    /// What was dropped last, until the window asks for it.
    dropped: Lock<Vec<PathBuf>>,
}

impl Offers {
    /// Whether there was room for it. One that waits already does not wait twice: an impatient user
    /// double-clicks again.
    fn wait(&self, file: &Path) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let room = waiting.len() < MOST && !waiting.iter().any(|other| other == file);
        if room {
            waiting.push(file.to_owned());
        }
        room
    }

    fn done(&self, file: &Path) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|other| other != file);
    }

    fn drop(&self, mut files: Vec<PathBuf>) {
        files.truncate(MOST);
        *self.dropped.lock().unwrap_or_else(PoisonError::into_inner) = files;
    }

    /// The files that were dropped last; once.
    pub(crate) fn dropped(&self) -> Vec<PathBuf> {
        std::mem::take(&mut self.dropped.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Keeps the profiles in these files, after asking; says so if it cannot.
pub(crate) fn take(app: &AppHandle, mut files: Vec<PathBuf>) {
    files.retain(|file| {
        let room = app.state::<AppState>().offers().wait(file);
        if !room {
            tracing::warn!("a file that waits already, or one too many, is not asked about");
        }
        room
    });
    if files.is_empty() {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        for file in files {
            let state = app.state::<AppState>();
            let turn = state.offers().turn.lock().await;
            match add(&app, file.clone()).await {
                Ok(profile) => added(&app, &profile),
                Err(failure) if failure.code == ErrorCode::Cancelled => {
                    tracing::info!("a profile that came from outside was not wanted");
                }
                Err(failure) => {
                    tracing::warn!(%failure, "a profile that came from outside was not kept");
                    tell(&app, &file, failure.code).await;
                }
            }
            drop(turn);
            state.offers().done(&file);
        }
    });
}

async fn add(app: &AppHandle, file: PathBuf) -> Result<ProfileView, Failure> {
    let text = profiles::read(file).await?;
    let client = app.state::<AppState>().client()?;
    profiles::add(app, &client, text, Asked::Always).await
}

/// Tells everybody of a new profile, and the window which it is.
fn added(app: &AppHandle, profile: &ProfileView) {
    certificates_changed(app);
    if let Err(error) = app.emit_to(WINDOW, PROFILE_ADDED, profile.id) {
        tracing::warn!(%error, "could not tell the window about a profile");
    }
}

/// Where files that are dragged are.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Dragged {
    /// Above the window.
    Over,
    /// Not any more.
    Away,
    /// Dropped: the window may take them.
    Dropped,
}

/// Tells the window what becomes of files that are dragged. It is not told which, and it alone knows
/// whether it is the moment to take one.
pub(crate) fn dragged(app: &AppHandle, event: &DragDropEvent) {
    let dragged = if let DragDropEvent::Enter { paths, .. } = event {
        // Text that is dragged is nobody's file.
        if paths.is_empty() { Dragged::Away } else { Dragged::Over }
    } else if let DragDropEvent::Drop { paths, .. } = event {
        app.state::<AppState>().offers().drop(paths.clone());
        if paths.is_empty() { Dragged::Away } else { Dragged::Dropped }
    } else if let DragDropEvent::Leave = event {
        Dragged::Away
    } else {
        return;
    };
    if let Err(error) = app.emit_to(WINDOW, FILES_DRAGGED, dragged) {
        tracing::warn!(%error, "could not tell the window about a drag");
    }
}

/// Says why a file was not kept; returns when that is read. In both languages: the window that knows the
/// user's may not be there yet.
async fn tell(app: &AppHandle, file: &Path, code: ErrorCode) {
    let (ja, en) = explanation(code);
    let (read, closed) = oneshot::channel();
    let mut dialog = app
        .dialog()
        .message(format!(
            "接続プロファイルを登録できませんでした。\n{ja}\n\n\
             The connection profile was not added.\n{en}\n\n{}\n{}",
            shown(&name_of(file)),
            code.as_str()
        ))
        .title(TITLE)
        .kind(MessageDialogKind::Error);
    if let Some(window) = app.get_webview_window(WINDOW) {
        dialog = dialog.parent(&window);
    }
    dialog.show(|_| {
        // The receiver is gone only when the app ends.
        let _ = read.send(());
    });
    let _ = closed.await;
}

fn explanation(code: ErrorCode) -> (&'static str, &'static str) {
    if code == ErrorCode::FileUnreadable {
        (
            "ファイルを読み取れません。移動や削除をされていないことをご確認ください。",
            "The file cannot be read. Make sure that it was not moved or deleted.",
        )
    } else if code == ErrorCode::ProfileInvalid || code == ErrorCode::TextUndecodable {
        (
            "接続プロファイルではないか、内容が壊れています。サービスの窓口から受け取ったファイルであることをご確認ください。",
            "It is no connection profile, or it is damaged. Make sure that it is the file that the service’s help desk sent.",
        )
    } else if code == ErrorCode::ProfileOutdated {
        (
            "より新しい接続プロファイルが登録されています。このファイルを登録する必要はありません。",
            "A newer connection profile is here already. There is no need to add this one.",
        )
    } else if code == ErrorCode::ProfileManaged {
        (
            "貴社のシステム担当部署が、接続プロファイルの追加を禁止しています。",
            "Your IT department does not allow connection profiles to be added.",
        )
    } else {
        (
            "Warifuの画面で「接続診断」を行い、結果をご確認ください。",
            "Please run the connection diagnosis in Warifu’s window and see what it says.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_files_wait_each_once() {
        let offers = Offers::default();
        let file = |number: usize| PathBuf::from(format!("/tmp/{number}.warifu.json"));
        assert!(offers.wait(&file(0)));
        assert!(!offers.wait(&file(0)), "the same file is asked about twice");
        for number in 1..MOST {
            assert!(offers.wait(&file(number)));
        }
        assert!(!offers.wait(&file(MOST)));
        offers.done(&file(0));
        assert!(offers.wait(&file(MOST)));
    }

    #[test]
    fn what_is_dropped_is_taken_once_and_not_without_end() {
        let offers = Offers::default();
        assert!(offers.dropped().is_empty());
        offers.drop(vec![PathBuf::from("/first")]);
        offers.drop(vec![PathBuf::from("/x"); 10_000]);
        assert_eq!(offers.dropped().len(), MOST);
        assert!(offers.dropped().is_empty());
    }

    #[test]
    fn every_failure_of_a_file_has_its_own_words() {
        let codes = [
            ErrorCode::FileUnreadable,
            ErrorCode::ProfileInvalid,
            ErrorCode::ProfileOutdated,
            ErrorCode::ProfileManaged,
            ErrorCode::DiskFull,
        ];
        let all: std::collections::BTreeSet<_> = codes.map(explanation).into();
        assert_eq!(all.len(), codes.len());
    }
}

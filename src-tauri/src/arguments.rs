//! The command line of the app.

use std::path::PathBuf;

use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use warifu_client::Failure;
use warifu_protocol::ErrorCode;

use crate::{certificates_changed, files, state::AppState};

/// Starts in the tray, without the window.
pub(crate) const HIDDEN: &str = "--hidden";

/// What the app was started with.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Arguments {
    /// Start in the tray, without the window (`--hidden`): for a start at login.
    pub(crate) hidden: bool,
    /// Keep the connection profile in this file (`--add-profile FILE`).
    pub(crate) profile: Option<PathBuf>,
}

impl Arguments {
    /// Reads the arguments after the program's name; unknown ones are ignored, because desktops add
    /// their own.
    pub(crate) fn of(arguments: impl IntoIterator<Item = String>) -> Self {
        let mut arguments = arguments.into_iter();
        let mut found = Self::default();
        while let Some(argument) = arguments.next() {
            if argument == HIDDEN {
                found.hidden = true;
            } else if argument == "--add-profile" {
                found.profile = arguments.next().map(PathBuf::from);
            }
        }
        found
    }
}

/// Keeps the profile that the app was started with, and says so if it cannot.
pub(crate) fn take_profile(app: &AppHandle, arguments: Arguments) {
    let Some(path) = arguments.profile else { return };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let added = async {
            let text = read_profile(path).await?;
            app.state::<AppState>().client()?.add_profile(text).await
        };
        match added.await {
            Ok(_) => certificates_changed(&app),
            Err(failure) => {
                tracing::warn!(%failure, "the profile given on the command line was not kept");
                app.dialog()
                    .message(format!(
                        "接続プロファイルを読み込めませんでした。\n\
                         The connection profile could not be read.\n\n{}",
                        failure.code.as_str()
                    ))
                    .title("Warifu")
                    .kind(MessageDialogKind::Error)
                    .show(|_| {});
            }
        }
    });
}

/// Reads a profile's file, refusing one that no profile would fill.
pub(crate) async fn read_profile(path: PathBuf) -> Result<String, Failure> {
    let bytes = files::read(&path, warifu_protocol::ConnectionProfile::MAX_BYTES as u64).await?;
    String::from_utf8(bytes)
        .map_err(|error| Failure::new(ErrorCode::ProfileInvalid).because(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_knows_and_ignores_the_rest() {
        let given = ["--gapplication-service", "--hidden", "--add-profile", "a b.warifu.json"];
        assert_eq!(
            Arguments::of(given.map(String::from)),
            Arguments { hidden: true, profile: Some(PathBuf::from("a b.warifu.json")) }
        );
        assert_eq!(Arguments::of([String::from("--add-profile")]), Arguments::default());
    }
}

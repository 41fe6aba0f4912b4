//! What the installation holds ready for the app: a connection profile, and on Windows the answer
//! about the start at login.

use std::path::PathBuf;

use tauri::{AppHandle, Manager as _};
use warifu_client::{Client, Failure, view::Settings};

use warifu_protocol::ErrorCode;

use crate::{app::certificates_changed, arguments::read_profile, autostart, state::AppState};

/// The profile's name where the installation has it.
const PROFILE: &str = "profile.warifu.json";

/// Keeps the profile of the installation, if it has one. The log alone tells of a bad one: it is the
/// administrator's, and the user can do nothing about it.
pub(crate) fn take_profile(app: &AppHandle) {
    if autostart::is_trial() {
        return;
    }
    let Some(path) = profile().filter(|path| path.is_file()) else { return };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let added = async {
            let text = read_profile(path).await?;
            app.state::<AppState>().client()?.add_installed_profile(text).await
        };
        match added.await {
            Ok(_) => certificates_changed(&app),
            // The user has a newer one.
            Err(failure) if failure.code == ErrorCode::ProfileOutdated => {
                tracing::info!(
                    "the profile of the installation is older than the one that is here"
                );
            }
            Err(failure) => {
                tracing::warn!(%failure, "the profile of the installation was not kept");
            }
        }
    });
}

/// Only where no other user of the PC can write: a profile says whom the app trusts. That rules out
/// `%ProgramData%`, where everybody may create a folder.
fn profile() -> Option<PathBuf> {
    let folder = if cfg!(windows) {
        std::env::current_exe().ok()?.parent()?.to_owned()
    } else if cfg!(target_os = "macos") {
        PathBuf::from("/Library/Application Support/Warifu")
    } else {
        PathBuf::from("/etc/warifu")
    };
    Some(folder.join(PROFILE))
}

/// The user's settings, after the answer that was given in the setup has become one of them.
pub(crate) async fn settings(client: &Client) -> Result<Settings, Failure> {
    let settings = client.settings().await?;
    #[cfg(windows)]
    if let Some(start_at_login) = answer::start_at_login() {
        let settings = client.save_settings(Settings { start_at_login, ..settings }).await?;
        answer::forget();
        return Ok(settings);
    }
    Ok(settings)
}

#[cfg(windows)]
mod answer {
    use windows_registry::{CURRENT_USER, Key, Result};

    /// As in packaging/windows/setup.nsi.
    const KEY: &str = r"Software\Warifu";
    const START_AT_LOGIN: &str = "StartAtLogin";

    /// What the user said in the setup, if it was not taken over yet.
    pub(super) fn start_at_login() -> Option<bool> {
        Some(key().ok()?.get_u32(START_AT_LOGIN).ok()? != 0)
    }

    /// Forgets it, once it is kept: from then on the user decides in the app.
    pub(super) fn forget() {
        if let Err(error) = key().and_then(|key| key.remove_value(START_AT_LOGIN)) {
            tracing::warn!(%error, "the setup's answer will be taken once more");
        }
    }

    fn key() -> Result<Key> {
        CURRENT_USER.options().read().write().open(KEY)
    }
}

//! What the installation holds ready for the app: a connection profile, the licences of what is built in,
//! and on Windows the answer about the start at login.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use tauri::{AppHandle, Manager as _};
use warifu_client::{Client, Failure, view::Settings};

use warifu_protocol::{Details, ErrorCode};

use crate::{app::certificates_changed, autostart, profiles, state::AppState};

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
            let text = profiles::read(path).await?;
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

/// Most bytes of the licences; they are some hundred thousand.
const MOST_LICENCES: u64 = 16 << 20;

/// The licences of what is built in, as the package has them. Blocks.
///
/// # Errors
///
/// `file-unreadable` if there are none: the app was built and not installed.
pub(crate) fn licences() -> Result<String, Failure> {
    let program = std::env::current_exe().map_err(|error| unreadable(Path::new(""), &error))?;
    let folder = program.parent().unwrap_or(Path::new(""));
    // As the packages have it: crates/xtask/src/package.
    let path = if cfg!(windows) {
        folder.join("THIRD-PARTY.txt")
    } else if cfg!(target_os = "macos") {
        folder.join("../Resources/THIRD-PARTY.txt")
    } else {
        folder.join("../share/doc/warifu/THIRD-PARTY.txt.gz")
    };
    let mut text = String::new();
    File::open(&path)
        .map(unpacked)
        .and_then(|file| file.take(MOST_LICENCES).read_to_string(&mut text))
        .map_err(|error| unreadable(&path, &error))?;
    Ok(text)
}

/// Debian's policy wants it packed.
#[cfg(target_os = "linux")]
fn unpacked(file: File) -> impl Read {
    flate2::read::GzDecoder::new(file)
}

#[cfg(not(target_os = "linux"))]
fn unpacked(file: File) -> impl Read {
    file
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let place = Some(path.display().to_string());
    Failure::new(ErrorCode::FileUnreadable)
        .with(Details { place, ..Details::default() })
        .because(error)
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

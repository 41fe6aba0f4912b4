//! The start of the app when the user logs in, so that the warnings are not missed (SPEC H1).

use tauri::{AppHandle, Wry, plugin::TauriPlugin};
use tauri_plugin_autostart::ManagerExt as _;
use warifu_client::{Failure, folder::own_dir, view::Settings};
use warifu_protocol::ErrorCode;

use crate::arguments::HIDDEN;

/// The entry's name in the desktop's list.
const NAME: &str = "Warifu";

/// The plugin that knows each desktop's way.
pub(crate) fn plugin() -> TauriPlugin<Wry> {
    tauri_plugin_autostart::Builder::new().app_name(NAME).arg(HIDDEN).build()
}

/// Does what the user has chosen.
pub(crate) fn apply(app: &AppHandle, settings: &Settings) -> Result<(), Failure> {
    let manager = app.autolaunch();
    // Written anew even if it is there: the program may have moved.
    let applied = if settings.start_at_login { manager.enable() } else { manager.disable() };
    applied.map_err(|error| Failure::new(ErrorCode::StorageFailed).because(&error))?;
    #[cfg(windows)]
    if settings.start_at_login {
        quote().map_err(|error| Failure::new(ErrorCode::StorageFailed).because(&*error))?;
    }
    Ok(())
}

/// Puts the program's path into quotation marks, which the plugin does not: in a path with blanks
/// Windows would first look for a program whose name ends at the first of them.
#[cfg(windows)]
fn quote() -> Result<(), Box<dyn std::error::Error>> {
    let program = std::env::current_exe()?;
    windows_registry::CURRENT_USER
        .create(r"Software\Microsoft\Windows\CurrentVersion\Run")?
        .set_string(NAME, format!("\"{}\" {HIDDEN}", program.display()))?;
    Ok(())
}

/// Whether the app runs on a folder of its own, to be tried: the desktop is then left as it is until
/// the user asks for something else.
pub(crate) fn is_trial() -> bool {
    own_dir().is_some()
}

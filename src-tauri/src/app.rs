//! The one window, and what the whole app hears of a change.

use tauri::{App, AppHandle, Emitter as _, Manager as _, WebviewWindow, WebviewWindowBuilder};

use crate::{profiles::shown, tray, warnings};

/// The label of the one window; tauri.conf.json and its capability name it too.
pub(crate) const WINDOW: &str = "main";

/// Tells the window to load the certificates anew.
const CERTIFICATES_CHANGED: &str = "certificates-changed";

/// Opens the window, as tauri.conf.json describes it. What it is called follows the screen, for the taskbar and
/// for who lets windows be read out (WCAG 2.4.2).
pub(crate) fn open_window(app: &App) -> tauri::Result<()> {
    let windows = &app.config().app.windows;
    let described = windows.iter().find(|window| window.label == WINDOW);
    let described = described.ok_or(tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::from_config(app.handle(), described)?
        .on_document_title_changed(|window, title| {
            // The provider's name is in it.
            if let Err(error) = window.set_title(&shown(&title)) {
                tracing::warn!(%error, "the window keeps its old title");
            }
        })
        .build()?;
    Ok(())
}

/// Brings the window to the front.
pub(crate) fn show_window(app: &AppHandle) {
    let shown = app.get_webview_window(WINDOW).ok_or(tauri::Error::WindowNotFound).and_then(
        |window: WebviewWindow| {
            window.show()?;
            window.unminimize()?;
            window.set_focus()
        },
    );
    if let Err(error) = shown {
        tracing::warn!(%error, "could not show the window");
    }
}

/// Tells the window, the tray and the warnings that profiles or certificates are not what they were.
pub(crate) fn certificates_changed(app: &AppHandle) {
    tell_window(app);
    tray::refresh(app);
    warnings::look(app);
}

/// Tells the window alone: it loads the certificates and the notices anew.
pub(crate) fn tell_window(app: &AppHandle) {
    if let Err(error) = app.emit(CERTIFICATES_CHANGED, ()) {
        tracing::warn!(%error, "could not tell the window about a change");
    }
}

//! The desktop shell of Warifu: window, tray, commands.
//!
//! It forwards to [`warifu_client`] and decides nothing about certificates, keys or passwords. The
//! screens are in `ui/`; what they may call is in `commands`, and tauri.conf.json grants it.

mod arguments;
mod commands;
mod state;
mod tray;

use std::{process::ExitCode, sync::Arc, time::Duration};

use tauri::{
    AppHandle, Emitter as _, Manager as _, RunEvent, WebviewWindow, WindowEvent,
    webview::PageLoadEvent,
};
use tauri_plugin_window_state::StateFlags;
use warifu_client::{Client, Failure, system_clock};
use warifu_keystore::SoftwareKeyStore;

use crate::{arguments::Arguments, state::AppState};

/// The label of the one window; tauri.conf.json and its capability name it too.
const WINDOW: &str = "main";

/// Tells the window to load the certificates anew.
const CERTIFICATES_CHANGED: &str = "certificates-changed";

/// How often the tray looks at the calendar.
const TRAY_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Runs the app until the user quits it from the tray.
#[must_use]
pub fn run() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("WARIFU_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,warifu=info")),
        )
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::of(std::env::args().skip(1));
    let start_hidden = arguments.hidden;
    let window_flags = StateFlags::all() & !StateFlags::VISIBLE;

    let built = tauri::Builder::default()
        // First, so that a second start hands over before it opens anything.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _folder| {
            let arguments = Arguments::of(arguments.into_iter().skip(1));
            show_window(app);
            arguments::take_profile(app, arguments);
        }))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(
            tauri_plugin_window_state::Builder::default().with_state_flags(window_flags).build(),
        )
        .invoke_handler(tauri::generate_handler![
            commands::add_profile,
            commands::cancel,
            commands::change_initial_password,
            commands::change_password,
            commands::check_password,
            commands::choose_profile_file,
            commands::issue_certificate,
            commands::login,
            commands::logout,
            commands::open_entry,
            commands::overview,
            commands::prove_identity,
            commands::save_settings,
            commands::session,
            commands::settings,
            commands::start_enrolment,
        ])
        .setup(move |app| {
            app.manage(AppState::new(open_client(app.handle())));
            tray::create(app.handle())?;
            arguments::take_profile(app.handle(), arguments);
            sweep_orphaned_keys(app.handle());
            watch_calendar(app.handle().clone());
            Ok(())
        })
        // Shown once there is something to see.
        .on_page_load(move |webview, load| {
            if load.event() == PageLoadEvent::Finished && !start_hidden {
                show_window(webview.app_handle());
            }
        })
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event {
                // Closing keeps the warnings in the tray; quitting is in its menu (SPEC H1).
                api.prevent_close();
                if let Err(error) = window.hide() {
                    tracing::warn!(%error, "could not hide the window");
                }
            }
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|_app, event| if let RunEvent::Exit = event {});
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the app could not start");
            ExitCode::FAILURE
        }
    }
}

/// Opens the app's data. A failure is kept and told by the first command, in the window.
fn open_client(app: &AppHandle) -> Result<Client, Failure> {
    let dir = match std::env::var_os("WARIFU_DATA_DIR") {
        Some(dir) => dir.into(),
        // The local folder, not the roaming one: a certificate belongs to one PC.
        None => app.path().app_local_data_dir().map_err(|error| {
            Failure::new(warifu_protocol::ErrorCode::StorageFailed).because(&error)
        })?,
    };
    let keystore = Arc::new(SoftwareKeyStore::new(dir.join("keys")));
    let opened = Client::open(&dir, keystore, system_clock());
    if let Err(failure) = &opened {
        tracing::error!(%failure, "the app's data cannot be opened");
    }
    opened
}

/// Brings the window to the front.
fn show_window(app: &AppHandle) {
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

/// Tells the window and the tray that profiles or certificates are not what they were.
fn certificates_changed(app: &AppHandle) {
    if let Err(error) = app.emit(CERTIFICATES_CHANGED, ()) {
        tracing::warn!(%error, "could not tell the window about a change");
    }
    tray::refresh(app);
}

fn sweep_orphaned_keys(app: &AppHandle) {
    let Ok(client) = app.state::<AppState>().client() else { return };
    tauri::async_runtime::spawn(async move {
        if let Err(failure) = client.sweep_orphaned_keys().await {
            tracing::warn!(%failure, "could not sweep orphaned keys; the next start tries again");
        }
    });
}

fn watch_calendar(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let mut ticks = tokio::time::interval(TRAY_INTERVAL);
        loop {
            ticks.tick().await;
            tray::refresh(&app);
        }
    });
}

//! The desktop shell of Warifu: window, tray, commands.
//!
//! It forwards to [`warifu_client`] and decides nothing about certificates, keys or passwords. The
//! screens are in `ui/`; what they may call is in `commands`, and tauri.conf.json grants it.

mod app;
mod arguments;
mod autostart;
mod clipboard;
mod commands;
mod files;
mod installed;
#[cfg(any(target_os = "macos", all(unix, test)))]
mod instance;
mod links;
mod log;
mod offers;
mod profiles;
mod state;
mod tray;
mod warnings;
#[cfg(any(windows, test))]
mod webview;

use std::{ffi::OsString, path::Path, process::ExitCode};

use tauri::{AppHandle, Manager as _, RunEvent, WindowEvent, webview::PageLoadEvent};
use tauri_plugin_window_state::StateFlags;
#[cfg(target_os = "macos")]
use warifu_client::Link;
use warifu_client::{Client, Failure, folder::data_dir, system_clock};
use warifu_keystore::Stores;
use warifu_managed::Managed;

use crate::{app::show_window, arguments::Request, log::Log, state::AppState};

/// Runs the app until the user quits it from the tray.
#[must_use]
pub fn run() -> ExitCode {
    let log = log::start();
    #[cfg(windows)]
    if webview::is_missing() {
        return webview::MISSING.into();
    }
    let folder = std::env::current_dir().unwrap_or_default();
    let request = Request::of(std::env::args_os().skip(1), &folder);
    let start_hidden = match &request {
        Request::Start(arguments) => arguments.hidden,
        Request::Link(_) | Request::Profile(_) => false,
        Request::Nothing => {
            links::refuse();
            return ExitCode::FAILURE;
        }
    };
    let window_flags = StateFlags::all() & !StateFlags::VISIBLE;

    let builder = tauri::Builder::default();
    // First, so that a second start hands over before it opens anything.
    #[cfg(not(target_os = "macos"))]
    let builder = builder.plugin(tauri_plugin_single_instance::init(|app, arguments, folder| {
        let arguments = arguments.into_iter().skip(1).map(OsString::from);
        started_again(app, arguments, Path::new(&folder));
    }));
    #[cfg(target_os = "macos")]
    let Some(first) = first_start(&folder) else { return ExitCode::SUCCESS };

    let built = builder
        .plugin(autostart::plugin())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(
            tauri_plugin_window_state::Builder::default().with_state_flags(window_flags).build(),
        )
        .invoke_handler(tauri::generate_handler![
            commands::administration::act_on_user,
            commands::administration::administration,
            commands::administration::audit_page,
            commands::administration::change_user,
            commands::administration::choose_import_file,
            commands::administration::create_user,
            commands::administration::export_audit,
            commands::administration::export_users,
            commands::administration::import_users,
            commands::administration::print,
            commands::administration::user,
            commands::administration::users,
            commands::approval::approval_progress,
            commands::approval::approve,
            commands::approval::close_approval,
            commands::approval::decline_approval,
            commands::approval::next_approval,
            commands::cancel,
            commands::enrolment::change_initial_password,
            commands::enrolment::issue_certificate,
            commands::enrolment::start_enrolment,
            commands::login::change_password,
            commands::login::check_password,
            commands::login::login,
            commands::login::prove_identity,
            commands::notices::notices,
            commands::notices::read_notices,
            commands::notices::save_calendar,
            commands::notices::test_notification,
            commands::removal::remove_identity,
            commands::removal::remove_profile,
            commands::session::answer_handoff,
            commands::session::create_transfer_code,
            commands::session::finish_renewal,
            commands::session::handoff,
            commands::session::leave_password_change,
            commands::session::logout,
            commands::session::open_entry,
            commands::session::renew_certificate,
            commands::session::session,
            commands::session::start_password_change,
            commands::session::history,
            commands::session::change_own_email,
            commands::setup::add_dropped_profiles,
            commands::setup::add_profile,
            commands::setup::choose_profile_file,
            commands::setup::forget_proxy_logins,
            commands::setup::keep_proxy_login,
            commands::setup::open_update,
            commands::setup::overview,
            commands::setup::refresh_policy,
            commands::setup::save_settings,
            commands::setup::settings,
            commands::support::copy,
            commands::support::diagnose,
            commands::support::licences,
            commands::support::open_log_folder,
            commands::support::save_support_bundle,
        ])
        .setup(move |app| {
            let client = open_client(&log);
            app.manage(AppState::new(client, log));
            app::open_window(app)?;
            #[cfg(target_os = "macos")]
            hear_other_starts(app.handle(), first);
            tray::create(app.handle())?;
            installed::take_profile(app.handle());
            match request {
                Request::Start(arguments) => offers::take(app.handle(), arguments.profiles),
                Request::Link(link) => links::take(app.handle(), link),
                Request::Profile(file) => offers::take(app.handle(), vec![file]),
                Request::Nothing => {}
            }
            sweep_orphaned_keys(app.handle());
            keep_autostart(app.handle());
            warnings::watch(app.handle());
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
            } else if let WindowEvent::DragDrop(event) = event {
                offers::dragged(window.app_handle(), event);
            }
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(heard);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the app could not start");
            ExitCode::FAILURE
        }
    }
}

/// What a second start asks for, found from its own folder.
fn started_again(app: &AppHandle, arguments: impl IntoIterator<Item = OsString>, folder: &Path) {
    match Request::of(arguments, folder) {
        Request::Start(arguments) => {
            // A start at login, with the app already there, asks for nothing.
            if !arguments.hidden {
                show_window(app);
            }
            offers::take(app, arguments.profiles);
        }
        Request::Link(link) => links::take(app, link),
        Request::Profile(file) => {
            show_window(app);
            offers::take(app, vec![file]);
        }
        Request::Nothing => links::refuse(),
    }
}

/// Where other starts hand over to this one, or nothing inside if that cannot be; none at all if this one has
/// handed over.
#[cfg(target_os = "macos")]
fn first_start(folder: &Path) -> Option<Option<std::os::unix::net::UnixListener>> {
    let handed = instance::Handed {
        folder: folder.to_owned(),
        arguments: std::env::args_os().skip(1).collect(),
    };
    match data_dir().map(|dir| instance::claim(&dir, &handed)) {
        Ok(Ok(instance::Start::HandedOver)) => None,
        Ok(Ok(instance::Start::First(listener))) => Some(Some(listener)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "another start would not find this one");
            Some(None)
        }
        Err(failure) => {
            tracing::warn!(%failure, "another start would not find this one");
            Some(None)
        }
    }
}

#[cfg(target_os = "macos")]
fn hear_other_starts(app: &AppHandle, listener: Option<std::os::unix::net::UnixListener>) {
    let Some(listener) = listener else { return };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let hear = instance::hear(listener, |handed| {
            started_again(&app, handed.arguments, &handed.folder);
        });
        if let Err(error) = hear.await {
            tracing::warn!(%error, "other starts are not heard any more");
        }
    });
}

/// What the operating system tells the app while it runs.
fn heard(app: &AppHandle, event: RunEvent) {
    match event {
        // macOS tells a link so, and a file that was double-clicked, and never on the command line.
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            for url in urls {
                if let Ok(file) = url.to_file_path() {
                    show_window(app);
                    offers::take(app, vec![file]);
                } else if let Some(link) = Link::parse(url.as_str()) {
                    links::take(app, link);
                } else {
                    links::refuse();
                }
            }
        }
        RunEvent::Exit => clipboard::leave(app),
        _ => {}
    }
}

/// Opens the app's data. A failure is kept and told by the first command, in the window.
fn open_client(log: &Log) -> Result<Client, Failure> {
    let opened = data_dir().and_then(|dir| {
        let stores = Stores::software(dir.join("keys"));
        let opened = Client::open(&dir, stores, system_clock())
            .map(|client| client.with_managed(Managed::of_this_pc()));
        // After the client, which makes the folder so that nobody else looks into it.
        if let Err(error) = log.open(&dir) {
            tracing::warn!(%error, "there will be no log for support");
        }
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
        opened
    });
    if let Err(failure) = &opened {
        tracing::error!(%failure, "the app's data cannot be opened");
    }
    opened
}

fn sweep_orphaned_keys(app: &AppHandle) {
    let Ok(client) = app.state::<AppState>().client() else { return };
    tauri::async_runtime::spawn(async move {
        if let Err(failure) = client.sweep_orphaned_keys().await {
            tracing::warn!(%failure, "could not sweep orphaned keys; the next start tries again");
        }
    });
}

/// Keeps the entry for the start at login as the user wants it, whatever became of it meanwhile.
fn keep_autostart(app: &AppHandle) {
    if autostart::is_trial() {
        return;
    }
    let Ok(client) = app.state::<AppState>().client() else { return };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let applied = match installed::settings(&client).await {
            Ok(settings) => autostart::apply(&app, &settings),
            Err(failure) => Err(failure),
        };
        if let Err(failure) = applied {
            tracing::warn!(%failure, "the start at login could not be arranged");
        }
    });
}

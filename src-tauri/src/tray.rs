//! The tray: the worst state of the certificates on this PC, each with its days left (SPEC H1).
//!
//! What it shows is a pure function of the certificates ([`model`]); this file only renders it.

mod model;

use tauri::{
    AppHandle, Manager as _, Wry,
    image::Image,
    menu::{Menu, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};
use tokio::sync::Mutex;
use warifu_client::{
    system_clock,
    view::{Overview, Settings, Target},
};

use crate::{
    app::{WINDOW, show_window},
    state::AppState,
};
use model::{Level, TrayModel};

pub(crate) use model::Choice;

const TRAY: &str = "warifu";

/// Tells the window which screen to show.
const NAVIGATE: &str = "navigate";

/// Puts the icon into the tray.
pub(crate) fn create(app: &AppHandle) -> tauri::Result<()> {
    let model = TrayModel::of(&Overview::default(), Settings::default().language, system_clock()());
    TrayIconBuilder::with_id(TRAY)
        .icon(icon(model.level)?)
        .tooltip(&model.tooltip)
        .menu(&menu(app, &model)?)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()))
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                show_window(tray.app_handle());
            }
        })
        .build(app)?;
    app.manage(Shown(Mutex::new(model)));
    refresh(app);
    Ok(())
}

/// What the tray shows; drawn anew only when that changes, so that an open menu stays open.
#[derive(Debug)]
struct Shown(Mutex<TrayModel>);

/// Looks at the certificates and the calendar, and shows what they say.
pub(crate) fn refresh(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(client) = app.state::<AppState>().client() else { return };
        let (overview, settings) = match (client.overview().await, client.settings().await) {
            (Ok(overview), Ok(settings)) => (overview, settings),
            (Err(failure), _) | (_, Err(failure)) => {
                tracing::warn!(%failure, "the tray could not be refreshed");
                return;
            }
        };
        let model = TrayModel::of(&overview, settings.language, system_clock()());
        let shown = app.state::<Shown>();
        let mut shown = shown.0.lock().await;
        if *shown == model {
            return;
        }
        match show(&app, &model) {
            Ok(()) => *shown = model,
            Err(error) => tracing::warn!(%error, "the tray could not be refreshed"),
        }
    });
}

fn show(app: &AppHandle, model: &TrayModel) -> tauri::Result<()> {
    let Some(tray) = app.tray_by_id(TRAY) else { return Ok(()) };
    tray.set_icon(Some(icon(model.level)?))?;
    tray.set_tooltip(Some(&model.tooltip))?;
    tray.set_menu(Some(menu(app, model)?))
}

fn menu(app: &AppHandle, model: &TrayModel) -> tauri::Result<Menu<Wry>> {
    let menu = Menu::new(app)?;
    for item in &model.items {
        match item {
            Some(item) => {
                let id = item.choice.map(Choice::id).unwrap_or_default();
                let can_be_done = item.choice.is_some();
                let label = plain(&item.label);
                menu.append(&MenuItem::with_id(app, id, label, can_be_done, None::<&str>)?)?;
            }
            None => menu.append(&PredefinedMenuItem::separator(app)?)?,
        }
    }
    Ok(menu)
}

/// A label in which nothing is taken for a key to press: `&` makes one of the letter after it.
fn plain(label: &str) -> String {
    label.replace('&', "&&")
}

fn icon(level: Level) -> tauri::Result<Image<'static>> {
    let png: &[u8] = match level {
        Level::Fine => include_bytes!("../../icons/tray-fine.png"),
        Level::Soon => include_bytes!("../../icons/tray-soon.png"),
        Level::Urgent => include_bytes!("../../icons/tray-urgent.png"),
        Level::Expired => include_bytes!("../../icons/tray-expired.png"),
    };
    Image::from_bytes(png)
}

fn chosen(app: &AppHandle, id: &str) {
    match Choice::of(id) {
        Some(Choice::Quit) => quit(app.clone()),
        Some(Choice::Show(target)) => follow(app, target),
        None => {}
    }
}

/// Ends the app, and the login with it.
fn quit(app: AppHandle) {
    // Seen at once, whatever the backend still has to hear.
    if let Some(window) = app.get_webview_window(WINDOW)
        && let Err(error) = window.hide()
    {
        tracing::warn!(%error, "could not hide the window");
    }
    tauri::async_runtime::spawn(async move {
        app.state::<AppState>().leave().await;
        app.exit(0);
    });
}

/// Shows the window, and there the screen that is meant.
pub(crate) fn follow(app: &AppHandle, target: Target) {
    use tauri::Emitter as _;
    show_window(app);
    if let Err(error) = app.emit_to(WINDOW, NAVIGATE, target) {
        tracing::warn!(%error, "could not tell the window where to go");
    }
}

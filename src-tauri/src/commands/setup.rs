//! The settings, the connection profiles, and what the start screen shows.

use tauri::{AppHandle, State};
use warifu_client::{
    BrowserAddress,
    view::{Overview, ProfileView, Settings},
};
use warifu_protocol::SecretText;

use super::{Answer, logged, open_in_browser};
use crate::{
    app::certificates_changed,
    autostart, files,
    profiles::{self, Asked},
    state::AppState,
    tray,
};

#[tauri::command]
pub(crate) async fn overview(state: State<'_, AppState>) -> Answer<Overview> {
    logged(state.client()?.overview().await)
}

#[tauri::command]
pub(crate) async fn settings(state: State<'_, AppState>) -> Answer<Settings> {
    logged(state.client()?.settings().await)
}

#[tauri::command]
pub(crate) async fn save_settings(
    app: AppHandle,
    state: State<'_, AppState>,
    settings: Settings,
) -> Answer<Settings> {
    let client = state.client()?;
    let before = logged(client.settings().await)?;
    let saved = logged(client.save_settings(settings).await)?;
    tray::refresh(&app);
    if saved.start_at_login != before.start_at_login {
        logged(autostart::apply(&app, &saved))?;
    }
    Ok(saved)
}

#[tauri::command]
pub(crate) async fn keep_proxy_login(
    state: State<'_, AppState>,
    place: String,
    user: String,
    password: SecretText,
) -> Answer<()> {
    logged(state.client()?.keep_proxy_login(place, user, password).await)
}

#[tauri::command]
pub(crate) async fn forget_proxy_logins(state: State<'_, AppState>) -> Answer<()> {
    logged(state.client()?.forget_proxy_logins().await)
}

#[tauri::command]
pub(crate) async fn choose_profile_file(
    app: AppHandle,
    state: State<'_, AppState>,
) -> Answer<Option<ProfileView>> {
    let Some(path) = files::choose(&app, files::PROFILE).await else { return Ok(None) };
    let text = logged(profiles::read(path).await)?;
    let profile = logged(profiles::add(&app, &state.client()?, text, Asked::IfStrange).await)?;
    certificates_changed(&app);
    Ok(Some(profile))
}

/// Keeps the profiles in the files that were dropped on the window; gives the last one, or none if there
/// were none. The first that cannot be kept ends it.
#[tauri::command]
pub(crate) async fn add_dropped_profiles(
    app: AppHandle,
    state: State<'_, AppState>,
) -> Answer<Option<ProfileView>> {
    let mut last = None;
    for file in state.offers().dropped() {
        let text = logged(profiles::read(file).await)?;
        last = Some(logged(profiles::add(&app, &state.client()?, text, Asked::IfStrange).await)?);
        certificates_changed(&app);
    }
    Ok(last)
}

#[tauri::command]
pub(crate) async fn add_profile(
    app: AppHandle,
    state: State<'_, AppState>,
    text: String,
) -> Answer<ProfileView> {
    let profile = logged(profiles::add(&app, &state.client()?, text, Asked::IfStrange).await)?;
    certificates_changed(&app);
    Ok(profile)
}

/// Asks the provider of that profile again which versions of the app it supports.
#[tauri::command]
pub(crate) async fn refresh_policy(state: State<'_, AppState>, profile_id: i64) -> Answer<()> {
    let client = state.client()?;
    logged(state.cancellable(client.refresh_policy(profile_id)).await)
}

/// Opens the page where the newest version is found, as the provider of that profile named it.
#[tauri::command]
pub(crate) async fn open_update(
    app: AppHandle,
    state: State<'_, AppState>,
    profile_id: i64,
) -> Answer<()> {
    let profiles = logged(state.client()?.overview().await)?.profiles;
    let update = profiles.into_iter().find(|one| one.id == profile_id).and_then(|one| one.update);
    let url = update.and_then(|update| update.download_url).unwrap_or_default();
    logged(BrowserAddress::page(&url).and_then(|address| open_in_browser(&app, &address)))
}

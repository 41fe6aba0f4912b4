//! 「お知らせ」: what somebody has been told, calendar files, and trying a notification (SPEC Q).

use tauri::{AppHandle, State};
use warifu_client::view::{Expiring, NoticeView};

use super::{Answer, logged};
use crate::{files, state::AppState, warnings};

#[tauri::command]
pub(crate) async fn notices(state: State<'_, AppState>) -> Answer<Vec<NoticeView>> {
    logged(state.client()?.notices().await)
}

#[tauri::command]
pub(crate) async fn read_notices(state: State<'_, AppState>, until: i64) -> Answer<()> {
    logged(state.client()?.read_notices(until).await)
}

/// Saves an expiry as a calendar file; gives the name of the saved file.
#[tauri::command]
pub(crate) async fn save_calendar(
    app: AppHandle,
    state: State<'_, AppState>,
    identity_id: i64,
    expiring: Expiring,
) -> Answer<Option<String>> {
    let calendar = logged(state.client()?.calendar(identity_id, expiring).await)?;
    let content = async { Ok(calendar.content) };
    logged(files::save(&app, files::CALENDAR, &calendar.name, content).await)
}

#[tauri::command]
pub(crate) async fn test_notification(app: AppHandle, state: State<'_, AppState>) -> Answer<()> {
    let language = logged(state.client()?.settings().await)?.language;
    logged(warnings::show_trial(&app, language))
}

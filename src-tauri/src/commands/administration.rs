//! User administration and the audit record (SPEC F, J).

use tauri::{AppHandle, State, WebviewWindow};
use warifu_client::{
    Failure,
    view::{ExportTexts, ImportPreview, Language, NewUserForm, UserChangeForm},
};
use warifu_protocol::{
    AdministrationView, AuditPage, AuditQuery, CreatedUser, ErrorCode, UserActionRequest,
    UserAnswer, UserPage, UserQuery, UserView,
};

use super::{Answer, in_session, logged};
use crate::{
    files,
    state::{AppState, LoggedIn},
};

#[tauri::command]
pub(crate) async fn administration(
    app: AppHandle,
    state: State<'_, AppState>,
) -> Answer<AdministrationView> {
    in_session(&app, &state, async |open: &mut LoggedIn| open.session.administration().await).await
}

#[tauri::command]
pub(crate) async fn users(
    app: AppHandle,
    state: State<'_, AppState>,
    query: UserQuery,
) -> Answer<UserPage> {
    in_session(&app, &state, async |open: &mut LoggedIn| open.session.users(query).await).await
}

#[tauri::command]
pub(crate) async fn user(
    app: AppHandle,
    state: State<'_, AppState>,
    user_id: String,
) -> Answer<UserView> {
    in_session(&app, &state, async |open: &mut LoggedIn| open.session.user(&user_id).await).await
}

#[tauri::command]
pub(crate) async fn create_user(
    app: AppHandle,
    state: State<'_, AppState>,
    user: NewUserForm,
) -> Answer<UserAnswer> {
    in_session(&app, &state, async |open: &mut LoggedIn| open.session.create_user(user).await).await
}

#[tauri::command]
pub(crate) async fn change_user(
    app: AppHandle,
    state: State<'_, AppState>,
    user_id: String,
    change: UserChangeForm,
) -> Answer<UserView> {
    in_session(&app, &state, async |open: &mut LoggedIn| {
        open.session.change_user(&user_id, change).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn act_on_user(
    app: AppHandle,
    state: State<'_, AppState>,
    user_id: String,
    request: UserActionRequest,
) -> Answer<UserAnswer> {
    in_session(&app, &state, async |open: &mut LoggedIn| {
        open.session.act_on_user(&user_id, request).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn choose_import_file(
    app: AppHandle,
    state: State<'_, AppState>,
) -> Answer<Option<ImportPreview>> {
    // Not under the flow: who logs out or is logged out does not wait for the dialog.
    let chosen = state.cancellable(async { Ok(files::choose(&app, files::CSV).await) }).await;
    let Some(path) = chosen? else { return Ok(None) };
    in_session(&app, &state, async |open: &mut LoggedIn| {
        open.import = None;
        let limit = u64::try_from(open.session.max_import_bytes()).unwrap_or(u64::MAX);
        let bytes = files::read(&path, limit)
            .await
            .map_err(|error| Failure::new(ErrorCode::FileUnreadable).because(&error))?;
        let import = open.session.check_import(files::name_of(&path), bytes).await?;
        let preview = import.preview().clone();
        open.import = Some(import);
        Ok(Some(preview))
    })
    .await
}

#[tauri::command]
pub(crate) async fn import_users(
    app: AppHandle,
    state: State<'_, AppState>,
    leave_columns_out: bool,
) -> Answer<Vec<CreatedUser>> {
    in_session(&app, &state, async |open: &mut LoggedIn| {
        // Once: after a failure nobody knows whether they are there, and the file is checked anew.
        let mut import = open.import.take().ok_or_else(super::out_of_turn)?;
        if leave_columns_out {
            import.leave_columns_out();
        }
        open.session.import(&import).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn export_users(
    app: AppHandle,
    state: State<'_, AppState>,
    file_name: String,
    language: Language,
) -> Answer<Option<String>> {
    let content = in_session(&app, &state, async |open: &mut LoggedIn| {
        open.session.export_users(language).await
    });
    logged(state.cancellable(files::save(&app, files::CSV, &file_name, content)).await)
}

#[tauri::command]
pub(crate) async fn audit_page(
    app: AppHandle,
    state: State<'_, AppState>,
    query: AuditQuery,
) -> Answer<AuditPage> {
    in_session(&app, &state, async |open: &mut LoggedIn| open.session.audit(query).await).await
}

#[tauri::command]
pub(crate) async fn export_audit(
    app: AppHandle,
    state: State<'_, AppState>,
    query: AuditQuery,
    texts: ExportTexts,
) -> Answer<Option<String>> {
    let content = in_session(&app, &state, async |open: &mut LoggedIn| {
        open.session.export_audit(query, &texts).await
    });
    logged(state.cancellable(files::save(&app, files::CSV, &texts.file_name, content)).await)
}

/// Opens the system's dialog for what the window shows.
#[tauri::command]
pub(crate) async fn print(window: WebviewWindow) -> Answer<()> {
    logged(window.print().map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error)))
}

//! What the main menu leads to: the session itself, renewal, the change of the own password, PC
//! replacement.

use tauri::{AppHandle, State, ipc::Channel};
use warifu_client::view::{IdentityView, PasswordChangeView, RenewalStep, TransferCodeView};
use warifu_protocol::SessionView;

use super::{Answer, in_session, logged, open_in_browser, tell};
use crate::{
    app::certificates_changed,
    state::{AppState, Flow, LoggedIn},
};

#[tauri::command]
pub(crate) async fn session(app: AppHandle, state: State<'_, AppState>) -> Answer<SessionView> {
    in_session(&app, &state, async |open: &mut LoggedIn| open.session.refresh().await.cloned())
        .await
}

#[tauri::command]
pub(crate) async fn logout(state: State<'_, AppState>) -> Answer<()> {
    let mut flow = state.flow().await;
    if let Flow::LoggedIn(open) = std::mem::take(&mut *flow) {
        // Gone from this PC either way; the backend's idle limit ends it there if it was not heard.
        if let Err(failure) = open.session.logout().await {
            tracing::warn!(%failure, "the backend did not hear of the logout");
        }
    }
    Ok(())
}

#[tauri::command]
pub(crate) async fn open_entry(
    app: AppHandle,
    state: State<'_, AppState>,
    id: String,
) -> Answer<()> {
    let mut flow = state.flow().await;
    // Only an address that the provider configured.
    let entries = &flow.logged_in()?.session.view().entries;
    let url = entries.iter().find(|entry| entry.id == id).map(|entry| entry.url.clone());
    open_in_browser(&app, url)
}

#[tauri::command]
pub(crate) async fn start_password_change(
    app: AppHandle,
    state: State<'_, AppState>,
) -> Answer<PasswordChangeView> {
    in_session(&app, &state, async |open: &mut LoggedIn| open.session.start_password_change().await)
        .await
}

#[tauri::command]
pub(crate) async fn leave_password_change(state: State<'_, AppState>) -> Answer<()> {
    state.flow().await.logged_in()?.session.leave_password_change();
    Ok(())
}

#[tauri::command]
pub(crate) async fn renew_certificate(
    app: AppHandle,
    state: State<'_, AppState>,
    on_step: Channel<RenewalStep>,
) -> Answer<SessionView> {
    let renewed = in_session(&app, &state, async |open: &mut LoggedIn| {
        open.session.renew(|step| tell(&on_step, step)).await.cloned()
    })
    .await;
    // Also after a failure: the steps before it are done.
    certificates_changed(&app);
    renewed
}

#[tauri::command]
pub(crate) async fn finish_renewal(
    app: AppHandle,
    state: State<'_, AppState>,
    identity_id: i64,
    on_step: Channel<RenewalStep>,
) -> Answer<IdentityView> {
    let client = state.client()?;
    let finish = client.finish_renewal(identity_id, |step| tell(&on_step, step));
    let finished = logged(state.cancellable(finish).await);
    // A refusal changes it too: what was renewed elsewhere has nothing left to finish.
    certificates_changed(&app);
    finished
}

#[tauri::command]
pub(crate) async fn create_transfer_code(
    app: AppHandle,
    state: State<'_, AppState>,
) -> Answer<TransferCodeView> {
    in_session(&app, &state, async |open: &mut LoggedIn| open.session.create_transfer_code().await)
        .await
}

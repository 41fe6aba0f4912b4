//! What the main menu leads to: the session itself, renewal, the change of the own password, PC
//! replacement.

use tauri::{AppHandle, State, ipc::Channel};
use warifu_client::{
    OpenedEntry,
    view::{EntryOpening, IdentityView, PasswordChangeView, RenewalStep, TransferCodeView},
};
use warifu_protocol::{AuditPage, HandoffState, HandoffView, SecretText, SessionView};

use super::{Answer, in_session, logged, open_in_browser, tell};
use crate::{
    app::{certificates_changed, show_window},
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
) -> Answer<EntryOpening> {
    let opened =
        in_session(&app, &state, async |open: &mut LoggedIn| open.session.open_entry(&id).await);
    let OpenedEntry { address, view } = opened.await?;
    logged(open_in_browser(&app, &address))?;
    Ok(view)
}

/// What has become of an entry that the browser opens with a login.
#[tauri::command]
pub(crate) async fn handoff(
    app: AppHandle,
    state: State<'_, AppState>,
    id: String,
) -> Answer<HandoffView> {
    let mut first_question = false;
    let view = in_session(&app, &state, async |open: &mut LoggedIn| {
        let view = open.session.handoff(&id).await?;
        // The user is looking at the browser; the question is here.
        if view.state == HandoffState::Confirm && open.asked.as_deref() != Some(&id) {
            open.asked = Some(id);
            first_question = true;
        }
        Ok(view)
    })
    .await?;
    if first_question {
        show_window(&app);
    }
    Ok(view)
}

#[tauri::command]
pub(crate) async fn answer_handoff(
    app: AppHandle,
    state: State<'_, AppState>,
    id: String,
    confirmed: bool,
) -> Answer<()> {
    in_session(&app, &state, async |open: &mut LoggedIn| {
        open.session.answer_handoff(&id, confirmed).await
    })
    .await
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

/// What was done to the own account.
#[tauri::command]
pub(crate) async fn history(
    app: AppHandle,
    state: State<'_, AppState>,
    before: Option<i64>,
) -> Answer<AuditPage> {
    in_session(&app, &state, async |open: &mut LoggedIn| open.session.history(before).await).await
}

#[tauri::command]
pub(crate) async fn change_own_email(
    app: AppHandle,
    state: State<'_, AppState>,
    email: String,
    password: SecretText,
) -> Answer<SessionView> {
    in_session(&app, &state, async |open: &mut LoggedIn| {
        open.session.change_own_email(&email, password).await.cloned()
    })
    .await
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

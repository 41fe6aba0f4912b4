//! The issuance wizard (FAQ 2-2).

use tauri::{AppHandle, State, ipc::Channel};
use warifu_client::view::{EnrolmentView, IdentityView, IssuanceStep};
use warifu_protocol::{ErrorCode, SecretText};

use super::{Answer, logged, out_of_turn, tell};
use crate::{
    app::certificates_changed,
    state::{AppState, Flow},
};

#[tauri::command]
pub(crate) async fn start_enrolment(
    app: AppHandle,
    state: State<'_, AppState>,
    profile_id: i64,
    customer_number: String,
    user_id: String,
    password: SecretText,
    transfer_code: Option<SecretText>,
) -> Answer<EnrolmentView> {
    let client = state.client()?;
    let mut flow = state.flow().await;
    let start =
        client.start_enrolment(profile_id, &customer_number, &user_id, password, transfer_code);
    let started = logged(state.cancellable(start).await);
    if let Err(failure) = &started
        && failure.code == ErrorCode::AppTooOld
    {
        // The start screen says it from now on.
        certificates_changed(&app);
    }
    let enrolment = started?;
    let view = enrolment.view();
    *flow = Flow::Enrolling(Box::new(enrolment));
    Ok(view)
}

#[tauri::command]
pub(crate) async fn change_initial_password(
    state: State<'_, AppState>,
    new_password: SecretText,
) -> Answer<()> {
    match &mut *state.flow().await {
        Flow::Enrolling(enrolment) => {
            let change = enrolment.change_password(new_password);
            logged(state.cancellable(change).await)
        }
        Flow::Idle | Flow::LoggingIn(_) | Flow::ChangingPassword(_) | Flow::LoggedIn(_) => {
            Err(out_of_turn())
        }
    }
}

#[tauri::command]
pub(crate) async fn issue_certificate(
    app: AppHandle,
    state: State<'_, AppState>,
    on_step: Channel<IssuanceStep>,
) -> Answer<IdentityView> {
    let mut flow = state.flow().await;
    let Flow::Enrolling(enrolment) = &*flow else { return Err(out_of_turn()) };
    let issue = enrolment.issue(|step| tell(&on_step, step));
    let issued = logged(state.cancellable(issue).await)?;
    *flow = Flow::Idle;
    certificates_changed(&app);
    Ok(issued)
}

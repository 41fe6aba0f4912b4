//! From a certificate to an open session, and the passwords on the way.

use tauri::{AppHandle, State};
use warifu_client::{
    LoginStep,
    view::{LoginPrompt, LoginView},
};
use warifu_protocol::{ErrorCode, RuleCheck, SecretText, SessionView};

use super::{Answer, in_session, is_withdrawal, logged, out_of_turn};
use crate::{
    app::certificates_changed,
    state::{AppState, Flow, LoggedIn},
};

#[tauri::command]
pub(crate) async fn prove_identity(
    app: AppHandle,
    state: State<'_, AppState>,
    identity_id: i64,
) -> Answer<LoginPrompt> {
    let client = state.client()?;
    let mut flow = state.flow().await;
    let proved = logged(state.cancellable(client.prove_identity(identity_id)).await);
    if let Err(failure) = &proved
        && (is_withdrawal(failure) || failure.code == ErrorCode::AppTooOld)
    {
        certificates_changed(&app);
    }
    let login = proved?;
    let prompt = login.prompt().clone();
    *flow = Flow::LoggingIn(Box::new(login));
    Ok(prompt)
}

#[tauri::command]
pub(crate) async fn login(
    app: AppHandle,
    state: State<'_, AppState>,
    password: SecretText,
) -> Answer<LoginView> {
    let mut flow = state.flow().await;
    let Flow::LoggingIn(login) = &*flow else { return Err(out_of_turn()) };
    let submit = login.submit(password);
    let step = logged(state.cancellable(submit).await)?;
    let view = step.view();
    *flow = match step {
        LoginStep::LoggedIn(session) => Flow::from(session),
        LoginStep::PasswordChangeRequired(change) => Flow::ChangingPassword(Box::new(change)),
    };
    certificates_changed(&app);
    Ok(view)
}

#[tauri::command]
pub(crate) async fn check_password(
    state: State<'_, AppState>,
    candidate: SecretText,
) -> Answer<[RuleCheck; 4]> {
    match &*state.flow().await {
        Flow::Enrolling(enrolment) => Ok(enrolment.check_password(candidate.expose())),
        Flow::ChangingPassword(change) => Ok(change.check_password(candidate.expose())),
        Flow::LoggedIn(open) => Ok(open.session.check_password(candidate.expose())),
        Flow::Idle | Flow::LoggingIn(_) => Err(out_of_turn()),
    }
}

/// Completes a login, or does what `start_password_change` began; that asks for the current one.
#[tauri::command]
pub(crate) async fn change_password(
    app: AppHandle,
    state: State<'_, AppState>,
    new_password: SecretText,
    current_password: Option<SecretText>,
) -> Answer<SessionView> {
    if let Some(current) = current_password {
        return in_session(&app, &state, async |open: &mut LoggedIn| {
            open.session.change_own_password(current, new_password).await.cloned()
        })
        .await;
    }
    let mut flow = state.flow().await;
    let Flow::ChangingPassword(change) = &*flow else { return Err(out_of_turn()) };
    let submit = change.submit(new_password);
    let session = logged(state.cancellable(submit).await)?;
    let view = session.view().clone();
    *flow = Flow::from(session);
    certificates_changed(&app);
    Ok(view)
}

//! Answers to pages in the browser that ask for a login.

use std::sync::Arc;

use tauri::{AppHandle, State};
use warifu_client::{
    Approval, Failure, LoginStep,
    view::{ApprovalProgress, ApprovalView, LoginView},
};
use warifu_protocol::{ErrorCode, SecretText};

use super::{Answer, is_withdrawal, logged, open_in_named_browser, out_of_turn};
use crate::{
    app::certificates_changed,
    state::{AppState, Flow},
};

/// What the next page asks for, if one does. Asked again, the same one until it is closed.
#[tauri::command]
pub(crate) async fn next_approval(state: State<'_, AppState>) -> Answer<Option<ApprovalView>> {
    let shown = state.links(|links| links.shown.clone());
    let approval = match shown {
        Some(approval) => approval,
        None => {
            let Some(link) = state.links(|links| links.next()) else { return Ok(None) };
            let client = state.client()?;
            let opened = logged(state.cancellable(client.view_authorization(link)).await)?;
            let approval = Arc::new(opened);
            state.links(|links| links.shown = Some(Arc::clone(&approval)));
            approval
        }
    };
    Ok(Some(match &*state.flow().await {
        Flow::LoggedIn(open) => approval.view(Some(&open.session)),
        Flow::Idle | Flow::Enrolling(_) | Flow::LoggingIn(_) | Flow::ChangingPassword(_) => {
            approval.view(None)
        }
    }))
}

/// Approves it: as the open login, or after logging in with a certificate and its password. Says that the
/// user is logged in once the browser has its answer.
#[tauri::command]
pub(crate) async fn approve(
    app: AppHandle,
    state: State<'_, AppState>,
    identity_id: i64,
    password: Option<SecretText>,
) -> Answer<LoginView> {
    let approval = shown(&state)?;
    let client = state.client()?;
    let mut flow = state.flow().await;
    match &*flow {
        Flow::LoggedIn(open) if approval.is_of(&open.session) => {}
        Flow::Enrolling(_) | Flow::ChangingPassword(_) => return Err(out_of_turn()),
        Flow::LoggedIn(_) | Flow::Idle | Flow::LoggingIn(_) => {
            let password = password.clone().ok_or_else(|| Failure::new(ErrorCode::ProofMissing))?;
            let login = async { client.prove_identity(identity_id).await?.submit(password).await };
            let step = logged(state.cancellable(login).await)?;
            if let Flow::LoggedIn(other) = std::mem::take(&mut *flow)
                && let Err(failure) = other.session.logout().await
            {
                tracing::warn!(%failure, "the other provider did not hear of the logout");
            }
            let view = step.view();
            let changing = matches!(step, LoginStep::PasswordChangeRequired(_));
            *flow = match step {
                LoginStep::LoggedIn(session) => Flow::from(session),
                LoginStep::PasswordChangeRequired(change) => {
                    Flow::ChangingPassword(Box::new(change))
                }
            };
            certificates_changed(&app);
            if changing {
                return Ok(view);
            }
        }
    }
    let session = &flow.logged_in()?.session;
    match logged(state.cancellable(approval.approve(session, password)).await) {
        Ok(approved) => {
            let session = session.view().clone();
            logged(open_in_named_browser(&app, &approved.address, approved.browser))?;
            Ok(LoginView::LoggedIn { session })
        }
        Err(failure) => {
            if is_withdrawal(&failure) {
                certificates_changed(&app);
            }
            if failure.session_ended {
                *flow = Flow::Idle;
            }
            Err(failure)
        }
    }
}

/// Says no to the page, and closes it whether that was heard or not.
#[tauri::command]
pub(crate) async fn decline_approval(state: State<'_, AppState>) -> Answer<()> {
    let approval = shown(&state)?;
    state.links(|links| links.shown = None);
    logged(state.cancellable(approval.decline()).await)
}

/// What has become of it since it was approved.
#[tauri::command]
pub(crate) async fn approval_progress(state: State<'_, AppState>) -> Answer<ApprovalProgress> {
    let approval = shown(&state)?;
    logged(state.cancellable(approval.progress()).await)
}

/// Makes room for the next.
#[tauri::command]
pub(crate) async fn close_approval(state: State<'_, AppState>) -> Answer<()> {
    state.links(|links| links.shown = None);
    Ok(())
}

fn shown(state: &AppState) -> Answer<Arc<Approval>> {
    state.links(|links| links.shown.clone()).ok_or_else(out_of_turn)
}

//! Taking certificates and connection profiles off this PC.

use tauri::{AppHandle, State};
use warifu_client::{
    Failure, ProfileRemoval,
    view::{IdentityRemoval, RemovalConsent},
};
use warifu_protocol::ErrorCode;

use super::{Answer, logged};
use crate::{
    app::certificates_changed,
    state::{AppState, Flow},
};

/// Without the right consent nothing happens, and the answer says what would be lost.
#[tauri::command]
pub(crate) async fn remove_identity(
    app: AppHandle,
    state: State<'_, AppState>,
    identity_id: i64,
    consent: Option<RemovalConsent>,
) -> Answer<IdentityRemoval> {
    let client = state.client()?;
    let mut flow = state.flow().await;
    let (in_use, logged_in) = match &*flow {
        Flow::Idle | Flow::Enrolling(_) => (None, false),
        Flow::LoggingIn(login) => (Some(login.prompt().identity.id), false),
        Flow::ChangingPassword(change) => (Some(change.identity_id()), false),
        Flow::LoggedIn(open) => (Some(open.session.identity_id()), true),
    };
    let in_use = in_use == Some(identity_id);
    if in_use && logged_in {
        return Ok(IdentityRemoval::LoggedIn);
    }
    let removal = logged(client.remove_identity(identity_id, consent).await)?;
    if removal == IdentityRemoval::Removed {
        if in_use {
            // A login that was begun and left.
            *flow = Flow::Idle;
        }
        certificates_changed(&app);
    }
    Ok(removal)
}

/// `host` is that of the profile whose removal the user has agreed to: a list that is shown may be old.
#[tauri::command]
pub(crate) async fn remove_profile(
    app: AppHandle,
    state: State<'_, AppState>,
    profile_id: i64,
    host: String,
) -> Answer<ProfileRemoval> {
    let client = state.client()?;
    // No issuance under it begins meanwhile.
    let _flow = state.flow().await;
    let profiles = logged(client.overview().await)?.profiles;
    if !profiles.iter().any(|profile| profile.id == profile_id && profile.host == host) {
        return Err(Failure::new(ErrorCode::ProfileMissing));
    }
    let removal = logged(client.remove_profile(profile_id).await)?;
    if removal == ProfileRemoval::Removed {
        certificates_changed(&app);
    }
    Ok(removal)
}

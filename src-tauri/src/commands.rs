//! What the window can ask for. Each command forwards to the client and fails with a code.

use tauri::{AppHandle, State, ipc::Channel};
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_opener::OpenerExt as _;
use warifu_client::{
    Failure, LoginStep,
    view::{
        EnrolmentView, IdentityView, IssuanceStep, LoginPrompt, LoginView, Overview, ProfileView,
        Settings,
    },
};
use warifu_protocol::{ErrorCode, RuleCheck, SecretText, SessionView};

use crate::{
    arguments::read_profile,
    certificates_changed,
    state::{AppState, Flow},
    tray,
};

type Answer<T> = Result<T, Failure>;

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
    let saved = logged(state.client()?.save_settings(settings).await)?;
    tray::refresh(&app);
    Ok(saved)
}

#[tauri::command]
pub(crate) async fn choose_profile_file(
    app: AppHandle,
    state: State<'_, AppState>,
) -> Answer<Option<ProfileView>> {
    let (chosen, choice) = tokio::sync::oneshot::channel();
    app.dialog().file().add_filter("Warifu", &["json"]).pick_file(move |file| {
        // The receiver is gone only when the window is.
        let _ = chosen.send(file);
    });
    let Some(path) = choice.await.ok().flatten().and_then(|file| file.into_path().ok()) else {
        return Ok(None);
    };
    let text = logged(read_profile(path).await)?;
    let profile = logged(state.client()?.add_profile(text).await)?;
    certificates_changed(&app);
    Ok(Some(profile))
}

#[tauri::command]
pub(crate) async fn add_profile(
    app: AppHandle,
    state: State<'_, AppState>,
    text: String,
) -> Answer<ProfileView> {
    let profile = logged(state.client()?.add_profile(text).await)?;
    certificates_changed(&app);
    Ok(profile)
}

#[tauri::command]
pub(crate) async fn start_enrolment(
    state: State<'_, AppState>,
    profile_id: i64,
    customer_number: String,
    user_id: String,
    password: SecretText,
) -> Answer<EnrolmentView> {
    let client = state.client()?;
    let mut flow = state.flow().await;
    let password = password.expose().to_owned();
    let start = client.start_enrolment(profile_id, &customer_number, &user_id, password);
    let enrolment = logged(state.cancellable(start).await)?;
    let view = enrolment.view();
    *flow = Flow::Enrolling(enrolment);
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
        Flow::Idle | Flow::LoggingIn(_) | Flow::LoggedIn(_) => Err(out_of_turn()),
    }
}

#[tauri::command]
pub(crate) async fn change_initial_password(
    state: State<'_, AppState>,
    new_password: SecretText,
) -> Answer<()> {
    match &mut *state.flow().await {
        Flow::Enrolling(enrolment) => {
            let change = enrolment.change_password(new_password.expose().to_owned());
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
    let issue = enrolment.issue(|step| {
        if let Err(error) = on_step.send(step) {
            tracing::debug!(%error, "the window did not hear of a step");
        }
    });
    let issued = logged(state.cancellable(issue).await)?;
    *flow = Flow::Idle;
    certificates_changed(&app);
    Ok(issued)
}

#[tauri::command]
pub(crate) async fn cancel(state: State<'_, AppState>) -> Answer<()> {
    state.cancel();
    Ok(())
}

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
        && is_withdrawal(failure)
    {
        certificates_changed(&app);
    }
    let login = proved?;
    let prompt = login.prompt().clone();
    *flow = Flow::LoggingIn(login);
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
    let submit = login.submit(password.expose().to_owned());
    let step = logged(state.cancellable(submit).await)?;
    let view = step.view();
    *flow = match step {
        LoginStep::LoggedIn(session) => Flow::LoggedIn(session),
        LoginStep::PasswordChangeRequired(change) => Flow::ChangingPassword(change),
    };
    certificates_changed(&app);
    Ok(view)
}

#[tauri::command]
pub(crate) async fn change_password(
    app: AppHandle,
    state: State<'_, AppState>,
    new_password: SecretText,
) -> Answer<SessionView> {
    let mut flow = state.flow().await;
    let Flow::ChangingPassword(change) = &*flow else { return Err(out_of_turn()) };
    let submit = change.submit(new_password.expose().to_owned());
    let session = logged(state.cancellable(submit).await)?;
    let view = session.view().clone();
    *flow = Flow::LoggedIn(session);
    certificates_changed(&app);
    Ok(view)
}

#[tauri::command]
pub(crate) async fn session(app: AppHandle, state: State<'_, AppState>) -> Answer<SessionView> {
    let mut flow = state.flow().await;
    let Flow::LoggedIn(session) = &mut *flow else {
        return Err(Failure::new(ErrorCode::SessionEnded));
    };
    let refreshed = logged(state.cancellable(session.refresh()).await).cloned();
    if let Err(failure) = &refreshed {
        if is_withdrawal(failure) {
            certificates_changed(&app);
        }
        if failure.code == ErrorCode::SessionEnded {
            *flow = Flow::Idle;
        }
    }
    refreshed
}

#[tauri::command]
pub(crate) async fn logout(state: State<'_, AppState>) -> Answer<()> {
    let mut flow = state.flow().await;
    if let Flow::LoggedIn(session) = std::mem::take(&mut *flow) {
        // Gone from this PC either way; the backend's idle limit ends it there if it was not heard.
        if let Err(failure) = session.logout().await {
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
    let flow = state.flow().await;
    let Flow::LoggedIn(session) = &*flow else {
        return Err(Failure::new(ErrorCode::SessionEnded));
    };
    // Only an address that the provider configured, and only the web: never a program or a file.
    let url = session
        .view()
        .entries
        .iter()
        .find(|entry| entry.id == id)
        .map(|entry| entry.url.clone())
        .filter(|url| url.starts_with("https://"))
        .ok_or_else(|| Failure::new(ErrorCode::NotFound))?;
    app.opener()
        .open_url(url, None::<&str>)
        .map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))
}

/// The window asked for a step of a flow that it is not in.
fn out_of_turn() -> Failure {
    Failure::new(ErrorCode::AppFailed)
}

fn is_withdrawal(failure: &Failure) -> bool {
    matches!(failure.code, ErrorCode::CertificateRevoked | ErrorCode::CertificateSuperseded)
}

fn logged<T>(answer: Answer<T>) -> Answer<T> {
    if let Err(failure) = &answer {
        tracing::info!(%failure, "a command failed");
    }
    answer
}

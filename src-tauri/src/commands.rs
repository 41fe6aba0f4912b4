//! What the window can ask for. Each command forwards to the client and fails with a code.
//!
//! Here is the way from the settings to the main menu; what the user does from there is in
//! `lifecycle` and `administration`.

pub(crate) mod administration;
pub(crate) mod diagnosis;
pub(crate) mod lifecycle;

use serde::Serialize;
use tauri::{AppHandle, State, WebviewWindow, ipc::Channel};
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
    autostart, certificates_changed, files,
    profiles::{self, Asked},
    state::{AppState, Flow, LoggedIn},
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
    let text = logged(read_profile(path).await)?;
    let profile = logged(profiles::add(&app, &state.client()?, text, Asked::IfStrange).await)?;
    certificates_changed(&app);
    Ok(Some(profile))
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
        Flow::LoggedIn(open) => Ok(open.session.check_password(candidate.expose())),
        Flow::Idle | Flow::LoggingIn(_) => Err(out_of_turn()),
    }
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
        && (is_withdrawal(failure) || failure.code == ErrorCode::AppTooOld)
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
    let submit = login.submit(password);
    let step = logged(state.cancellable(submit).await)?;
    let view = step.view();
    *flow = match step {
        LoginStep::LoggedIn(session) => Flow::from(session),
        LoginStep::PasswordChangeRequired(change) => Flow::ChangingPassword(change),
    };
    certificates_changed(&app);
    Ok(view)
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
    logged(open_in_browser(&app, update.and_then(|update| update.download_url)))
}

/// Opens an address of the web, and nothing else: never a program or a file.
fn open_in_browser(app: &AppHandle, url: Option<String>) -> Answer<()> {
    let url = url
        .filter(|url| url.starts_with("https://"))
        .ok_or_else(|| Failure::new(ErrorCode::NotFound))?;
    app.opener()
        .open_url(url, None::<&str>)
        .map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))
}

/// Opens the system's dialog for what the window shows.
#[tauri::command]
pub(crate) async fn print(window: WebviewWindow) -> Answer<()> {
    logged(window.print().map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error)))
}

/// Does something in the open session; gives it up when the backend says that it is over.
async fn in_session<T>(
    app: &AppHandle,
    state: &AppState,
    work: impl AsyncFnOnce(&mut LoggedIn) -> Answer<T>,
) -> Answer<T> {
    let mut flow = state.flow().await;
    let answer = logged(state.cancellable(work(flow.logged_in()?)).await);
    if let Err(failure) = &answer {
        if is_withdrawal(failure) {
            certificates_changed(app);
        }
        if failure.session_ended {
            *flow = Flow::Idle;
        }
    }
    answer
}

/// Tells the window how far a command has come.
fn tell<T: Serialize + tauri::ipc::IpcResponse>(channel: &Channel<T>, news: T) {
    if let Err(error) = channel.send(news) {
        tracing::debug!(%error, "the window did not hear how far a command has come");
    }
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

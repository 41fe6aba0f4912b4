//! What the window can ask for, by subject. Each command forwards to the client and fails with a code.

pub(crate) mod administration;
pub(crate) mod approval;
pub(crate) mod enrolment;
pub(crate) mod login;
pub(crate) mod notices;
pub(crate) mod removal;
pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod support;

use serde::Serialize;
use tauri::{AppHandle, State, ipc::Channel};
use tauri_plugin_opener::OpenerExt as _;
use warifu_client::{BrowserAddress, Failure};
use warifu_protocol::{BrowserName, ErrorCode};

use crate::{
    app::certificates_changed,
    state::{AppState, Flow, LoggedIn},
};

type Answer<T> = Result<T, Failure>;

/// Ends whatever command is running.
#[tauri::command]
pub(crate) async fn cancel(state: State<'_, AppState>) -> Answer<()> {
    state.cancel();
    Ok(())
}

/// Gives an address of the web to the user's browser. It may be worth a login: it is not logged, and
/// what the system says of it is not either.
fn open_in_browser(app: &AppHandle, address: &BrowserAddress) -> Answer<()> {
    let opened = app.opener().open_url(address.expose(), None::<&str>);
    opened.map_err(|_| Failure::new(ErrorCode::BrowserFailed))
}

/// The same to the browser that asked, if it is here under its name; else to the default one.
fn open_in_named_browser(
    app: &AppHandle,
    address: &BrowserAddress,
    browser: BrowserName,
) -> Answer<()> {
    if let Some(program) = program(browser)
        && app.opener().open_url(address.expose(), Some(program)).is_ok()
    {
        return Ok(());
    }
    open_in_browser(app, address)
}

/// What the operating system knows a browser as.
#[cfg(windows)]
fn program(browser: BrowserName) -> Option<&'static str> {
    match browser {
        BrowserName::Edge => Some("msedge"),
        BrowserName::Chrome => Some("chrome"),
        BrowserName::Firefox => Some("firefox"),
        BrowserName::Safari | BrowserName::Other => None,
    }
}

/// What the operating system knows a browser as.
#[cfg(target_os = "macos")]
fn program(browser: BrowserName) -> Option<&'static str> {
    match browser {
        BrowserName::Edge => Some("Microsoft Edge"),
        BrowserName::Chrome => Some("Google Chrome"),
        BrowserName::Firefox => Some("Firefox"),
        BrowserName::Safari => Some("Safari"),
        BrowserName::Other => None,
    }
}

/// What the operating system knows a browser as.
#[cfg(not(any(windows, target_os = "macos")))]
fn program(browser: BrowserName) -> Option<&'static str> {
    match browser {
        BrowserName::Edge => Some("microsoft-edge"),
        BrowserName::Chrome => Some("google-chrome"),
        BrowserName::Firefox => Some("firefox"),
        BrowserName::Safari | BrowserName::Other => None,
    }
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

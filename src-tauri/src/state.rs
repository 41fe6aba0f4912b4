//! What the window is in the middle of.

use std::{future::Future, pin::pin};

use tokio::sync::{Mutex, MutexGuard, Notify};
use warifu_client::{Client, Enrolment, Failure, Login, PasswordChange, Session};
use warifu_protocol::ErrorCode;

/// The one thing that the window is doing with the backend.
#[derive(Debug, Default)]
pub(crate) enum Flow {
    /// Nothing.
    #[default]
    Idle,
    /// The issuance wizard.
    Enrolling(Enrolment),
    /// A certificate is proved, the password not yet.
    LoggingIn(Login),
    /// The password has to be changed to complete the login.
    ChangingPassword(PasswordChange),
    /// Logged in.
    LoggedIn(Session),
}

/// Kept by Tauri for the commands.
#[derive(Debug)]
pub(crate) struct AppState {
    client: Result<Client, Failure>,
    flow: Mutex<Flow>,
    cancelled: Notify,
}

impl AppState {
    pub(crate) fn new(client: Result<Client, Failure>) -> Self {
        Self { client, flow: Mutex::new(Flow::Idle), cancelled: Notify::new() }
    }

    /// The client, or why the app's data could not be opened.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.client.clone()
    }

    /// The flow, once no other command is using it.
    pub(crate) async fn flow(&self) -> MutexGuard<'_, Flow> {
        self.flow.lock().await
    }

    /// Runs a command's work until it is done or [`AppState::cancel`] is called.
    ///
    /// What is on disk by then stays; the flow's states say how it goes on.
    pub(crate) async fn cancellable<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let cancelled = pin!(self.cancelled.notified());
        tokio::select! {
            result = work => result,
            () = cancelled => Err(Failure::new(ErrorCode::Cancelled)),
        }
    }

    /// Ends every command that is running under [`AppState::cancellable`].
    pub(crate) fn cancel(&self) {
        self.cancelled.notify_waiters();
    }
}

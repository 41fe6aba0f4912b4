//! What the window is in the middle of.

use std::{
    future::Future,
    pin::pin,
    sync::{Mutex as Lock, PoisonError},
    time::Duration,
};

use tokio::sync::{Mutex, MutexGuard, Notify};
use warifu_client::{
    Client, Enrolment, Failure, Login, PasswordChange, Session, UserImport, view::DiagnosisResult,
};
use warifu_protocol::ErrorCode;

use crate::{clipboard::Copied, links::Links, log::Log, offers::Offers};

/// How long an app that is told to end waits for the backend to hear that the login has ended.
const PARTING: Duration = Duration::from_secs(3);

/// The one thing that the window is doing with the backend.
#[derive(Debug, Default)]
pub(crate) enum Flow {
    /// Nothing.
    #[default]
    Idle,
    /// The issuance wizard.
    Enrolling(Box<Enrolment>),
    /// A certificate is proved, the password not yet.
    LoggingIn(Box<Login>),
    /// The password has to be changed to complete the login.
    ChangingPassword(Box<PasswordChange>),
    /// Logged in.
    LoggedIn(Box<LoggedIn>),
}

/// A session, and what ends with it.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    pub(crate) session: Session,
    /// The file of users that was checked last.
    pub(crate) import: Option<UserImport>,
    /// The handoff for whose question the window was brought to the front.
    pub(crate) asked: Option<String>,
}

impl From<Session> for Flow {
    fn from(session: Session) -> Self {
        Self::LoggedIn(Box::new(LoggedIn { session, import: None, asked: None }))
    }
}

impl Flow {
    /// What is open while the user is logged in; `session-ended` if nobody is.
    pub(crate) fn logged_in(&mut self) -> Result<&mut LoggedIn, Failure> {
        match self {
            Self::LoggedIn(open) => Ok(&mut **open),
            Self::Idle | Self::Enrolling(_) | Self::LoggingIn(_) | Self::ChangingPassword(_) => {
                Err(Failure::new(ErrorCode::SessionEnded))
            }
        }
    }
}

/// Kept by Tauri for the commands.
#[derive(Debug)]
pub(crate) struct AppState {
    client: Result<Client, Failure>,
    flow: Mutex<Flow>,
    cancelled: Notify,
    diagnosis: Lock<Vec<DiagnosisResult>>,
    links: Lock<Links>,
    offers: Offers,
    copied: Copied,
    log: Log,
}

impl AppState {
    pub(crate) fn new(client: Result<Client, Failure>, log: Log) -> Self {
        Self {
            client,
            flow: Mutex::new(Flow::Idle),
            cancelled: Notify::new(),
            diagnosis: Lock::default(),
            links: Lock::default(),
            offers: Offers::default(),
            copied: Copied::default(),
            log,
        }
    }

    /// The client, or why the app's data could not be opened.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.client.clone()
    }

    /// The flow, once no other command is using it.
    pub(crate) async fn flow(&self) -> MutexGuard<'_, Flow> {
        self.flow.lock().await
    }

    /// The log.
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Reads or changes the results of the last diagnosis.
    pub(crate) fn diagnosis<T>(&self, with: impl FnOnce(&mut Vec<DiagnosisResult>) -> T) -> T {
        with(&mut self.diagnosis.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads or changes what pages in the browser ask for.
    pub(crate) fn links<T>(&self, with: impl FnOnce(&mut Links) -> T) -> T {
        with(&mut self.links.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The connection profiles that come from outside the window.
    pub(crate) fn offers(&self) -> &Offers {
        &self.offers
    }

    /// The secret in the clipboard.
    pub(crate) fn copied(&self) -> &Copied {
        &self.copied
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

    /// Ends the login, if there is one, before the app ends: nobody comes back to it, and what it has
    /// opened in browsers must not outlive it. A backend that does not answer is not waited for for long;
    /// to it the login is idle from then on.
    pub(crate) async fn leave(&self) {
        let leave = async {
            // Whatever waits for the backend holds the flow.
            self.cancel();
            match std::mem::take(&mut *self.flow().await) {
                Flow::LoggedIn(open) => open.session.logout().await,
                Flow::Idle
                | Flow::Enrolling(_)
                | Flow::LoggingIn(_)
                | Flow::ChangingPassword(_) => Ok(()),
            }
        };
        match tokio::time::timeout(PARTING, leave).await {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => tracing::warn!(%failure, "the backend did not hear of the end"),
            Err(_) => tracing::warn!("the backend did not answer at the end"),
        }
    }

    /// Ends every command that is running under [`AppState::cancellable`].
    pub(crate) fn cancel(&self) {
        self.cancelled.notify_waiters();
    }
}

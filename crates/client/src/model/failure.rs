//! Why something failed, decided once, where it is known.

use std::{error::Error, fmt, io};

use serde::Serialize;
use warifu_keystore::{KeyError, TpmTrouble};
use warifu_protocol::{Details, ErrorCode, PasswordPolicy, Problem, SecretText, impossible};

/// A failure with its stable code and what the code's text needs to know.
///
/// `cause` is for the log alone: it never reaches a screen, and it holds no secret because nothing
/// below this crate puts one into an error.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Failure {
    /// The code, whose texts the screens hold.
    pub code: ErrorCode,
    /// What the texts need to know; boxed because every fallible call returns it.
    pub details: Box<Details>,
    /// Whether nothing is left of a login after it, so that the window goes back to the start.
    pub session_ended: bool,
    /// The underlying error in words.
    #[serde(skip)]
    pub cause: Option<String>,
}

impl Failure {
    /// A failure that needs no details.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self { code, details: Box::default(), session_ended: ends_session(code), cause: None }
    }

    /// The same failure with details.
    #[must_use]
    pub fn with(mut self, details: Details) -> Self {
        *self.details = details;
        self
    }

    /// The same failure with the error that led to it, for the log.
    #[must_use]
    pub fn because(mut self, cause: &dyn Error) -> Self {
        let mut text = cause.to_string();
        let mut source = cause.source();
        while let Some(inner) = source {
            text.push_str(": ");
            text.push_str(&inner.to_string());
            source = inner.source();
        }
        self.cause = Some(text);
        self
    }

    /// Refuses what can be nobody's password before it is sent and costs a try.
    pub(crate) fn unless_possible(
        password: &SecretText,
        policy: &PasswordPolicy,
    ) -> Result<(), Self> {
        let broken = impossible(password.expose(), policy);
        if broken.is_empty() {
            return Ok(());
        }
        let rules = Some(broken);
        Err(Self::new(ErrorCode::PasswordMalformed).with(Details { rules, ..Details::default() }))
    }

    /// A request or answer in which one field is not well formed.
    pub(crate) fn invalid_field(field: &str) -> Self {
        Self::new(ErrorCode::InvalidRequest)
            .with(Details { field: Some(field.to_owned()), ..Details::default() })
    }
}

fn ends_session(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::SessionEnded
            | ErrorCode::AccountSuspended
            | ErrorCode::CertificateRevoked
            | ErrorCode::CertificateSuperseded
    )
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())?;
        match &self.cause {
            Some(cause) => write!(f, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl Error for Failure {}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::new(problem.code).with(problem.details)
    }
}

impl From<&KeyError> for Failure {
    fn from(error: &KeyError) -> Self {
        let code = match error {
            KeyError::Unavailable { .. } => ErrorCode::KeystoreUnavailable,
            KeyError::Locked => ErrorCode::KeystoreLocked,
            KeyError::Refused => ErrorCode::KeystoreRefused,
            KeyError::Missing | KeyError::MissingHere { .. } => ErrorCode::KeyMissing,
            KeyError::Damaged { .. } => ErrorCode::KeyDamaged,
            KeyError::Tpm { trouble: TpmTrouble::AnotherTpm, .. } => ErrorCode::KeyMissing,
            KeyError::Tpm { trouble: TpmTrouble::NoPermission, .. } => ErrorCode::KeystoreRefused,
            KeyError::Tpm { trouble: TpmTrouble::LockedOut, .. } => ErrorCode::KeystoreLocked,
            KeyError::Tpm {
                trouble: TpmTrouble::Absent | TpmTrouble::OwnerPassword | TpmTrouble::Full,
                ..
            } => ErrorCode::KeystoreUnavailable,
            KeyError::Tpm {
                trouble: TpmTrouble::Blocked | TpmTrouble::Broken | TpmTrouble::Unfit,
                ..
            } => ErrorCode::KeystoreFailed,
            KeyError::Failed { .. } => ErrorCode::KeystoreFailed,
            KeyError::Storage(error) => return Self::from(error),
        };
        let failure = Self::new(code).because(error);
        match error {
            KeyError::MissingHere { before } => failure
                .with(Details { place: Some(before.display().to_string()), ..Details::default() }),
            KeyError::Unavailable { .. }
            | KeyError::Locked
            | KeyError::Refused
            | KeyError::Missing
            | KeyError::Damaged { .. }
            | KeyError::Tpm { .. }
            | KeyError::Failed { .. }
            | KeyError::Storage(_) => failure,
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::from(&error)
    }
}

impl From<&io::Error> for Failure {
    fn from(error: &io::Error) -> Self {
        let code =
            if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
                ErrorCode::DiskFull
            } else {
                ErrorCode::StorageFailed
            };
        Self::new(code).because(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::from(&error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi::ErrorCode as Sqlite;
        let code = match error.sqlite_error_code() {
            Some(Sqlite::DiskFull) => ErrorCode::DiskFull,
            Some(Sqlite::DatabaseCorrupt | Sqlite::NotADatabase) => ErrorCode::DatabaseDamaged,
            Some(
                Sqlite::CannotOpen
                | Sqlite::ReadOnly
                | Sqlite::PermissionDenied
                | Sqlite::SystemIoFailure
                | Sqlite::DatabaseBusy
                | Sqlite::DatabaseLocked,
            ) => ErrorCode::StorageFailed,
            _ => ErrorCode::AppFailed,
        };
        Self::new(code).because(&error)
    }
}

/// A background task died; its panic is in the log.
impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::new(ErrorCode::AppFailed).because(&error)
    }
}

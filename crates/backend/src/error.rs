//! What a piece of work ends with when it does not succeed.

use warifu_protocol::{Details, ErrorCode};
use warifu_store::StoreError;

/// Either something the client is told, or something that only the log is told.
#[derive(Debug)]
pub(crate) enum Error {
    /// The client may know: a stable code and what its text needs.
    Refused(ErrorCode, Box<Details>),
    /// The client is told that the backend failed; the log says why.
    Internal(String),
    /// The client is told to try again: what the backend needs is not there now. The log says what.
    Unready(String),
}

impl Error {
    pub(crate) fn refused(code: ErrorCode) -> Self {
        Self::Refused(code, Box::default())
    }

    pub(crate) fn with(code: ErrorCode, details: Details) -> Self {
        Self::Refused(code, Box::new(details))
    }

    pub(crate) fn field(name: &str) -> Self {
        let field = Some(name.to_owned());
        Self::with(ErrorCode::InvalidRequest, Details { field, ..Details::default() })
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let is_away = matches!(
            error,
            StoreError::Unavailable(_) | StoreError::Contended | StoreError::Uncertain
        );
        let why = error.to_string();
        if is_away { Self::Unready(why) } else { Self::Internal(why) }
    }
}

impl From<warifu_pki::Error> for Error {
    fn from(error: warifu_pki::Error) -> Self {
        match error {
            warifu_pki::Error::Signing(_) => Self::Unready(error.to_string()),
            warifu_pki::Error::Locked
            | warifu_pki::Error::Mismatch
            | warifu_pki::Error::Unreadable
            | warifu_pki::Error::Failed(_) => Self::Internal(error.to_string()),
        }
    }
}

impl From<getrandom::Error> for Error {
    fn from(error: getrandom::Error) -> Self {
        Self::Internal(format!("no randomness: {error}"))
    }
}

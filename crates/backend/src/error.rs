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
        Self::Internal(error.to_string())
    }
}

impl From<warifu_pki::Error> for Error {
    fn from(error: warifu_pki::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<getrandom::Error> for Error {
    fn from(error: getrandom::Error) -> Self {
        Self::Internal(format!("no randomness: {error}"))
    }
}

//! What cannot be done with a key or a certificate.

use crate::SigningError;

/// Something about a key or a certificate cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key file does not open with this passphrase.
    #[error("the authority's key does not open: the passphrase is wrong or the file is damaged")]
    Locked,
    /// The certificate and the key are not a pair, or one is unreadable.
    #[error("the authority's certificate and key do not belong together")]
    Mismatch,
    /// A certificate is not one.
    #[error("a certificate is unreadable")]
    Unreadable,
    /// The key did not sign.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The library refused.
    #[error("the authority failed: {0}")]
    Failed(String),
}

impl From<rcgen::Error> for Error {
    fn from(error: rcgen::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

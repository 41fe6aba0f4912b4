//! Why a token does not sign.

use std::path::{Path, PathBuf};

use cryptoki::error::{Error, RvError};

/// A key in a token cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// The module is not there, or is none.
    #[error("the PKCS#11 module {} cannot be loaded: {why}", path.display())]
    Module {
        /// The module.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// No token of that label is there.
    #[error("there is no token {0}: it is not connected, or has another label")]
    NoToken(String),
    /// Several tokens have that label.
    #[error("there are several tokens {0}: give each another label")]
    SeveralTokens(String),
    /// The PIN cannot be read.
    #[error("the token's PIN cannot be read: {0}")]
    NoPin(String),
    /// The token refused the PIN.
    #[error(
        "the PIN of token {0} is wrong; it is not tried again until its file changes, since tokens lock \
         themselves after a few wrong ones"
    )]
    WrongPin(String),
    /// The token is open, and was opened with another PIN.
    #[error(
        "the PIN is not the one that opened token {0}: it is wrong, or was changed in the token too, and \
         then the backend has to be restarted"
    )]
    OtherPin(String),
    /// The token takes no PIN any more.
    #[error("the PIN of token {0} is locked: its security officer has to unlock it")]
    PinLocked(String),
    /// The token has no such key.
    #[error("token {token} has no key {key} on P-256")]
    NoKey {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
    },
    /// The token has several such keys.
    #[error("token {token} has several keys {key}: name one by its key_id")]
    SeveralKeys {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
    },
    /// There is a key where one was to be made.
    #[error("token {token} has a key {key} already: take it (--take-key), or choose another label")]
    Taken {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
    },
    /// The token has another key of that name than before.
    #[error("token {0} has another key than before")]
    OtherKey(String),
    /// What the token signed does not verify.
    #[error("the signature of token {0} does not verify under its public key")]
    BadSignature(String),
    /// The module refused a call.
    #[error("the PKCS#11 module says: {0}")]
    Refused(String),
}

impl TokenError {
    pub(crate) fn module(path: &Path, why: &Error) -> Self {
        Self::Module { path: path.to_owned(), why: why.to_string() }
    }

    /// What a call about a token failed with.
    pub(crate) fn of_call(token: &str, error: &Error) -> Self {
        let Error::Pkcs11(said, _) = error else { return Self::Refused(error.to_string()) };
        let is_wrong_pin =
            matches!(said, RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange);
        let is_gone = matches!(
            said,
            RvError::TokenNotPresent
                | RvError::TokenNotRecognized
                | RvError::DeviceRemoved
                | RvError::SlotIdInvalid
        );
        if matches!(said, RvError::PinLocked) {
            Self::PinLocked(token.to_owned())
        } else if is_wrong_pin {
            Self::WrongPin(token.to_owned())
        } else if is_gone {
            Self::NoToken(token.to_owned())
        } else {
            Self::Refused(error.to_string())
        }
    }

    /// Whether a new connection may help.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Refused(_) | Self::NoToken(_) => true,
            Self::Module { .. }
            | Self::SeveralTokens(_)
            | Self::NoPin(_)
            | Self::WrongPin(_)
            | Self::OtherPin(_)
            | Self::PinLocked(_)
            | Self::NoKey { .. }
            | Self::SeveralKeys { .. }
            | Self::Taken { .. }
            | Self::OtherKey(_)
            | Self::BadSignature(_) => false,
        }
    }
}

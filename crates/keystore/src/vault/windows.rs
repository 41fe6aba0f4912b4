//! The Credential Manager.

use std::{collections::HashMap, sync::Arc};

use keyring_core::CredentialStore;
use windows_native_keyring_store::Store;

use super::OsKeystore;
use crate::{Cause, KeyError};

/// The user's Credential Manager.
pub(super) struct Keystore;

impl OsKeystore for Keystore {
    fn connect(&self) -> keyring::Result<Arc<CredentialStore>> {
        Ok(Store::new()?)
    }

    /// Only on this PC: the default, Enterprise, roams to the user's other PCs.
    fn modifiers(&self) -> HashMap<&'static str, &'static str> {
        HashMap::from([("persistence", "Local")])
    }

    /// The Credential Manager never prompts, so it must be hanging.
    fn no_answer(&self) -> KeyError {
        KeyError::unavailable("the Credential Manager does not answer")
    }

    /// The store says this of ERROR_NO_SUCH_LOGON_SESSION only: a logon session without
    /// credentials (some remote logons), or a policy that forbids storing any.
    fn no_access(&self, cause: Cause) -> KeyError {
        KeyError::Unavailable {
            why: "this logon session stores no credentials",
            source: Some(cause),
        }
    }

    /// The store keeps its error type to itself, so the rest cannot be told apart.
    fn failure(&self, cause: Cause) -> KeyError {
        KeyError::failed_because("the Credential Manager failed", cause)
    }
}

//! The login keychain.

use std::{collections::HashMap, io, sync::Arc};

use apple_native_keyring_store::keychain::Store;
use keyring_core::CredentialStore;

use super::OsKeystore;
use crate::{Cause, KeyError};

/// The user's login keychain.
pub(super) struct Keystore;

impl OsKeystore for Keystore {
    fn connect(&self) -> keyring::Result<Arc<CredentialStore>> {
        Ok(Store::new()?)
    }

    /// The login keychain is the store's default.
    fn modifiers(&self) -> HashMap<&'static str, &'static str> {
        HashMap::new()
    }

    /// The keychain answers at once unless it prompts.
    fn no_answer(&self) -> KeyError {
        KeyError::Locked
    }

    fn failure(&self, cause: Cause) -> KeyError {
        let code =
            cause.downcast_ref::<security_framework::base::Error>().map(|error| error.code());
        match code {
            Some(USER_CANCELED | AUTH_FAILED | WRITE_PERMISSION) => KeyError::Refused,
            Some(INTERACTION_NOT_ALLOWED | INTERACTION_REQUIRED) => KeyError::Locked,
            Some(NOT_AVAILABLE | NO_SUCH_KEYCHAIN | INVALID_KEYCHAIN | NO_DEFAULT_KEYCHAIN) => {
                KeyError::Unavailable { why: "there is no login keychain", source: Some(cause) }
            }
            Some(DISK_FULL) => KeyError::Storage(io::ErrorKind::StorageFull.into()),
            _ => KeyError::failed_because("the login keychain failed", cause),
        }
    }
}

// Security framework result codes, SecBase.h.
const DISK_FULL: i32 = -34;
const WRITE_PERMISSION: i32 = -61;
const USER_CANCELED: i32 = -128;
const NOT_AVAILABLE: i32 = -25291;
const AUTH_FAILED: i32 = -25293;
const NO_SUCH_KEYCHAIN: i32 = -25294;
const INVALID_KEYCHAIN: i32 = -25295;
const NO_DEFAULT_KEYCHAIN: i32 = -25307;
const INTERACTION_NOT_ALLOWED: i32 = -25308;
const INTERACTION_REQUIRED: i32 = -25315;

#![doc = include_str!("../README.md")]
//!
//! **Every call blocks**, some of them until a person has answered the system's unlock prompt
//! (at most about a minute). Never call them from an asynchronous task or from the UI thread; use
//! something like `tokio::task::spawn_blocking`. Any thread will do, inside or outside a runtime.

#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod file;
#[cfg(test)]
mod fixture;
mod folder;
mod key;
mod reference;
mod secret;
mod software;
mod tpm;
mod vault;

use std::{path::PathBuf, sync::Arc};

pub use crate::{
    error::{Cause, KeyError, TpmTrouble},
    key::{DeviceKey, KeyStore},
    reference::{KeyReference, NotAKeyReference},
    secret::{OsSecretStore, SecretStore},
    software::SoftwareKeyStore,
    tpm::{TpmKeyStore, WayToTpm},
};

#[cfg(feature = "fuzzing")]
pub use crate::{software::read_container, tpm::read_tpm_container};

/// What is kept on this PC for one user: private keys, and small secrets.
#[derive(Debug, Clone)]
pub struct Stores {
    /// Makes and keeps private keys.
    pub keys: Arc<dyn KeyStore>,
    /// Keeps small secrets.
    pub secrets: Arc<dyn SecretStore>,
}

impl Stores {
    /// Keys in files in `dir`, and secrets that belong to it, both by means of the OS keystore.
    pub fn software(dir: impl Into<PathBuf>) -> Self {
        let dir = dir.into();
        Self {
            keys: Arc::new(SoftwareKeyStore::new(dir.clone())),
            secrets: Arc::new(OsSecretStore::new(dir)),
        }
    }
}

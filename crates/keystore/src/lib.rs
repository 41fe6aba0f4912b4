//! Where Warifu's private keys live and sign.
//!
//! A [`KeyStore`] makes, opens and deletes [`DeviceKey`]s by an opaque [`KeyReference`] that the
//! caller keeps. Keys never leave the store: whoever needs a signature asks the key for it.
//!
//! Today there is the [`SoftwareKeyStore`]. Hardware keystores come behind the same two traits.
//!
//! **Every call blocks**, some of them until a person has answered the system's unlock prompt
//! (at most about a minute). Never call them from an asynchronous task or from the UI thread; use
//! something like `tokio::task::spawn_blocking`. Any thread will do, inside or outside a runtime.

mod error;
mod file;
mod reference;
mod software;
mod vault;

use std::{fmt, sync::Arc};

use zeroize::Zeroizing;

pub use crate::{
    error::{Cause, KeyError},
    reference::{KeyReference, NotAKeyReference},
    software::SoftwareKeyStore,
};

#[cfg(feature = "fuzzing")]
pub use crate::software::read_container;

/// A private key that signs where it is kept. Always ECDSA on P-256.
pub trait DeviceKey: fmt::Debug + Send + Sync {
    /// The public key as a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), in DER.
    fn public_key_der(&self) -> &[u8];

    /// Signs `message` with ECDSA and SHA-256; the signature is ASN.1 DER (RFC 3279 §2.2.3).
    ///
    /// # Errors
    ///
    /// Whatever keeps the key from signing. The software keystore's keys always can.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;

    /// What protects the key from being copied.
    fn protection(&self) -> Protection;
}

/// A place that makes private keys and keeps them.
///
/// Every call blocks; see the [crate's documentation](crate).
pub trait KeyStore: fmt::Debug + Send + Sync {
    /// Makes a key and keeps it under `reference`, a [random](KeyReference::random) one, which the
    /// caller may have written down before. Once this returns, the key survives a crash and a power
    /// loss.
    ///
    /// # Errors
    ///
    /// Any [`KeyError`] but `Missing`; [`KeyError::Storage`] if there is a key under `reference`, which
    /// is left as it is. What was begun is undone; what a crash leaves behind can be
    /// [deleted](Self::delete) by `reference`.
    fn create(&self, reference: &KeyReference) -> Result<Arc<dyn DeviceKey>, KeyError>;

    /// Opens the key that [`create`](Self::create) made under `reference`.
    ///
    /// # Errors
    ///
    /// Any [`KeyError`]; [`KeyError::Missing`] if there is no such key, or no longer.
    fn open(&self, reference: &KeyReference) -> Result<Arc<dyn DeviceKey>, KeyError>;

    /// Destroys the key under `reference`, and the remains of one. Succeeds if there is none.
    ///
    /// # Errors
    ///
    /// Any [`KeyError`] but `Missing` and `Damaged`. The key then still shows up in
    /// [`list`](Self::list), and deleting it can be tried again.
    fn delete(&self, reference: &KeyReference) -> Result<(), KeyError>;

    /// Lists every key, and everything that an interrupted [`create`](Self::create) or
    /// [`delete`](Self::delete) left behind, in no particular order.
    ///
    /// That nobody here knows a key does not make it an orphan: it may be another database's, which is
    /// away for a while. A key that another process is making right now is listed too.
    ///
    /// # Errors
    ///
    /// [`KeyError::Storage`] if the directory cannot be read.
    fn list(&self) -> Result<Vec<KeyReference>, KeyError>;

    /// Keeps a small text that is no key but as secret, such as a password for a proxy, over an
    /// earlier one of that `name`.
    ///
    /// # Errors
    ///
    /// Any [`KeyError`] but `Missing`; also for a text of more than 2,000 bytes, which not every OS
    /// keystore takes.
    fn keep_secret(&self, name: &str, secret: Zeroizing<String>) -> Result<(), KeyError>;

    /// What [`keep_secret`](Self::keep_secret) kept under `name`.
    ///
    /// # Errors
    ///
    /// Any [`KeyError`]; [`KeyError::Missing`] if there is none.
    fn secret(&self, name: &str) -> Result<Zeroizing<String>, KeyError>;

    /// Forgets it. Succeeds if there is none.
    ///
    /// # Errors
    ///
    /// Any [`KeyError`] but `Missing`.
    fn forget_secret(&self, name: &str) -> Result<(), KeyError>;
}

/// What protects a private key from being copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protection {
    /// Encrypted on disk, under a password in the OS keystore; in memory while in use.
    Software,
}

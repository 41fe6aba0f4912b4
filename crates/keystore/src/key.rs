//! Private keys, and the places that make and keep them.

use std::{fmt, sync::Arc};

use warifu_protocol::Protection;

use crate::{KeyError, KeyReference};

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
/// Every call blocks; see the [crate's documentation](crate). What is said here, `conformance` tests.
pub trait KeyStore: fmt::Debug + Send + Sync {
    /// Makes a key and keeps it under `reference`, a [random](KeyReference::random) one, which the
    /// caller may have written down before. Once this returns, the key survives a crash and a power
    /// loss.
    ///
    /// # Errors
    ///
    /// Any [`KeyError`] but `Missing`; [`KeyError::Storage`] of `AlreadyExists` if there is a key under
    /// `reference`, which is left as it is. What was begun is undone; what a crash leaves behind can be
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
}

//! Who signs.

use std::{cell::Cell, error::Error as StdError};

use rcgen::SignatureAlgorithm;

use crate::PublicKey;

/// A private key on P-256 that signs, wherever it lives.
///
/// A key in a file takes a tenth of a millisecond; one in a device or behind a network may take some
/// hundreds. Whoever lets it sign keeps neither a lock nor a transaction nor an async thread meanwhile.
pub trait Signer: Send + Sync {
    /// The public half.
    fn public_key(&self) -> &PublicKey;

    /// The signature of a message: ECDSA with SHA-256, in DER (RFC 5758 §3.2).
    ///
    /// # Errors
    ///
    /// [`SigningError`] with what the key's keeper says.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError>;
}

/// A key did not sign.
#[derive(Debug, thiserror::Error)]
#[error("the authority's key did not sign: {0}")]
pub struct SigningError(#[source] Box<dyn StdError + Send + Sync>);

impl SigningError {
    /// What the key's keeper says.
    pub fn new(why: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(why.into())
    }
}

/// A [`Signer`] as the library takes it.
pub(crate) struct Through(pub(crate) Box<dyn Signer>);

thread_local! {
    /// Why the last signature on this thread failed: the library's error cannot carry it.
    static FAILURE: Cell<Option<SigningError>> = const { Cell::new(None) };
}

impl Through {
    /// Why the signature of the last call on this thread failed, if it was that.
    pub(crate) fn take_failure() -> Option<SigningError> {
        FAILURE.take()
    }
}

impl rcgen::PublicKeyData for Through {
    fn der_bytes(&self) -> &[u8] {
        self.0.public_key().der_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.0.public_key().algorithm()
    }
}

impl rcgen::SigningKey for Through {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.0.sign(message).map_err(|error| {
            FAILURE.set(Some(error));
            rcgen::Error::RemoteKeyError
        })
    }
}

//! Thumbprints.

use sha2::{Digest as _, Sha256};
use warifu_protocol::Thumbprint;

/// SHA-256 of a DER structure.
#[must_use]
pub fn thumbprint(der: &[u8]) -> Thumbprint {
    let digest: [u8; 32] = Sha256::digest(der).into();
    Thumbprint::from(digest)
}

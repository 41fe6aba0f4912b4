//! Where a private key is held.

use serde::Serialize;
use warifu_keystore::Protection;

/// Where a private key is held.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum KeyProtection {
    /// Encrypted on disk, its password in the operating system's keystore.
    Software,
    /// In a security chip; it cannot be read out at all.
    Hardware,
}

impl From<Protection> for KeyProtection {
    fn from(protection: Protection) -> Self {
        match protection {
            Protection::Software => Self::Software,
        }
    }
}

//! Where a private key is held.

use serde::{Deserialize, Serialize};

/// What protects a private key from being copied.
///
/// The app's own word: a program that was changed says what it likes, so nothing is decided by it.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// Encrypted on disk, its password in the operating system's keystore; in memory while in use.
    #[default]
    Software,
    /// In a security chip; it cannot be read out at all.
    Hardware,
}

impl Protection {
    /// The word for it, as it is sent and stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Software => "software",
            Self::Hardware => "hardware",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Protection;

    #[test]
    fn one_word_is_sent_stored_and_shown() {
        for protection in [Protection::Software, Protection::Hardware] {
            let json = serde_json::to_value(protection).unwrap();
            assert_eq!(json, protection.as_str());
            assert_eq!(serde_json::from_value::<Protection>(json).unwrap(), protection);
        }
        serde_json::from_str::<Protection>("\"diamond\"").unwrap_err();
    }
}

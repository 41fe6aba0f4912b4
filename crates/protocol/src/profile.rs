//! The connection profile: all that the app must know to reach one provider's service.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a provider hands to its customers, as a file (`*.warifu.json`) or as text to paste.
///
/// It holds no secret. `warifu-backend profile` writes it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionProfile {
    /// The version of this format; [`ConnectionProfile::FORMAT`].
    pub warifu_profile: u32,
    /// Whose profile it is, whatever else of it changes: 1 to 100 letters, digits, `-`, `.` or `_`,
    /// which nobody else has. Profiles of version 0.1.0 have none; see `docs/decisions`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Grows with each issue of the profile: the seconds since 1970 at which `warifu-backend profile`
    /// wrote it. Of two profiles with the same identity, the one with the larger number is the newer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<u64>,
    /// The service's name, as customers know it.
    pub service_name: String,
    /// The enrolment listener: `https://host:port`.
    pub enrolment_url: String,
    /// The service listener: `https://host:port`.
    pub service_url: String,
    /// The authorities that vouch for both listeners, PEM.
    pub trust_anchors: Vec<String>,
    /// Whom users turn to.
    pub support: SupportContact,
}

/// The provider's help desk (お問い合わせ窓口).
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct SupportContact {
    /// Its name.
    pub name: String,
    /// Telephone, as printed.
    pub phone: String,
    /// Electronic mail.
    pub email: String,
    /// When it answers, as printed.
    pub hours: String,
}

/// The text is not a connection profile that this app can use.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ProfileError {
    /// Longer than any profile.
    TooLarge,
    /// Not JSON, or not a profile's JSON; the parser's own words.
    Malformed(String),
    /// Written for another version of the format.
    UnsupportedFormat(u32),
    /// A field's value cannot be used; the field's name.
    Field(&'static str),
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "longer than {} bytes", ConnectionProfile::MAX_BYTES),
            Self::Malformed(why) => write!(f, "not a connection profile: {why}"),
            Self::UnsupportedFormat(found) => write!(
                f,
                "format {found}, but this version reads format {}",
                ConnectionProfile::FORMAT
            ),
            Self::Field(name) => write!(f, "{name} cannot be used"),
        }
    }
}

impl std::error::Error for ProfileError {}

impl ConnectionProfile {
    /// The version of the format that this code writes and reads.
    pub const FORMAT: u32 = 1;
    /// The largest profile that is read, in bytes.
    pub const MAX_BYTES: usize = 64 * 1024;
}

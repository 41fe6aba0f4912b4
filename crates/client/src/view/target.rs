//! Where what is clicked outside the window leads.

use serde::Serialize;

use super::{IdentityView, RenewalState};

/// The screen to which the tray's menu or a notification leads.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "screen", rename_all = "kebab-case")]
pub enum Target {
    /// The start screen.
    Start,
    /// Login with a certificate.
    Login {
        /// The certificate.
        identity_id: i64,
    },
    /// The start of use of a renewed certificate.
    FinishRenewal {
        /// The certificate.
        identity_id: i64,
    },
    /// The renewal of a certificate, after the login with it.
    Renew {
        /// The certificate.
        identity_id: i64,
    },
    /// The list of notices.
    Notices,
    /// The connection diagnosis.
    Diagnosis,
    /// The manual.
    Help,
    /// The settings.
    Settings,
}

impl From<&IdentityView> for Target {
    /// What is to be done with a certificate.
    fn from(identity: &IdentityView) -> Self {
        match identity.renewal {
            Some(RenewalState::Stored) => Self::FinishRenewal { identity_id: identity.id },
            Some(RenewalState::KeyReady) | None => Self::Login { identity_id: identity.id },
        }
    }
}

//! Renewal, start of use, the wished change of a password, and the way to a new PC (SPEC D, E, G).
//!
//! | call on the service listener | request | answer |
//! |---|---|---|
//! | `POST /v1/renewals` | [`CertificateRequest`](crate::CertificateRequest) | [`CertificateAnswer`](crate::CertificateAnswer) |
//! | `POST /v1/use` | – | [`CertificateSummary`](crate::CertificateSummary) |
//! | `POST /v1/password-changes` | – | [`PasswordGrant`] |
//! | `PUT /v1/session/password` | [`OwnPasswordChange`] | [`SessionView`](crate::SessionView) |
//! | `POST /v1/transfers` | – | [`TransferGrant`] |
//!
//! All carry the session's token but `POST /v1/use`, which is called **with the new certificate**: it
//! makes that one active and supersedes the old one, in one step (FAQ 2-4). If it carries a session
//! of the old certificate, the session goes on with the new one.

use serde::{Deserialize, Serialize};

use crate::{SecretText, Timestamp, TransferCode};

/// The change screen that a user opened from the main menu (FAQ 3-3③).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordGrant {
    /// Goes into [`OwnPasswordChange::grant`].
    pub grant: SecretText,
    /// Seconds left on the backend's clock.
    pub seconds: u16,
}

/// Replaces the password of the session's user.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnPasswordChange {
    /// From [`PasswordGrant`].
    pub grant: SecretText,
    /// The password that is replaced. A wrong one is slowed, and never locks (FAQ 3-3③).
    pub current_password: SecretText,
    /// The new password.
    pub new_password: SecretText,
}

/// A one-time code for the new PC (FAQ 4-1).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TransferGrant {
    /// The code.
    pub code: TransferCode,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// Seconds left on the backend's clock.
    pub seconds: u32,
}

//! Renewal, start of use, the voluntary change of a password, and the way to a new PC (SPEC D, E, G).
//!
//! | call on the service listener | request | answer |
//! |---|---|---|
//! | `POST /v1/renewals` | [`IssuanceRequest`](crate::IssuanceRequest) | [`CertificateAnswer`](crate::CertificateAnswer) |
//! | `POST /v1/certificate/activation` | – | [`CertificateSummary`](crate::CertificateSummary) |
//! | `POST /v1/password-changes` | – | [`PasswordTicket`] |
//! | `PUT /v1/session/password` | [`OwnPasswordChange`] | [`SessionView`](crate::SessionView) |
//! | `POST /v1/transfers` | – | [`TransferAnswer`] |
//!
//! All carry the session's token but `POST /v1/certificate/activation`, which is called **with the new certificate**: it
//! makes that one active and supersedes the old one, in one step (FAQ 2-4). If it carries a session
//! of the old certificate, the session goes on with the new one.

use serde::{Deserialize, Serialize};

use crate::{SecretText, Timestamp, TransferCode};

/// The change screen that a user opened from the main menu (FAQ 3-3③).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordTicket {
    /// Goes into [`OwnPasswordChange::ticket`].
    pub ticket: SecretText,
    /// Seconds left on the backend's clock.
    pub expires_in: u16,
}

/// Replaces the password of the session's user.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnPasswordChange {
    /// From [`PasswordTicket`].
    pub ticket: SecretText,
    /// The password that is replaced. A wrong one is slowed, and never locks (FAQ 3-3③).
    pub current_password: SecretText,
    /// The new password.
    pub new_password: SecretText,
}

/// A one-time code for the new PC (FAQ 4-1).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TransferAnswer {
    /// The code.
    pub code: TransferCode,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// Seconds left on the backend's clock.
    pub expires_in: u32,
}

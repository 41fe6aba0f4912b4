//! Login and what follows it (FAQ 1-1④).
//!
//! | call on the service listener | request | answer |
//! |---|---|---|
//! | `GET /v1/identity` | – | [`IdentityAnswer`] |
//! | `POST /v1/sessions` | [`LoginRequest`] | [`LoginAnswer`] |
//! | `POST /v1/password` | [`PasswordChangeRequest`](crate::PasswordChangeRequest) | [`SessionAnswer`] |
//! | `GET /v1/session` | – | [`SessionView`] |
//! | `DELETE /v1/session` | – | 204 |
//!
//! `POST /v1/password` carries the ticket, the two `session` calls the session's token, as
//! `Authorization: Bearer …`. Both are worth nothing with another certificate (RFC 8705 §3).

use serde::{Deserialize, Serialize};

use crate::{
    CustomerNumber, Department, EmailAddress, PasswordChangeReason, Permission, PersonName,
    SecretText, Thumbprint, Timestamp, UserId, person,
};

/// Whom the certificate of this connection names, before any password.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentityAnswer {
    /// The user.
    pub user: UserSummary,
    /// The certificate that the connection presented.
    pub certificate: CertificateSummary,
    /// Wrong passwords left before the user is locked (FAQ 3-2).
    pub attempts_left: u8,
}

/// A user, as the screens name them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UserSummary {
    /// The customer's number.
    pub customer_number: CustomerNumber,
    /// The customer's name.
    pub customer_name: String,
    /// The user's ID.
    pub user_id: UserId,
    /// The user's name (氏名); none if nobody has entered it, or from an older backend.
    #[serde(default, deserialize_with = "person::tolerant")]
    pub name: Option<PersonName>,
    /// The user's department (部署), if it was entered.
    #[serde(default, deserialize_with = "person::tolerant")]
    pub department: Option<Department>,
}

/// A certificate's identity and validity.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CertificateSummary {
    /// SHA-256 of the certificate.
    pub thumbprint: Thumbprint,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until.
    pub not_after: Timestamp,
}

/// The password; customer and user come from the certificate.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// The user's password.
    pub password: SecretText,
}

/// What a correct password leads to.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "outcome", rename_all = "kebab-case")]
#[expect(clippy::large_enum_variant, reason = "one is made per login; a box would save nothing")]
pub enum LoginAnswer {
    /// The user is logged in.
    LoggedIn(SessionAnswer),
    /// The password has to be changed first; the login completes with the change (FAQ 3-1).
    PasswordChangeRequired {
        /// Bearer token for `POST /v1/password`.
        ticket: SecretText,
        /// Why.
        reason: PasswordChangeReason,
        /// Seconds left on the backend's clock (FAQ 3-3③).
        expires_in: u16,
    },
}

/// An opened session.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionAnswer {
    /// Bearer token for every request of the session.
    pub token: SecretText,
    /// What the main menu shows.
    pub session: SessionView,
}

/// What the main menu shows.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SessionView {
    /// Who is logged in.
    pub user: UserSummary,
    /// The certificate that opened the session.
    pub certificate: CertificateSummary,
    /// When the certificate can first be renewed (FAQ 2-3).
    pub renewable_from: Timestamp,
    /// Whether it can be now, on the backend's clock.
    pub renewable: bool,
    /// When the password has to be changed (FAQ 3-1).
    pub password_expires_at: Timestamp,
    /// From when the main menu says so (FAQ 3-1).
    pub password_notice_from: Timestamp,
    /// Whether that has come, on the backend's clock.
    pub password_notice: bool,
    /// When this user logged in before this session, if ever.
    pub previous_login_at: Option<Timestamp>,
    /// When somebody last failed to log in as this user; none if nobody did, or from an older backend.
    #[serde(default)]
    pub last_failed_login_at: Option<Timestamp>,
    /// Where this user's warnings are sent; none from an older backend too.
    #[serde(default)]
    pub email: Option<EmailAddress>,
    /// Whether the user is the primary administrator.
    pub primary: bool,
    /// The service's entries that this user may open.
    pub entries: Vec<ServiceEntry>,
    /// The rights that the user holds.
    pub permissions: Vec<Permission>,
    /// Seconds without a request after which the session ends.
    pub idle_seconds: u32,
    /// When the session ends whatever happens.
    pub ends_at: Timestamp,
}

/// One entry of the main menu, configured by the provider.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ServiceEntry {
    /// Stable name, unique among the entries.
    pub id: String,
    /// What it is called.
    pub title: LocalizedText,
    /// What it is for, in one sentence.
    pub description: LocalizedText,
    /// The right that a user needs to see it; none if everybody may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub permission: Option<Permission>,
    /// An `https` address, opened in the user's browser.
    pub url: String,
    /// Whether the app has the browser logged in as it opens the entry, by a
    /// [`HandoffRequest`](crate::HandoffRequest).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub signs_in: bool,
}

/// A text in each language of the app.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct LocalizedText {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl LocalizedText {
    /// What is said in one language only is said so in the other too: better in a foreign language than
    /// not at all.
    #[must_use]
    pub fn completed(self) -> Self {
        let Self { ja, en } = self;
        match (ja.trim().is_empty(), en.trim().is_empty()) {
            (true, false) => Self { ja: en.clone(), en },
            (false, true) => Self { en: ja.clone(), ja },
            (true, true) | (false, false) => Self { ja, en },
        }
    }
}

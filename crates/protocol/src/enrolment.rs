//! Issuance: from the initial password to the certificate (FAQ 1-1③, 2-2).
//!
//! | call on the enrolment listener | request | answer |
//! |---|---|---|
//! | `POST /v1/enrolments` | [`EnrolmentRequest`] | [`EnrolmentAnswer`] |
//! | `POST /v1/enrolments/password` | [`PasswordChangeRequest`] | 204 |
//! | `POST /v1/enrolments/certificate` | [`IssuanceRequest`] | [`CertificateAnswer`] |
//!
//! The last two carry the ticket as `Authorization: Bearer …`.

use serde::{Deserialize, Serialize};

use crate::{
    CustomerNumber, PersonName, Protection, SecretText, Thumbprint, Timestamp, TransferCode,
    UserId, person,
};

/// Proves customer number, user ID and password, and asks for a ticket to obtain a certificate.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrolmentRequest {
    /// The customer.
    pub customer_number: CustomerNumber,
    /// The user.
    pub user_id: UserId,
    /// The initial password, or the user's own if it was changed before.
    pub password: SecretText,
    /// The public key that this PC already made for this user, if an earlier issuance was
    /// interrupted: lets the backend tell a lost answer from a second PC before anything changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<Thumbprint>,
    /// The code that the old PC shows, when this PC takes its place (FAQ 4-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_code: Option<TransferCode>,
}

/// A ticket for one issuance.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolmentAnswer {
    /// Bearer token for the two calls that follow.
    pub ticket: SecretText,
    /// The customer's name, shown so that the user sees whose certificate this becomes.
    pub customer_name: String,
    /// The user's name (氏名); none if nobody has entered it, or from an older backend.
    #[serde(default, deserialize_with = "person::tolerant")]
    pub name: Option<PersonName>,
    /// What the user has to do next.
    pub next: NextStep,
}

/// What follows a proved password.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum NextStep {
    /// The password has to be changed within the given time, or all starts again (FAQ 3-3③).
    ChangePassword {
        /// Why.
        reason: PasswordChangeReason,
        /// Seconds left on the backend's clock.
        expires_in: u16,
    },
    /// The certificate can be requested.
    RequestCertificate,
}

/// Why a password has to be changed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum PasswordChangeReason {
    /// It is an initial one, from a notice or an administrator.
    Initial,
    /// It is older than the policy allows (FAQ 3-1).
    Expired,
}

/// Replaces the password that opened the ticket.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordChangeRequest {
    /// The new password.
    pub new_password: SecretText,
}

/// Asks for the certificate: an envelope around what the key itself asks for.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IssuanceRequest {
    /// A PKCS#10 request (RFC 2986), DER in base64. Only its public key and its proof of possession
    /// count; whatever else it asks for is ignored.
    pub csr: String,
    /// Where the key lives, for the audit record.
    pub device: Device,
}

/// The PC that holds the key, in its own words. For people, never for decisions.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// The computer's name.
    pub name: String,
    /// The operating system.
    pub os: String,
    /// The app's version.
    pub app_version: String,
    /// Where the key is held.
    pub key_protection: Protection,
}

/// The certificate, the same one however often it is asked for with the same key.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateAnswer {
    /// The certificate, DER in base64.
    pub certificate: String,
    /// The issuing authority's certificate, DER in base64.
    pub issuer: String,
    /// When it expires.
    pub not_after: Timestamp,
}

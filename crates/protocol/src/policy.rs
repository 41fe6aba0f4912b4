//! What the backend tells everybody before anyone has proved who they are.

use serde::{Deserialize, Serialize};

use crate::{PasswordPolicy, Timestamp};

/// The provider's rules and the backend's clock (`GET /v1/policy`, both listeners).
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Policy {
    /// The service's name, as customers know it.
    pub service_name: String,
    /// The backend's clock when it answered; the app compares its own.
    pub server_time: Timestamp,
    /// Days for which a certificate is valid (FAQ 2-3).
    pub certificate_valid_days: u16,
    /// Days before a certificate's expiry from which it can be renewed (FAQ 2-3).
    pub renewal_days: u16,
    /// Days before expiry at which people are warned, most first (SPEC H).
    pub warning_days: Vec<u16>,
    /// Days before expiry from which a warning is urgent (SPEC H).
    pub urgent_days: u16,
    /// Seconds for which the code for a new PC is good (SPEC G).
    pub transfer_seconds: u32,
    /// Most users of one import (SPEC F).
    pub import_max_users: u32,
    /// The password rule.
    pub password: PasswordPolicy,
}

/// The answer of `GET /v1/health`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// The backend's version, for support.
    pub version: String,
}

//! What users see and change of their own account.
//!
//! | call on the service listener | request | answer |
//! |---|---|---|
//! | `GET /v1/session/history` | [`HistoryQuery`] | [`AuditPage`](crate::AuditPage) |
//! | `PUT /v1/session/email` | [`OwnEmailChange`] | [`SessionView`](crate::SessionView) |
//!
//! Both carry the session's token as `Authorization: Bearer …`.

use serde::{Deserialize, Serialize};

use crate::{EmailAddress, SecretText};

/// Which records of the own account to list, newest first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams, utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct HistoryQuery {
    /// Only records before this one: `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    /// Most records of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Where the user's own warnings are sent from now on.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnEmailChange {
    /// The address.
    pub email: EmailAddress,
    /// The user's password: whoever finds an open session turns no warnings away.
    pub password: SecretText,
}

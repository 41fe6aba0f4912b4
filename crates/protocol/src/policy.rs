//! What the backend tells everybody before anyone has proved who they are.

use serde::{Deserialize, Serialize};

use crate::{PasswordPolicy, Provider, Timestamp};

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
    /// Business days of Japan before the day of the expiry at which they are warned too (SPEC Q1); none
    /// from a backend that does not count in them.
    #[serde(default)]
    pub warning_business_days: Vec<u16>,
    /// Days before expiry from which a warning is urgent (SPEC H).
    pub urgent_days: u16,
    /// Seconds for which the code for a new PC is good (SPEC G).
    pub transfer_seconds: u32,
    /// Most users of one import (SPEC F).
    pub import_max_users: u32,
    /// The password rule.
    pub password: PasswordPolicy,
    /// The app's versions, if the provider names them.
    #[serde(default)]
    pub app: Option<AppVersions>,
    /// Where browsers log in, without a slash at the end; none if logins open no services (SPEC M).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub login_url: Option<String>,
    /// How customers see the provider; none from a backend older than 0.3.0. The screens are shown it by
    /// a view of its own, which is always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(skip))]
    pub provider: Option<Provider>,
}

/// The first version of the app that speaks as this version of the backend does. Older ones are answered
/// `app-too-old`, whatever the provider supports.
pub const OLDEST_APP: &str = "0.2.0";

/// Which versions of the app the provider supports, as semantic versions (semver.org).
///
/// Text, because the app must be able to read a policy whatever stands in it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AppVersions {
    /// The newest that there is.
    pub newest: String,
    /// The oldest that may log in.
    pub oldest: String,
    /// Where people find the newest, an `https` address; none if their IT department brings it.
    #[serde(default)]
    pub download_url: Option<String>,
}

/// The answer of `GET /v1/health`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// The backend's version, for support.
    pub version: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy() -> serde_json::Value {
        json!({
            "service_name": "サンプル電子債権サービス",
            "server_time": 1_790_000_000,
            "certificate_valid_days": 365,
            "renewal_days": 28,
            "warning_days": [28, 14, 7, 3, 1],
            "urgent_days": 7,
            "transfer_seconds": 1800,
            "import_max_users": 1000,
            "password": PasswordPolicy::default(),
        })
    }

    #[test]
    fn a_backend_that_names_no_versions_is_understood() {
        let read: Policy = serde_json::from_value(policy()).unwrap();
        assert_eq!((read.app, read.login_url, read.provider), (None, None, None));
    }

    #[test]
    fn a_policy_is_read_whatever_colour_and_logo_are() {
        let mut sent = policy();
        let both = json!({ "ja": "見本銀行", "en": "Sample Bank" });
        sent["provider"] = json!({
            "name": both,
            "service_name": both,
            "accent": "a pleasant blue",
            "logo": { "digest": "", "beyond": true },
            "contact": { "name": both, "phone": "", "email": "", "hours": both },
            "beyond": [],
        });
        let read: Policy = serde_json::from_value(sent).unwrap();
        let provider = read.provider.unwrap();
        assert_eq!(provider.accent.as_deref(), Some("a pleasant blue"));
        assert_eq!(provider.logo.unwrap().digest, "");
    }

    #[test]
    fn a_policy_is_read_whatever_its_versions_are() {
        let mut sent = policy();
        sent["app"] = json!({ "newest": "soon", "oldest": "", "beyond": true });
        let read: Policy = serde_json::from_value(sent).unwrap();
        let app = read.app.unwrap();
        assert_eq!((app.newest.as_str(), app.oldest.as_str()), ("soon", ""));
        assert_eq!(app.download_url, None);
    }
}

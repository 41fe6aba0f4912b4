//! What an app is told that is older than the words of this backend: that it needs an update.
//!
//! Version 0.1.0 asks for the policy before anything else and would not understand today's. It is told
//! in its own words which versions there are, says by itself that it is too old, and keeps that for its
//! first screen. Whatever else it asks, and whoever calls at an address that only it knew, is answered
//! `app-too-old`, which it has a text for.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use semver::Version;
use serde_json::{Value, json};
use warifu_protocol::{AppVersions, Details, ErrorCode, OLDEST_APP, Policy};

use super::{Shared, current_policy};
use crate::error::Error;

/// What the app calls itself before its version (RFC 9110 §10.1.5).
const PRODUCT: &str = "Warifu/";

/// Answers apps that are too old; lets everybody else pass.
pub(super) async fn turn_away(State(backend): Shared, request: Request, next: Next) -> Response {
    if !is_too_old(request.headers()) {
        return next.run(request).await;
    }
    match request.uri().path() {
        // The same words since 0.1.0, and asked by its diagnosis.
        "/v1/health" => next.run(request).await,
        "/v1/policy" => Json(policy_of_0_1_0(&current_policy(&backend))).into_response(),
        _ => refusal().into_response(),
    }
}

/// What an address leads to that has no route.
pub(super) fn nowhere(path: &str) -> Error {
    let user_acts =
        path.strip_prefix("/v1/users/").and_then(|rest| rest.strip_suffix("/acts")).is_some();
    if user_acts || path == "/v1/use" { refusal() } else { Error::refused(ErrorCode::NotFound) }
}

fn refusal() -> Error {
    let oldest_version = Some(OLDEST_APP.to_owned());
    Error::with(ErrorCode::AppTooOld, Details { oldest_version, ..Details::default() })
}

/// Only an app that says so itself: whoever else calls is no app, and is told what everybody is.
fn is_too_old(headers: &HeaderMap) -> bool {
    let version = |product: &str| product.strip_prefix(PRODUCT)?.parse::<Version>().ok();
    let own = headers
        .get(header::USER_AGENT)
        .and_then(|agent| version(agent.to_str().ok()?.split(' ').next()?));
    let oldest = OLDEST_APP.parse::<Version>();
    matches!((own, oldest), (Some(own), Ok(oldest)) if own.cmp_precedence(&oldest).is_lt())
}

/// The policy as version 0.1.0 reads it, which takes no field that it does not know.
fn policy_of_0_1_0(policy: &Policy) -> Value {
    let password = policy.password;
    let app = policy.app.clone().unwrap_or_else(|| AppVersions {
        newest: env!("CARGO_PKG_VERSION").to_owned(),
        oldest: OLDEST_APP.to_owned(),
        download_url: None,
    });
    json!({
        "service_name": policy.service_name,
        "server_time": policy.server_time,
        "certificate_valid_days": policy.certificate_valid_days,
        "renewal_days": policy.renewal_days,
        "warning_days": policy.warning_days,
        "urgent_days": policy.urgent_days,
        "transfer_seconds": policy.transfer_seconds,
        "import_max_users": policy.import_max_users,
        "password": {
            "min_length": password.min_length,
            "max_length": password.max_length,
            "generations": password.history,
            "valid_days": password.valid_days,
            "notice_days": password.notice_days,
            "change_seconds": password.change_seconds,
            "tries": password.max_attempts,
        },
        "app": app,
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_an_app_that_says_that_it_is_older_is_too_old() {
        let table = [
            ("Warifu/0.1.0", true),
            ("Warifu/0.1.99", true),
            ("Warifu/0.2.0-rc.1", true),
            ("Warifu/0.1.0 (Windows)", true),
            ("Warifu/0.2.0", false),
            ("Warifu/0.10.0", false),
            ("Warifu/1.0.0", false),
            ("Warifu/0.1", false),
            ("Warifu/", false),
            ("warifu/0.1.0", false),
            ("Other/1.0 Warifu/0.1.0", false),
            ("", false),
        ];
        for (agent, too_old) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
            assert_eq!(is_too_old(&headers), too_old, "{agent}");
        }
        assert!(!is_too_old(&HeaderMap::new()));
    }

    #[test]
    fn what_only_older_apps_ask_for_is_not_simply_unknown() {
        let code = |path| match nowhere(path) {
            Error::Refused(code, _) => code,
            Error::Internal(why) | Error::Unready(why) => panic!("{why}"),
        };
        for path in ["/v1/use", "/v1/users/tanaka/acts"] {
            assert_eq!(code(path), ErrorCode::AppTooOld, "{path}");
        }
        for path in ["/", "/v1/acts", "/v1/users/acts", "/v1/use/", "/v2/use"] {
            assert_eq!(code(path), ErrorCode::NotFound, "{path}");
        }
    }
}

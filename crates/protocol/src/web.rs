//! From a login in the app to the provider's services in the browser, and back (SPEC M).
//!
//! | call on the service listener | request | answer |
//! |---|---|---|
//! | `POST /v1/handoffs` | [`HandoffRequest`] | [`HandoffAnswer`] |
//! | `GET /v1/handoffs/{id}` | – | [`HandoffView`] |
//! | `POST /v1/handoffs/{id}/confirmation` | [`HandoffConfirmation`] | 204 |
//! | `POST /v1/authorizations/view` | [`AuthorizationRequest`] | [`AuthorizationView`] |
//! | `POST /v1/authorizations/proof` | [`ProofRequest`] | [`ProofAnswer`] |
//! | `POST /v1/authorizations/approve` | [`ApprovalRequest`] | [`ApprovalAnswer`] |
//! | `POST /v1/authorizations/decline` | [`AuthorizationRequest`] | 204 |
//!
//! After the approval, `view` answers as before until the browser has taken it, then `request-expired`; if
//! another browser took it, `request-misdirected`.
//!
//! Each but `view` and `decline` carries the session's token as `Authorization: Bearer …`; those two want
//! nothing but a certificate of the provider's. No secret stands in a path, because paths are logged.

use serde::{Deserialize, Serialize};

use crate::{LocalizedText, SecretText, Timestamp};

/// What the address of a handoff begins with, after [`Policy::login_url`](crate::Policy::login_url).
pub const HANDOFF_PATH: &str = "/handoff#";

/// What the address that completes an approval begins with, after the same.
pub const CONTINUE_PATH: &str = "/continue#";

/// Asks to open one entry of the main menu in the browser, logged in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HandoffRequest {
    /// The entry's name.
    pub entry: String,
}

/// A handoff: good once, and for a short time.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoffAnswer {
    /// Names it; no secret, 22 characters of base64url.
    pub id: String,
    /// What the browser opens: [`Policy::login_url`](crate::Policy::login_url), [`HANDOFF_PATH`] and the
    /// token. The token is in the fragment, which no server and no proxy is told (RFC 3986 §3.5).
    pub url: SecretText,
    /// Seconds left on the backend's clock.
    pub expires_in: u32,
}

/// What has become of a handoff.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HandoffView {
    /// How far it is.
    pub state: HandoffState,
    /// Which browser opened it, as soon as one has.
    pub browser: Option<BrowserView>,
    /// Seconds left on the backend's clock for what it waits for; 0 if for nothing.
    pub expires_in: u32,
}

/// How far a handoff is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum HandoffState {
    /// No browser has opened the address.
    Waiting,
    /// A browser has, and its page asks whether this is wanted.
    Asking,
    /// The browser's question was answered with yes; now the app has to ask.
    Confirm,
    /// The browser is logged in. For two minutes this may still become [`HandoffState::Replayed`].
    Opened,
    /// Somebody said no, in the browser or in the app.
    Declined,
    /// The address was used a second time; whatever it had opened has ended.
    Replayed,
    /// Nobody used it in time.
    Expired,
    /// The login that it came from has ended.
    Ended,
}

/// The user's answer to the app's question.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HandoffConfirmation {
    /// Whether it was the user who opened that browser.
    pub confirmed: bool,
}

/// A browser as the backend met it: never what it says of itself, which anybody may write.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BrowserView {
    /// Which one.
    pub name: BrowserName,
    /// Its main version, if that was to be read.
    pub version: Option<u16>,
    /// The address that it came from.
    pub address: String,
    /// Whether that is the address that the app comes from.
    pub same_address: bool,
}

/// The browsers that are told apart.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum BrowserName {
    /// Microsoft Edge.
    Edge,
    /// Google Chrome, and what cannot be told from it.
    Chrome,
    /// Mozilla Firefox.
    Firefox,
    /// Safari.
    Safari,
    /// Another.
    Other,
}

/// Names a request that a service's page has made, as it stands in the link.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AuthorizationRequest {
    /// 43 characters of base64url. Whoever has it may see the request, and approve it as themselves.
    pub request: SecretText,
}

/// What a service asks for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AuthorizationView {
    /// The service's name.
    pub client: LocalizedText,
    /// The host that the browser returns to.
    pub host: String,
    /// When the browser asked.
    pub requested_at: Timestamp,
    /// Seconds left on the backend's clock.
    pub expires_in: u32,
    /// The browser that asked.
    pub browser: BrowserView,
    /// The address that this app comes from, to be read beside the browser's.
    pub address: String,
    /// Whether the password has to be proved for this request, whatever session is open.
    pub password: bool,
}

/// Proves the password for one request.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProofRequest {
    /// The request.
    pub request: SecretText,
    /// The user's password.
    pub password: SecretText,
}

/// A proof: good once, and for that request.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofAnswer {
    /// Stands in the approval.
    pub proof: SecretText,
    /// Seconds left on the backend's clock.
    pub expires_in: u32,
}

/// Approves a request as the user whose session this is.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApprovalRequest {
    /// The request.
    pub request: SecretText,
    /// The proof of the password, where the request wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<SecretText>,
}

/// Where the browser that asked goes on.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalAnswer {
    /// [`Policy::login_url`](crate::Policy::login_url), [`CONTINUE_PATH`] and a token that is worth nothing
    /// in another browser.
    pub url: SecretText,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn states_and_browsers_are_written_under_their_names() {
        let states = [
            (HandoffState::Waiting, "waiting"),
            (HandoffState::Asking, "asking"),
            (HandoffState::Confirm, "confirm"),
            (HandoffState::Opened, "opened"),
            (HandoffState::Declined, "declined"),
            (HandoffState::Replayed, "replayed"),
            (HandoffState::Expired, "expired"),
            (HandoffState::Ended, "ended"),
        ];
        for (state, name) in states {
            assert_eq!(serde_json::to_value(state).unwrap(), name);
        }
        let browsers = [
            (BrowserName::Edge, "edge"),
            (BrowserName::Chrome, "chrome"),
            (BrowserName::Firefox, "firefox"),
            (BrowserName::Safari, "safari"),
            (BrowserName::Other, "other"),
        ];
        for (browser, name) in browsers {
            assert_eq!(serde_json::to_value(browser).unwrap(), name);
        }
    }

    #[test]
    fn an_approval_without_a_proof_names_none() {
        let request = SecretText::from(String::from("r"));
        let sent = serde_json::to_value(ApprovalRequest { request, proof: None }).unwrap();
        assert_eq!(sent, json!({ "request": "r" }));
    }

    #[test]
    fn no_address_and_no_token_is_seen_in_debug_output() {
        let secret = || SecretText::from(String::from("hunter2!"));
        let seen = [
            format!("{:?}", HandoffAnswer { id: String::new(), url: secret(), expires_in: 60 }),
            format!("{:?}", ApprovalAnswer { url: secret() }),
            format!("{:?}", ApprovalRequest { request: secret(), proof: Some(secret()) }),
        ];
        assert!(seen.iter().all(|text| !text.contains("hunter2")), "{seen:?}");
    }
}

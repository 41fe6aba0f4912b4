//! What services are told (OpenID Connect Core §2, §5.3; Back-Channel Logout §2.4).

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use warifu_protocol::{Permission, Thumbprint, Timestamp};
use warifu_store::tables::{account::User, web_browser::Browser};

use crate::config::{
    Config,
    web::{Claim, ClientConfig},
};

/// How well a key is kept: in a file, as far as this backend knows of any.
pub(super) const SOFTWARE: &str = "software";

/// A key of which a genuine TPM proved that it is in it.
const ATTESTED: &str = "attested";

/// Seconds for which a logout token is good: the service's clock may be minutes off.
const LOGOUT_LIFE: i64 = 600;

/// Who a user is, and what they may, as one service is told.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct UserClaims {
    sub: String,
    customer_number: String,
    user_id: String,
    /// Both, for programs that want one name.
    preferred_username: String,
    permissions: Vec<Permission>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<Permission>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<String>,
}

impl UserClaims {
    pub(super) fn new(user: &User, client: &ClientConfig, held: &BTreeSet<Permission>) -> Self {
        let (number, id) = (&user.customer.customer_number, &user.user_id);
        let told = client.permissions.iter().filter(|permission| held.contains(permission));
        let permissions: Vec<_> = told.cloned().collect();
        let wants = |claim| client.claims.contains(&claim);
        Self {
            sub: user.subject.clone(),
            customer_number: number.to_string(),
            user_id: id.to_string(),
            preferred_username: format!("{number}/{id}"),
            groups: wants(Claim::Groups).then(|| permissions.clone()),
            permissions,
            customer_name: wants(Claim::CustomerName).then(|| user.customer.customer_name.clone()),
            name: user.name.clone().filter(|_| wants(Claim::Name)),
            department: user.department.clone().filter(|_| wants(Claim::Department)),
        }
    }
}

/// What an ID token says.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct IdClaims {
    iss: String,
    aud: String,
    iat: Timestamp,
    exp: Timestamp,
    auth_time: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    sid: String,
    acr: String,
    amr: [&'static str; 3],
    /// Not `cnf`: whoever presents the token does not hold that key.
    certificate_assurance: String,
    /// As `x5t#S256` writes it (RFC 7515 §4.1.8).
    certificate_thumbprint: String,
    #[serde(flatten)]
    user: UserClaims,
}

/// What of an ID token is of the moment.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub(super) auth_time: Timestamp,
    pub(super) nonce: Option<String>,
    pub(super) now: Timestamp,
}

impl IdClaims {
    pub(super) fn new(
        issuer: &str,
        browser: &Browser,
        client: &ClientConfig,
        user: UserClaims,
        moment: Moment,
    ) -> Self {
        // A key is called hardware where that was proved, not where it was said (RFC 8176 §2).
        let key = if browser.assurance == ATTESTED { "hwk" } else { "swk" };
        Self {
            iss: issuer.to_owned(),
            aud: client.id.as_str().to_owned(),
            iat: moment.now,
            exp: moment.now + i64::from(client.id_token_seconds),
            auth_time: moment.auth_time,
            nonce: moment.nonce,
            sid: browser.sid.clone(),
            acr: format!("{issuer}/acr/{}", browser.assurance),
            amr: ["pwd", key, "mfa"],
            certificate_assurance: browser.assurance.clone(),
            certificate_thumbprint: base64url(&browser.thumbprint),
            user,
        }
    }
}

/// What a logout token says.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LogoutClaims {
    iss: String,
    aud: String,
    iat: Timestamp,
    exp: Timestamp,
    jti: String,
    events: Events,
    sub: String,
    sid: String,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Events {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    logout: Nothing,
}

/// An object without members.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Nothing {}

impl LogoutClaims {
    pub(crate) fn new(config: &Config, client: &str, sub: &str, sid: &str, now: Timestamp) -> Self {
        Self {
            iss: config.web.as_ref().map(|web| web.url.to_string()).unwrap_or_default(),
            aud: client.to_owned(),
            iat: now,
            exp: now + LOGOUT_LIFE,
            jti: String::new(),
            events: Events::default(),
            sub: sub.to_owned(),
            sid: sid.to_owned(),
        }
    }

    /// The same with a name of its own, which each try has.
    #[must_use]
    pub(crate) fn with_jti(self, jti: String) -> Self {
        Self { jti, ..self }
    }
}

/// A thumbprint in base64url instead of hexadecimal digits.
fn base64url(thumbprint: &Thumbprint) -> String {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes: Option<Vec<u8>> = thumbprint
        .as_str()
        .as_bytes()
        .chunks(2)
        .map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?))
        .collect();
    URL_SAFE_NO_PAD.encode(bytes.unwrap_or_default())
}

//! What a service's request to log a user in comes to (OpenID Connect Core §3.1.2). The edge has looked at
//! the request itself: that the service is one of ours, that the address is one of its own, that there is a
//! challenge.

use warifu_protocol::Timestamp;
use warifu_store::{
    Tx,
    tables::{
        web_browser as browsers,
        web_code::{self as rows, Code},
    },
};

use super::{
    keys::Hint,
    refusal::PageCode,
    secret::Secret,
    standing::{Alive, alive, held, may_use},
};
use crate::{
    config::{
        Config,
        web::{Approval, ClientId},
    },
    error::Error,
};

/// Seconds for which a code is good.
pub(crate) const LIFE: i64 = 30;

/// What a service asks for.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizeRequest {
    pub(crate) client: ClientId,
    pub(crate) redirect_uri: String,
    pub(crate) nonce: Option<String>,
    /// RFC 7636 §4.2, by S256.
    pub(crate) challenge: String,
    /// Nobody may be asked anything.
    pub(crate) prompt_none: bool,
    /// The user is to prove the password anew.
    pub(crate) prompt_login: bool,
    /// Seconds since the password was proved, at most.
    pub(crate) max_age: Option<u32>,
    /// Whom the service expects; of ours, the subject that the app's handoff named.
    pub(crate) login_hint: Option<String>,
    /// The same, by an ID token.
    pub(crate) hint: Option<Hint>,
}

/// What the request comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Decision {
    /// The code that was brought along is good.
    Code,
    /// Nobody may be asked, and somebody would have to be.
    LoginRequired,
    /// The app has to be asked.
    Approve,
    /// The user may not.
    Denied(PageCode),
}

/// Decides, and keeps the code if it is to be one.
///
/// # Errors
///
/// The database's; a service that there is not.
pub(crate) fn decide(
    tx: &Tx,
    config: &Config,
    request: &AuthorizeRequest,
    session: Option<&Secret>,
    code: &Secret,
    now: Timestamp,
) -> Result<Decision, Error> {
    let client = config
        .client(&request.client)
        .ok_or_else(|| Error::Internal(String::from("a service that there is not")))?;
    let nobody = if request.prompt_none { Decision::LoginRequired } else { Decision::Approve };
    let found = session.map(|cookie| browsers::by_cookie(tx, &cookie.hash()));
    let Some(found) = found.transpose()?.flatten() else { return Ok(nobody) };
    let Alive { browser, by, app_session_is_open } = match alive(tx, config, &found, now)? {
        Ok(alive) => alive,
        Err(PageCode::AccountSuspended) => {
            return Ok(Decision::Denied(PageCode::AccountSuspended));
        }
        Err(_) => return Ok(nobody),
    };
    if !is_expected(request, &by.user.subject) {
        return Ok(nobody);
    }
    let age = now - browser.auth_time;
    let is_proved = client.approval == Approval::Session
        && !request.prompt_login
        && request.max_age.is_none_or(|most| age <= i64::from(most));
    // While the app is left alone, the services that are open stay so, and no other is opened.
    if !is_proved || !app_session_is_open {
        return Ok(nobody);
    }
    if !may_use(client, &held(tx, config, &by.user)?) {
        return Ok(Decision::Denied(PageCode::PermissionMissing));
    }
    browsers::touch(tx, browser.id, now)?;
    let code = Code {
        code_hash: code.hash(),
        browser: browser.id,
        client: request.client.to_string(),
        redirect_uri: request.redirect_uri.clone(),
        nonce: request.nonce.clone(),
        challenge: request.challenge.clone(),
        auth_time: browser.auth_time,
        expires_at: now + LIFE,
        spent_at: None,
        operation: None,
        service: None,
    };
    rows::insert(tx, &code)?;
    Ok(Decision::Code)
}

/// Whether this is the user whom the service means. A hint that is no subject of ours says nothing.
fn is_expected(request: &AuthorizeRequest, subject: &str) -> bool {
    let is_subject =
        |text: &str| text.len() == subject.len() && text.bytes().all(|b| b.is_ascii_hexdigit());
    let by_hint = request.login_hint.as_deref().filter(|hint| is_subject(hint));
    by_hint.is_none_or(|hint| hint == subject)
        && request.hint.as_ref().is_none_or(|hint| hint.sub == subject)
}

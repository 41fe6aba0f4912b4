//! What services get for a code, and later for a refresh token (OpenID Connect Core §3.1.3, §12). The edge
//! has proved which service asks before any of this is looked at: who is not it changes nothing.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use warifu_protocol::Timestamp;
use warifu_store::{
    Tx,
    tables::{
        account, web_assertion as assertions, web_browser as browsers,
        web_code::{self as codes, Code},
        web_service as services,
    },
};

use super::{
    Operation, Secret,
    browsers::{close, entry},
    claims::{IdClaims, Moment, UserClaims},
    standing::{Alive, alive, held, may_use},
};
use crate::{
    audit::{self, Act},
    config::{
        Config,
        web::{ClientConfig, ClientId},
    },
    error::Error,
};

/// Seconds for which an access token is good.
const ACCESS: u32 = 300;

/// Seconds by which a service's clock may be off.
pub(crate) const SKEW: i64 = 150;

/// Seconds for which an assertion of a service may be good.
pub(crate) const ASSERTION: i64 = 300;

/// A code that a service presents, and what it gets for it.
#[derive(Clone, Debug)]
pub(crate) struct CodeRedemption {
    pub(crate) client: ClientId,
    pub(crate) code: Secret,
    pub(crate) redirect_uri: String,
    /// RFC 7636 §4.1.
    pub(crate) verifier: String,
    pub(crate) access: Secret,
    pub(crate) refresh: Secret,
    pub(crate) operation: Operation,
}

/// A refresh token that a service presents, and what it gets for it. The refresh token stays.
#[derive(Clone, Debug)]
pub(crate) struct Refresh {
    pub(crate) client: ClientId,
    pub(crate) refresh: Secret,
    pub(crate) access: Secret,
}

/// What is granted; the ID token is to be signed.
#[derive(Clone, Debug)]
pub(crate) struct TokenGrant {
    /// Seconds for which the access token is good.
    pub(crate) expires_in: u32,
    pub(crate) claims: IdClaims,
}

/// Why nothing is granted. The service is told `invalid_grant` (RFC 6749 §5.2), and no more.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TokenRefusal {
    /// There is no such code or token, or not any more.
    Unknown,
    /// It is another service's.
    Foreign,
    /// The code was used before.
    Reused,
    /// The code does not go with this address or this verifier.
    Mismatch,
    /// The code's time is over.
    Late,
    /// The login that it came from has ended.
    Ended,
    /// The user lacks the right by now.
    PermissionMissing,
}

impl TokenRefusal {
    /// For the log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Foreign => "foreign",
            Self::Reused => "reused",
            Self::Mismatch => "mismatch",
            Self::Late => "late",
            Self::Ended => "ended",
            Self::PermissionMissing => "permission-missing",
        }
    }
}

type Answer = Result<Result<TokenGrant, TokenRefusal>, Error>;

/// Gives a service what its code is good for. Whatever it says, it is to be committed.
///
/// A code is good once. Presented again by its own service, it ends what it had opened: one of the two had
/// it from somewhere else (RFC 6749 §4.1.2).
///
/// # Errors
///
/// The database's; a service that there is not.
pub(crate) fn redeem_code(tx: &Tx, config: &Config, by: &CodeRedemption, now: Timestamp) -> Answer {
    let client = known(config, &by.client)?;
    let code_hash = by.code.hash();
    let Some(found) = codes::find(tx, &code_hash)? else { return Ok(Err(TokenRefusal::Unknown)) };
    let Some(browser) = browsers::find(tx, found.browser)? else {
        return Ok(Err(TokenRefusal::Unknown));
    };
    // First who may wait for whom: the user's row, then the browser's, as whatever ends them does.
    let alive = alive(tx, config, &browser, now)?;
    let code = codes::find(tx, &code_hash)?.unwrap_or(found);
    let misused = || {
        let user = account::get(tx, browser.account)?;
        let client = by.client.as_str();
        audit::record(tx, &entry(&user, &browser, Act::ServiceCodeMisused, client, now))
    };
    if code.client != by.client.as_str() {
        misused()?;
        return Ok(Err(TokenRefusal::Foreign));
    }
    let is_own_work = code.operation.as_deref() == Some(by.operation.as_bytes());
    if code.spent_at.is_some() && !is_own_work {
        let opened = code.service.map(|id| services::find(tx, id)).transpose()?.flatten();
        if let Some(service) = opened.filter(|service| service.ended_at.is_none()) {
            close(tx, &browser, vec![service], None, now)?;
        }
        misused()?;
        return Ok(Err(TokenRefusal::Reused));
    }
    let refused = if code.redirect_uri != by.redirect_uri || !is_verified(&code, &by.verifier) {
        Some(TokenRefusal::Mismatch)
    } else if now > code.expires_at && !is_own_work {
        Some(TokenRefusal::Late)
    } else {
        None
    };
    if let Some(refused) = refused {
        if code.spent_at.is_none() {
            codes::spend(tx, &code_hash, by.operation.as_bytes(), None, now)?;
            misused()?;
        }
        return Ok(Err(refused));
    }
    let Ok(alive) = alive else { return Ok(Err(TokenRefusal::Ended)) };
    let moment = Moment { auth_time: code.auth_time, nonce: code.nonce.clone(), now };
    let granted = grant(tx, config, client, &alive, moment)?;
    let (Ok(granted), false) = (&granted, is_own_work) else { return Ok(granted) };
    let is_first = !services::open_of_browser(tx, browser.id)?
        .iter()
        .any(|service| service.client == by.client.as_str());
    let refresh_hash = by.refresh.hash();
    let service =
        services::insert(tx, browser.id, by.client.as_str(), &refresh_hash, code.auth_time, now)?;
    services::insert_access(tx, &by.access.hash(), service, now + i64::from(ACCESS))?;
    codes::spend(tx, &code_hash, by.operation.as_bytes(), Some(service), now)?;
    if is_first {
        let opened =
            entry(&alive.by.user, &alive.browser, Act::ServiceOpened, by.client.as_str(), now);
        audit::record(tx, &opened)?;
    }
    Ok(Ok(granted.clone()))
}

/// Gives a service another access token and another ID token, if its user's login still stands.
///
/// # Errors
///
/// The database's; a service that there is not.
pub(crate) fn refresh(tx: &Tx, config: &Config, by: &Refresh, now: Timestamp) -> Answer {
    let client = known(config, &by.client)?;
    let refresh_hash = by.refresh.hash();
    let Some(found) = services::by_refresh(tx, &refresh_hash)? else {
        return Ok(Err(TokenRefusal::Unknown));
    };
    if found.client != by.client.as_str() {
        return Ok(Err(TokenRefusal::Foreign));
    }
    let Some(browser) = browsers::find(tx, found.browser)? else {
        return Ok(Err(TokenRefusal::Unknown));
    };
    let Ok(alive) = alive(tx, config, &browser, now)? else { return Ok(Err(TokenRefusal::Ended)) };
    // As it is now that nobody else is at it.
    let service = services::find(tx, found.id)?.filter(|service| service.ended_at.is_none());
    let Some(service) = service else { return Ok(Err(TokenRefusal::Ended)) };
    // An ID token of a refresh has no nonce (OpenID Connect Core §12.2).
    let moment = Moment { auth_time: service.auth_time, nonce: None, now };
    let granted = grant(tx, config, client, &alive, moment)?;
    if granted.is_ok() {
        services::insert_access(tx, &by.access.hash(), service.id, now + i64::from(ACCESS))?;
        browsers::touch(tx, browser.id, now)?;
    }
    Ok(granted)
}

/// What a service is told of a login, if it is for that user.
fn grant(
    tx: &Tx,
    config: &Config,
    client: &ClientConfig,
    alive: &Alive<'_>,
    moment: Moment,
) -> Answer {
    let user = &alive.by.user;
    let held = held(tx, config, user)?;
    if !may_use(client, &held) {
        return Ok(Err(TokenRefusal::PermissionMissing));
    }
    let issuer = config.web.as_ref().map(|web| web.url.as_str()).unwrap_or_default();
    let told = UserClaims::new(user, client, &held);
    let claims = IdClaims::new(issuer, &alive.browser, client, told, moment);
    Ok(Ok(TokenGrant { expires_in: ACCESS, claims }))
}

/// Whether a verifier is that of the challenge (RFC 7636 §4.6).
fn is_verified(code: &Code, verifier: &str) -> bool {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    challenge.as_bytes().ct_eq(code.challenge.as_bytes()).into()
}

fn known<'c>(config: &'c Config, client: &ClientId) -> Result<&'c ClientConfig, Error> {
    let missing = || Error::Internal(String::from("a service that there is not"));
    config.client(client).ok_or_else(missing)
}

/// What of an assertion says that it is good once (RFC 7523 §3); the edge has verified it.
#[derive(Clone, Debug)]
pub(crate) struct Assertion {
    pub(crate) jti: String,
    pub(crate) issued_at: Option<Timestamp>,
    pub(crate) expires_at: Timestamp,
}

/// Whether a service's assertion is good at `now` and was not used before; it is used with this.
///
/// # Errors
///
/// The database's.
pub(crate) fn use_assertion(
    tx: &Tx,
    client: &ClientId,
    assertion: &Assertion,
    operation: &Operation,
    now: Timestamp,
) -> Result<bool, Error> {
    let Assertion { jti, issued_at, expires_at } = assertion;
    let lives = now <= expires_at.saturating_add(SKEW)
        && *expires_at <= now + ASSERTION + SKEW
        && issued_at.is_none_or(|issued_at| issued_at <= now + SKEW);
    // What was used before a restoration, nobody knows any more.
    let since = issued_at.unwrap_or(expires_at.saturating_sub(ASSERTION));
    if !lives || since < assertions::epoch(tx)? {
        return Ok(false);
    }
    let jti_hash = Sha256::digest(jti.as_bytes());
    let until = expires_at.saturating_add(SKEW);
    Ok(assertions::spend(tx, client.as_str(), &jti_hash, operation.as_bytes(), until)?)
}

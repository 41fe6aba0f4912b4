//! Whether a login is good now, and what its user may be let into.

use std::collections::BTreeSet;

use warifu_protocol::{ErrorCode, Permission, Timestamp};
use warifu_store::{
    Tx,
    tables::{
        account::{self, User},
        session as sessions,
        web_browser::{self as rows, Browser},
    },
};

use super::refusal::PageCode;
use crate::{
    config::{Config, web::ClientConfig},
    domain::{
        proof::Proved,
        rights,
        session::{self, AHEAD},
    },
    error::Error,
};

/// A browser's login that is good, with its user as both are now.
#[derive(Debug)]
pub(super) struct Alive<'t> {
    pub(super) browser: Browser,
    pub(super) by: Proved<'t>,
    /// Whether the app's session would be good for anything, were it the app that asked: neither idle nor
    /// over. Judged by time, not by whether there is a row.
    pub(super) app_session_is_open: bool,
}

/// The login with that row if it is good, with the rows of its user and itself locked, in that order: so
/// does whatever ends it.
///
/// # Errors
///
/// The database's. Why it is not good is no error.
pub(super) fn alive<'t>(
    tx: &'t Tx,
    config: &Config,
    browser: &Browser,
    now: Timestamp,
) -> Result<Result<Alive<'t>, PageCode>, Error> {
    account::lock(tx, browser.account)?;
    let running = rows::lock(tx, browser.id)?.filter(|found| is_running(found, config, now));
    let Some(browser) = running else { return Ok(Err(why_over(tx, browser.account)?)) };
    let app = app_session(tx, config, browser.account, &browser.session_hash, now)?;
    Ok(app.map(|(by, app_session_is_open)| Alive { browser, by, app_session_is_open }))
}

/// Who opened a session of the app, as they are now, and whether it is open.
pub(super) fn app_session<'t>(
    tx: &'t Tx,
    config: &Config,
    account: i64,
    session_hash: &[u8],
    now: Timestamp,
) -> Result<Result<(Proved<'t>, bool), PageCode>, Error> {
    let session = sessions::by_hash(tx, session_hash)?;
    let Some((owner, thumbprint, session)) = session.filter(|(owner, ..)| *owner == account) else {
        return Ok(Err(why_over(tx, account)?));
    };
    // With the certificate that the session goes on with, which a renewal may have changed.
    match Proved::look(tx, owner, Some(&thumbprint), now) {
        Ok(by) => Ok(Ok((by, session::is_open(&session, config, now)))),
        Err(Error::Refused(code, _)) => Ok(Err(page_of(code))),
        Err(inside @ (Error::Internal(_) | Error::Unready(_))) => Err(inside),
    }
}

/// Whether a login has neither ended nor run out.
pub(super) fn is_running(browser: &Browser, config: &Config, now: Timestamp) -> bool {
    let idle = config.web.as_ref().map_or(0, |web| i64::from(web.idle_seconds));
    browser.ended_at.is_none()
        && browser.opened_at.max(browser.last_used_at) <= now + AHEAD
        && now <= browser.last_used_at + idle
        && now <= browser.ends_at
}

/// What a browser is shown whose login is over: that it is, unless more can be said.
fn why_over(tx: &Tx, account: i64) -> Result<PageCode, Error> {
    let user = account::get(tx, account)?;
    let is_suspended = user.suspended_at.is_some() && user.deleted_at.is_none();
    Ok(if is_suspended { PageCode::AccountSuspended } else { PageCode::LoginExpired })
}

/// What a browser is shown where the app would be told this.
fn page_of(code: ErrorCode) -> PageCode {
    if code == ErrorCode::AccountSuspended {
        PageCode::AccountSuspended
    } else {
        PageCode::LoginExpired
    }
}

/// The rights of a user, as a set.
pub(super) fn held(tx: &Tx, config: &Config, user: &User) -> Result<BTreeSet<Permission>, Error> {
    Ok(rights::held(tx, config, user)?.into_iter().collect())
}

/// Whether a service is for somebody with these rights.
pub(super) fn may_use(client: &ClientConfig, held: &BTreeSet<Permission>) -> bool {
    client.require_permission.is_empty()
        || client.require_permission.iter().any(|wanted| held.contains(wanted))
}

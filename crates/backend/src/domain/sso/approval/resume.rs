//! The browser's half: the address that the app opened brings an approval back, and the browser shows for
//! which requests it has cookies.

use warifu_protocol::Timestamp;
use warifu_store::{
    Tx,
    tables::{
        account, web_browser as browsers,
        web_code::{self as codes, Code},
        web_request::{self as rows, Approved, Request, Step},
    },
};

use super::client_of;
use crate::{
    audit::{self, Act, Entry},
    config::Config,
    domain::{
        proof::Proved,
        session::entry,
        sso::{
            Cookies, Fresh, Operation, Secret, Visitor, authorize,
            entering::{Entered, Entering, enter_again},
            refusal::PageCode,
            standing::{app_session, held, is_running, may_use},
        },
    },
    error::Error,
};

/// Seconds in which the same browser gets the same answer: a request is sent again whose connection has died.
const RESEND: i64 = 10;

/// What a browser brings, and what it is given if that is good.
#[derive(Clone, Debug)]
pub(crate) struct Resumption {
    /// What brings the approval back.
    pub(crate) confirmation: Secret,
    /// The cookies for requests of this browser.
    pub(crate) flows: Vec<Secret>,
    pub(crate) cookies: Cookies,
    pub(crate) new: Fresh,
    /// What the service gets.
    pub(crate) code: Secret,
    pub(crate) operation: Operation,
    pub(crate) visitor: Visitor,
}

/// What becomes of it.
#[derive(Clone, Debug)]
pub(crate) enum Continued {
    /// The browser is logged in, and returns to the service with the code.
    Returned(Returned),
    /// Nothing of it.
    Refused(PageCode),
    /// It came out in another browser than the one that had asked for this service.
    OtherBrowser(String),
}

/// A browser that returns to its service.
#[derive(Clone, Debug)]
pub(crate) struct Returned {
    /// Where to; the code, the state and the issuer are to be added.
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    /// The cookie that opens nothing any more.
    pub(crate) flow: Secret,
    /// Whether it gets the new cookie of a login; else it keeps its own. It always gets the new one that
    /// says which browser it is.
    pub(crate) set_session: bool,
    /// Notices to services that somebody else was logged in at in this browser.
    pub(crate) waiting: Vec<i64>,
}

/// Brings an approval back. Whatever it says, it is to be committed: what was recognised is spent.
///
/// # Errors
///
/// The database's.
pub(crate) fn resume(
    tx: &Tx,
    config: &Config,
    by: &Resumption,
    now: Timestamp,
) -> Result<Continued, Error> {
    let confirm_hash = by.confirmation.hash();
    let found = rows::by_confirmation(tx, &confirm_hash)?;
    let Some((account, id)) =
        found.and_then(|found| Some((found.approved.as_ref()?.account, found.id)))
    else {
        return Ok(Continued::Refused(PageCode::LoginExpired));
    };
    account::lock(tx, account)?;
    // As it is now that nobody else is at it.
    let request = rows::by_confirmation(tx, &confirm_hash)?.filter(|request| request.id == id);
    let Some((request, approved)) =
        request.and_then(|request| request.approved.clone().map(|approved| (request, approved)))
    else {
        return Ok(Continued::Refused(PageCode::LoginExpired));
    };
    let flow = by.flows.iter().find(|flow| flow.hash() == request.flow_hash);
    match (request.step, flow) {
        (Step::Approved, Some(flow)) if now <= request.expires_at => {
            proceed(tx, config, by, (&request, &approved, flow), now)
        }
        (Step::Continued, Some(flow)) => again(tx, config, by, (&request, flow), now),
        (Step::Approved, Some(_)) => Ok(Continued::Refused(PageCode::LoginExpired)),
        (Step::Approved, None) => misdirected(tx, by, &request, &approved, now),
        (Step::Continued, None) | (Step::Misdirected, _) => {
            Ok(Continued::OtherBrowser(request.client))
        }
        (Step::Waiting | Step::Viewed | Step::Declined, _) => {
            Ok(Continued::Refused(PageCode::LoginExpired))
        }
    }
}

/// It came out in another browser than the one that asked. The user sees it there; administrators are told
/// where the two are not even at the same address: another profile on the same PC is everyday.
fn misdirected(
    tx: &Tx,
    by: &Resumption,
    request: &Request,
    approved: &Approved,
    now: Timestamp,
) -> Result<Continued, Error> {
    rows::set_step(tx, request.id, Step::Misdirected, now)?;
    let here = by.visitor.address.to_canonical().to_string();
    if request.visitor.address != here || approved.address != here {
        let user = account::get(tx, approved.account)?;
        let act = Entry {
            service: Some(&request.client),
            ..entry(&user, Act::AuthorizationMisdirected, now, by.visitor.address)
        };
        audit::record(tx, &act)?;
    }
    Ok(Continued::OtherBrowser(request.client.clone()))
}

fn proceed(
    tx: &Tx,
    config: &Config,
    by: &Resumption,
    (request, approved, flow): (&Request, &Approved, &Secret),
    now: Timestamp,
) -> Result<Continued, Error> {
    // One attempt: whatever is refused from here on is refused for good.
    rows::set_step(tx, request.id, Step::Continued, now)?;
    let proved = match standing(tx, config, request, approved, now)? {
        Ok(proved) => proved,
        Err(code) => return Ok(Continued::Refused(code)),
    };
    let entering = Entering {
        proved: &proved,
        session_hash: &approved.session_hash,
        auth_time: Some(approved.auth_time),
        cookies: &by.cookies,
        new: &by.new,
        visitor: &by.visitor,
        now,
    };
    let entered = entering.enter(tx, config)?;
    rows::set_opened(tx, request.id, by.operation.as_bytes(), entered.browser)?;
    returned(tx, by, (request, approved, flow), entered, now)
}

/// Whether the session that approved, its user and the right to the service still stand.
fn standing<'t>(
    tx: &'t Tx,
    config: &Config,
    request: &Request,
    approved: &Approved,
    now: Timestamp,
) -> Result<Result<Proved<'t>, PageCode>, Error> {
    let proved = match app_session(tx, config, approved.account, &approved.session_hash, now)? {
        Ok((proved, true)) => proved,
        Ok((_, false)) => return Ok(Err(PageCode::LoginExpired)),
        Err(code) => return Ok(Err(code)),
    };
    let client = client_of(config, request)?;
    let may = may_use(client, &held(tx, config, &proved.user)?);
    Ok(if may { Ok(proved) } else { Err(PageCode::PermissionMissing) })
}

/// The answer that was given before: to the same piece of work, which ran again, or to the same browser, which
/// did not hear it.
fn again(
    tx: &Tx,
    config: &Config,
    by: &Resumption,
    (request, flow): (&Request, &Secret),
    now: Timestamp,
) -> Result<Continued, Error> {
    let is_same = request.operation.as_deref() == Some(by.operation.as_bytes());
    if !is_same && now > request.step_at + RESEND {
        return Ok(Continued::Refused(PageCode::LoginExpired));
    }
    let browser = request.opened.map(|id| browsers::lock(tx, id)).transpose()?.flatten();
    let (Some(browser), Some(approved)) =
        (browser.filter(|browser| is_running(browser, config, now)), &request.approved)
    else {
        return Ok(Continued::Refused(PageCode::LoginExpired));
    };
    if let Err(code) = standing(tx, config, request, approved, now)? {
        return Ok(Continued::Refused(code));
    }
    let entered = enter_again(tx, config, &browser, (&by.cookies, &by.new), is_same, now)?;
    rows::set_opened(tx, request.id, by.operation.as_bytes(), browser.id)?;
    returned(tx, by, (request, approved, flow), entered, now)
}

fn returned(
    tx: &Tx,
    by: &Resumption,
    (request, approved, flow): (&Request, &Approved, &Secret),
    entered: Entered,
    now: Timestamp,
) -> Result<Continued, Error> {
    let code = Code {
        code_hash: by.code.hash(),
        browser: entered.browser,
        client: request.client.clone(),
        redirect_uri: request.redirect_uri.clone(),
        nonce: request.nonce.clone(),
        challenge: request.challenge.clone(),
        auth_time: approved.auth_time,
        expires_at: now + authorize::LIFE,
        spent_at: None,
        operation: None,
        service: None,
    };
    codes::insert(tx, &code)?;
    Ok(Continued::Returned(Returned {
        redirect_uri: request.redirect_uri.clone(),
        state: request.state.clone(),
        flow: flow.clone(),
        set_session: entered.set_session,
        waiting: entered.waiting,
    }))
}

//! The browser's half: a page has read the token out of its address and posts it.

use url::Url;
use warifu_protocol::{CustomerNumber, LocalizedText, Timestamp, UserId};
use warifu_store::{
    Tx,
    tables::{
        account::{self, User},
        web_browser as browsers,
        web_handoff::{self as rows, Handoff, State},
        web_known::Known,
    },
};

use super::entry_for;
use crate::{
    audit::{self, Act, Entry},
    config::{
        Config, MenuEntry,
        web::{ClientConfig, WebConfig},
    },
    domain::{
        session::entry,
        sso::{
            Cookies, Fresh, Operation, Secret, Visitor,
            browsers::{Why, end},
            entering::{Entered, Entering, enter_again},
            refusal::PageCode,
            standing::{app_session, is_running},
        },
    },
    error::Error,
};

/// Seconds for the answer to a question, from when it is asked.
const ANSWER: i64 = 120;

/// Seconds after its use in which a second one, by another page, still ends what the first has opened.
/// Later ones only fail: a restored tab must not log anybody out.
const REPLAY: i64 = 120;

/// Seconds in which the page that used it gets the same answer: browsers and proxies send a request again
/// whose connection has died.
const RESEND: i64 = 10;

/// What a page posts, and what it is given if that is good.
#[derive(Clone, Debug)]
pub(crate) struct Redemption {
    pub(crate) token: Secret,
    /// The cookie that the page itself was given.
    pub(crate) page: Secret,
    pub(crate) cookies: Cookies,
    pub(crate) new: Fresh,
    pub(crate) operation: Operation,
    /// What the user said to the page's question, if it has asked.
    pub(crate) answer: Option<bool>,
    pub(crate) visitor: Visitor,
}

/// What becomes of it.
#[derive(Clone, Debug)]
pub(crate) enum Redeemed {
    /// The page asks the user.
    Ask(Box<Question>),
    /// The app asks; the page comes again with the same answer until something else is said.
    AskApp {
        /// Seconds left.
        expires_in: u32,
    },
    /// The browser is logged in.
    Opened(Opened),
    /// Somebody said no.
    Declined,
    /// Nothing of it.
    Refused(PageCode),
}

/// What the page asks: whether this user, at this moment, wanted that.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) customer_name: String,
    pub(crate) customer_number: CustomerNumber,
    pub(crate) user_id: UserId,
    pub(crate) entry: LocalizedText,
    /// Who is logged in in this browser now, and will not be any more.
    pub(crate) other: Option<(String, UserId)>,
    /// Seconds left.
    pub(crate) expires_in: u32,
}

/// A browser that is logged in.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    /// Where it goes on.
    pub(crate) next: String,
    /// Whether it gets the new cookie of a login; else it keeps its own. It always gets the new one that
    /// says which browser it is.
    pub(crate) set_session: bool,
    /// Notices to services that somebody else was logged in at in this browser, and that do not know yet
    /// that they are not any more.
    pub(crate) waiting: Vec<i64>,
}

/// Does what a page asks for with a token. Whatever it says, it is to be committed.
///
/// # Errors
///
/// The database's.
pub(crate) fn redeem(
    tx: &Tx,
    config: &Config,
    by: &Redemption,
    now: Timestamp,
) -> Result<Redeemed, Error> {
    let token_hash = by.token.hash();
    let Some(found) = rows::by_token(tx, &token_hash)? else {
        return Ok(Redeemed::Refused(PageCode::LoginExpired));
    };
    account::lock(tx, found.account)?;
    // As it is now that nobody else is at it.
    let handoff = rows::by_token(tx, &token_hash)?.unwrap_or(found);
    if handoff.page_hash.as_ref().is_some_and(|first| *first != by.page.hash()) {
        return replayed(tx, by, &handoff, now);
    }
    match handoff.state {
        State::Declined => Ok(Redeemed::Declined),
        State::Replayed => Ok(Redeemed::Refused(PageCode::HandoffUsed)),
        State::Opened => again(tx, config, by, &handoff, now),
        State::Issued | State::Asked | State::AppAsked | State::AppConfirmed => {
            if now > handoff.expires_at {
                return Ok(Redeemed::Refused(PageCode::LoginExpired));
            }
            proceed(tx, config, by, handoff, now)
        }
    }
}

/// Another page has the same token: one of the two is a thief, and nobody knows which.
fn replayed(
    tx: &Tx,
    by: &Redemption,
    handoff: &Handoff,
    now: Timestamp,
) -> Result<Redeemed, Error> {
    let is_open = match handoff.state {
        State::Opened => now <= handoff.state_at + REPLAY,
        State::Issued | State::Asked | State::AppAsked | State::AppConfirmed => {
            now <= handoff.expires_at
        }
        State::Declined | State::Replayed => false,
    };
    if is_open {
        rows::set_state(tx, &handoff.id, State::Replayed, now, handoff.expires_at)?;
        if let Some(browser) =
            handoff.browser.map(|id| browsers::find(tx, id)).transpose()?.flatten()
        {
            end(tx, &browser, Why::Replayed, None, now)?;
        }
        let user = account::get(tx, handoff.account)?;
        audit::record(tx, &entry(&user, Act::HandoffReplayed, now, by.visitor.address))?;
    }
    Ok(Redeemed::Refused(PageCode::HandoffUsed))
}

/// Asks what is to be asked, and opens when all of it was answered.
fn proceed(
    tx: &Tx,
    config: &Config,
    by: &Redemption,
    handoff: Handoff,
    now: Timestamp,
) -> Result<Redeemed, Error> {
    let proved = match app_session(tx, config, handoff.account, &handoff.session_hash, now)? {
        Ok((proved, true)) => proved,
        Ok((_, false)) => return Ok(Redeemed::Refused(PageCode::LoginExpired)),
        Err(code) => return Ok(Redeemed::Refused(code)),
    };
    let user = &proved.user;
    let Some((web, client, opened)) = entry_for(tx, config, user, &handoff.entry)? else {
        return Ok(Redeemed::Refused(PageCode::PermissionMissing));
    };
    if handoff.page_hash.is_none() {
        rows::tie(tx, &handoff.id, &by.page.hash(), &by.visitor.stored())?;
    }
    if by.answer == Some(false) {
        rows::set_state(tx, &handoff.id, State::Declined, now, handoff.expires_at)?;
        audit::record(tx, &entry(user, Act::HandoffDeclined, now, by.visitor.address))?;
        return Ok(Redeemed::Declined);
    }
    let present = by.cookies.present(tx, config, now)?;
    let other = present.as_ref().filter(|present| present.account != user.id);
    let known = by.cookies.known(tx, user.id, now)?;
    let is_silent = known == Some(Known::Last) && by.visitor.assured && other.is_none();

    let (step, open) = match (handoff.state, by.answer) {
        (State::Issued, _) if is_silent => (State::Opened, true),
        // A yes that nobody was asked for is none.
        (State::Issued, _) | (State::Asked, None) => (State::Asked, false),
        (State::Asked, Some(_)) if known.is_none() => (State::AppAsked, false),
        (State::Asked | State::AppConfirmed, Some(_)) => (State::Opened, true),
        (State::AppAsked | State::AppConfirmed, _) => (State::AppAsked, false),
        (State::Opened | State::Declined | State::Replayed, _) => (handoff.state, false),
    };
    if open {
        let entering = Entering {
            proved: &proved,
            session_hash: &handoff.session_hash,
            auth_time: None,
            cookies: &by.cookies,
            new: &by.new,
            visitor: &by.visitor,
            now,
        };
        let entered = entering.enter(tx, config)?;
        rows::set_state(tx, &handoff.id, State::Opened, now, handoff.expires_at)?;
        rows::set_opened(tx, &handoff.id, entered.browser, by.operation.as_bytes())?;
        let act = Entry {
            certificate: Some(&proved.certificate()?.thumbprint),
            service: Some(client.id.as_str()),
            ..entry(user, Act::HandoffOpened, now, by.visitor.address)
        };
        audit::record(tx, &act)?;
        return Ok(opened_by(entered, next(web, client, opened, user)));
    }
    let mut expires_at = handoff.expires_at;
    // An answer of the app that is here already is not asked for again.
    if step != handoff.state && handoff.state != State::AppConfirmed {
        expires_at = now + ANSWER;
        rows::set_state(tx, &handoff.id, step, now, expires_at)?;
    }
    let expires_in = u32::try_from(expires_at - now).unwrap_or(0);
    if step == State::AppAsked {
        return Ok(Redeemed::AskApp { expires_in });
    }
    let other = other.map(|other| account::get(tx, other.account)).transpose()?;
    Ok(Redeemed::Ask(Box::new(Question {
        customer_name: user.customer.customer_name.clone(),
        customer_number: user.customer.customer_number.clone(),
        user_id: user.user_id.clone(),
        entry: opened.title.clone(),
        other: other.map(|other| (other.customer.customer_name, other.user_id)),
        expires_in,
    })))
}

fn opened_by(entered: Entered, next: String) -> Redeemed {
    let Entered { set_session, waiting, .. } = entered;
    Redeemed::Opened(Opened { next, set_session, waiting })
}

/// The answer that was given before: to the same piece of work, which ran again, or to the same page, which
/// did not hear it.
fn again(
    tx: &Tx,
    config: &Config,
    by: &Redemption,
    handoff: &Handoff,
    now: Timestamp,
) -> Result<Redeemed, Error> {
    let is_same = handoff.operation.as_deref() == Some(by.operation.as_bytes());
    if !is_same && now > handoff.state_at + RESEND {
        return Ok(Redeemed::Refused(PageCode::HandoffUsed));
    }
    let browser = handoff.browser.map(|id| browsers::lock(tx, id)).transpose()?.flatten();
    let Some(browser) = browser.filter(|browser| is_running(browser, config, now)) else {
        return Ok(Redeemed::Refused(PageCode::LoginExpired));
    };
    let user = account::get(tx, handoff.account)?;
    let Some((web, client, opened)) = entry_for(tx, config, &user, &handoff.entry)? else {
        return Ok(Redeemed::Refused(PageCode::PermissionMissing));
    };
    let held = (&by.cookies, &by.new);
    let entered = enter_again(tx, config, &browser, held, is_same, now)?;
    if !is_same {
        rows::set_opened(tx, &handoff.id, browser.id, by.operation.as_bytes())?;
    }
    Ok(opened_by(entered, next(web, client, opened, &user)))
}

/// Where a browser goes on: to where the service begins a login (OpenID Connect Core §4), or to the entry
/// itself, whose service asks by itself.
fn next(web: &WebConfig, client: &ClientConfig, opened: &MenuEntry, user: &User) -> String {
    let begins = client.initiate_login_uri.as_ref().and_then(|uri| Url::parse(uri).ok());
    let Some(mut url) = begins else { return opened.url.clone() };
    url.query_pairs_mut()
        .append_pair("iss", web.url.as_str())
        .append_pair("target_link_uri", &opened.url)
        .append_pair("login_hint", &user.subject);
    url.into()
}

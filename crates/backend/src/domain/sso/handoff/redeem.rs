//! The browser's half: a page has read the token out of its address and posts it.

use url::Url;
use warifu_protocol::{CustomerNumber, LocalizedText, Timestamp, UserId};
use warifu_store::{
    StoreError, Tx,
    tables::{
        account::{self, User},
        session as sessions,
        web_browser::{self as browsers, Browser, NewBrowser},
        web_handoff::{self as rows, Handoff, State},
        web_known::{self as known, Known},
        web_logout as logouts,
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
        proof::Proved,
        session::entry,
        sso::{
            Operation, Secret, Visitor,
            browsers::{Why, end},
            claims::SOFTWARE,
            refusal::PageCode,
            standing::{app_session, is_running},
        },
    },
    error::Error,
    random,
};

/// Seconds for the answer to a question, from when it is asked.
const ANSWER: i64 = 120;

/// Seconds after its use in which a second one, by another page, still ends what the first has opened.
/// Later ones only fail: a restored tab must not log anybody out.
const REPLAY: i64 = 120;

/// Seconds in which the page that used it gets the same answer: browsers and proxies send a request again
/// whose connection has died.
const RESEND: i64 = 10;

/// For how long a browser remembers who was in it, in seconds.
pub(in crate::domain::sso) const MEMORY: i64 = 180 * 86_400;

/// For how long somebody else's services in a browser are asked after, in seconds.
const OTHERS: i64 = 8 * 3600;

/// What a page posts, and what it is given if that is good.
#[derive(Clone, Debug)]
pub(crate) struct Redemption {
    pub(crate) token: Secret,
    /// The cookie that the page itself was given.
    pub(crate) page: Secret,
    /// The cookie of a browser's login, if one came along.
    pub(crate) session: Option<Secret>,
    /// The cookie that says which browser it is, if one came along.
    pub(crate) browser: Option<Secret>,
    pub(crate) new: Fresh,
    pub(crate) operation: Operation,
    /// What the user said to the page's question, if it has asked.
    pub(crate) answer: Option<bool>,
    pub(crate) visitor: Visitor,
}

/// What a browser is given at its login; made before the work.
#[derive(Clone, Debug)]
pub(crate) struct Fresh {
    /// The cookie of its login.
    pub(crate) session: Secret,
    /// The cookie that says which browser it is. It authenticates nothing.
    pub(crate) browser: Secret,
    /// What services are told of the login.
    pub(crate) sid: String,
}

impl Fresh {
    /// New ones.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        Ok(Self { session: Secret::new()?, browser: Secret::new()?, sid: random::name()? })
    }
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

/// Everything that the opening needs.
struct Opening<'a> {
    by: &'a Redemption,
    handoff: &'a Handoff,
    web: &'a WebConfig,
    client: &'a ClientConfig,
    opened: &'a MenuEntry,
    proved: &'a Proved<'a>,
    /// Whose login the browser's cookie names, if it is running.
    present: Option<&'a Browser>,
    known: Option<Known>,
    now: Timestamp,
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
    let present = by.session.as_ref().map(|cookie| browsers::by_cookie(tx, &cookie.hash()));
    let present = present.transpose()?.flatten().filter(|it| is_running(it, config, now));
    let other = present.as_ref().filter(|present| present.account != user.id);
    let remembered =
        by.browser.as_ref().map(|browser| known::find(tx, &browser.hash(), user.id, now - MEMORY));
    let known = remembered.transpose()?.flatten();
    let is_silent = known == Some(Known::Last) && by.visitor.assured && other.is_none();

    let (next, open) = match (handoff.state, by.answer) {
        (State::Issued, _) if is_silent => (State::Opened, true),
        // A yes that nobody was asked for is none.
        (State::Issued, _) | (State::Asked, None) => (State::Asked, false),
        (State::Asked, Some(_)) if known.is_none() => (State::AppAsked, false),
        (State::Asked | State::AppConfirmed, Some(_)) => (State::Opened, true),
        (State::AppAsked | State::AppConfirmed, _) => (State::AppAsked, false),
        (State::Opened | State::Declined | State::Replayed, _) => (handoff.state, false),
    };
    if open {
        let opening = Opening {
            by,
            handoff: &handoff,
            web,
            client,
            opened,
            proved: &proved,
            present: present.as_ref(),
            known,
            now,
        };
        return opening.open(tx, config).map(Redeemed::Opened);
    }
    let mut expires_at = handoff.expires_at;
    // An answer of the app that is here already is not asked for again.
    if next != handoff.state && handoff.state != State::AppConfirmed {
        expires_at = now + ANSWER;
        rows::set_state(tx, &handoff.id, next, now, expires_at)?;
    }
    let expires_in = u32::try_from(expires_at - now).unwrap_or(0);
    if next == State::AppAsked {
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

impl Opening<'_> {
    fn open(&self, tx: &Tx, config: &Config) -> Result<Opened, Error> {
        let Self { by, handoff, proved, now, .. } = *self;
        let user = &proved.user;
        let known_hash = self.rename(tx)?;
        // The same login goes on, with the name that services know it by.
        let kept = self.present.filter(|present| {
            present.account == user.id && present.session_hash == handoff.session_hash
        });
        let browser = if let Some(kept) = kept {
            browsers::touch(tx, kept.id, now)?;
            browsers::set_known(tx, kept.id, &known_hash)?;
            kept.id
        } else {
            if let Some(present) = self.present {
                end(tx, present, Why::GaveWay, None, now)?;
                browsers::set_known(tx, present.id, &known_hash)?;
            }
            self.insert(tx, &known_hash)?
        };
        known::note(tx, &known_hash, user.id, now)?;
        rows::set_state(tx, &handoff.id, State::Opened, now, handoff.expires_at)?;
        rows::set_opened(tx, &handoff.id, browser, by.operation.as_bytes())?;
        let opened = Entry {
            certificate: Some(&proved.certificate()?.thumbprint),
            service: Some(self.client.id.as_str()),
            ..entry(user, Act::HandoffOpened, now, by.visitor.address)
        };
        audit::record(tx, &opened)?;
        let waiting = match self.known {
            // Nobody else was here since.
            Some(Known::Last) if self.present.is_none_or(|it| it.account == user.id) => Vec::new(),
            Some(_) | None => others(tx, config, &known_hash, user.id, now)?,
        };
        Ok(Opened {
            next: next(self.web, self.client, self.opened, user),
            set_session: kept.is_none(),
            waiting,
        })
    }

    /// The browser goes by a new name from each login on.
    fn rename(&self, tx: &Tx) -> Result<Vec<u8>, StoreError> {
        let new = self.by.new.browser.hash();
        if let Some(old) = &self.by.browser {
            known::rename(tx, &old.hash(), &new)?;
            browsers::rename(tx, &old.hash(), &new)?;
        }
        Ok(new)
    }

    fn insert(&self, tx: &Tx, known_hash: &[u8]) -> Result<i64, Error> {
        let Self { by, handoff, proved, now, .. } = *self;
        let Some((_, _, session)) = sessions::by_hash(tx, &handoff.session_hash)? else {
            return Err(StoreError::Unreadable("session: it is gone").into());
        };
        let visitor = by.visitor.stored();
        let new = NewBrowser {
            cookie_hash: &by.new.session.hash(),
            known_hash,
            account: proved.user.id,
            session_hash: &handoff.session_hash,
            thumbprint: &proved.certificate()?.thumbprint,
            assurance: SOFTWARE,
            sid: &by.new.sid,
            auth_time: session.opened_at,
            opened_at: now,
            ends_at: session.ends_at,
            address: &visitor.address,
            browser: &visitor.browser,
            version: visitor.version,
        };
        Ok(browsers::insert(tx, &new)?)
    }
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
    let known_hash = by.new.browser.hash();
    let of_cookie = |cookie: &Secret| browsers::by_cookie(tx, &cookie.hash());
    let is_its = |found: Option<Browser>| found.is_some_and(|found| found.id == browser.id);
    let set_session = if is_same {
        is_its(of_cookie(&by.new.session)?)
    } else {
        // What it was given the first time may have arrived or not.
        known::rename(tx, &browser.known_hash, &known_hash)?;
        browsers::rename(tx, &browser.known_hash, &known_hash)?;
        rows::set_opened(tx, &handoff.id, browser.id, by.operation.as_bytes())?;
        let has_it = is_its(by.session.as_ref().map(of_cookie).transpose()?.flatten());
        if !has_it {
            browsers::set_cookie(tx, browser.id, &by.new.session.hash())?;
        }
        !has_it
    };
    let waiting = others(tx, config, &known_hash, user.id, now)?;
    Ok(Redeemed::Opened(Opened { next: next(web, client, opened, &user), set_session, waiting }))
}

/// Notices to services about others who were in this browser.
fn others(
    tx: &Tx,
    config: &Config,
    known_hash: &[u8],
    user: i64,
    now: Timestamp,
) -> Result<Vec<i64>, StoreError> {
    let outstanding = logouts::outstanding(tx, known_hash, user, now - OTHERS)?;
    let is_known = |client: &str| config.clients.iter().any(|known| known.id.as_str() == client);
    Ok(outstanding.iter().filter(|it| is_known(&it.client)).map(|it| it.id).collect())
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

//! A browser is logged in, whichever way it came.

use warifu_protocol::Timestamp;
use warifu_store::{
    StoreError, Tx,
    tables::{
        session as sessions,
        web_browser::{self as browsers, Browser, NewBrowser},
        web_known::{self as known, Known},
        web_logout as logouts,
    },
};

use super::{
    Secret, Visitor,
    browsers::{Why, end},
    claims::SOFTWARE,
    standing::is_running,
};
use crate::{config::Config, domain::proof::Proved, error::Error, random};

/// For how long a browser remembers who was in it, in seconds.
pub(super) const MEMORY: i64 = 180 * 86_400;

/// For how long somebody else's services in a browser are asked after, in seconds.
const OTHERS: i64 = 8 * 3600;

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

/// The cookies that came along with a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cookies {
    /// Of a browser's login.
    pub(crate) session: Option<Secret>,
    /// That says which browser it is.
    pub(crate) browser: Option<Secret>,
}

impl Cookies {
    /// The login that they name, if it is running.
    pub(super) fn present(
        &self,
        tx: &Tx,
        config: &Config,
        now: Timestamp,
    ) -> Result<Option<Browser>, StoreError> {
        let found = self.session.as_ref().map(|cookie| browsers::by_cookie(tx, &cookie.hash()));
        Ok(found.transpose()?.flatten().filter(|found| is_running(found, config, now)))
    }

    /// Whether a user was seen in this browser.
    pub(super) fn known(
        &self,
        tx: &Tx,
        account: i64,
        now: Timestamp,
    ) -> Result<Option<Known>, StoreError> {
        let found = self
            .browser
            .as_ref()
            .map(|browser| known::find(tx, &browser.hash(), account, now - MEMORY));
        Ok(found.transpose()?.flatten())
    }
}

/// Who enters, from where, and what the browser has.
#[derive(Debug)]
pub(super) struct Entering<'a> {
    pub(super) proved: &'a Proved<'a>,
    /// The app's session that lets it in.
    pub(super) session_hash: &'a [u8],
    /// When the password was proved; that of the session if nothing else is said.
    pub(super) auth_time: Option<Timestamp>,
    pub(super) cookies: &'a Cookies,
    pub(super) new: &'a Fresh,
    pub(super) visitor: &'a Visitor,
    pub(super) now: Timestamp,
}

/// A browser's login.
#[derive(Debug)]
pub(super) struct Entered {
    pub(super) browser: i64,
    /// Whether it gets the new cookie of a login; else it keeps its own.
    pub(super) set_session: bool,
    /// Notices about others that services have not taken yet.
    pub(super) waiting: Vec<i64>,
}

impl Entering<'_> {
    /// Logs the browser in; whoever else was gives way.
    pub(super) fn enter(&self, tx: &Tx, config: &Config) -> Result<Entered, Error> {
        let (user, now) = (&self.proved.user, self.now);
        let present = self.cookies.present(tx, config, now)?;
        let known = self.cookies.known(tx, user.id, now)?;
        let known_hash = self.rename(tx)?;
        // The same login goes on, with the name that services know it by.
        let kept = present.as_ref().filter(|present| {
            present.account == user.id && present.session_hash == self.session_hash
        });
        let (browser, set_session) = if let Some(kept) = kept {
            browsers::touch(tx, kept.id, now)?;
            browsers::set_known(tx, kept.id, &known_hash)?;
            (kept.id, false)
        } else {
            if let Some(present) = &present {
                end(tx, present, Why::GaveWay, None, now)?;
                browsers::set_known(tx, present.id, &known_hash)?;
            }
            (self.insert(tx, &known_hash)?, true)
        };
        known::note(tx, &known_hash, user.id, now)?;
        let waiting = match known {
            // Nobody else was here since.
            Some(Known::Last) if present.is_none_or(|it| it.account == user.id) => Vec::new(),
            Some(_) | None => others(tx, config, &known_hash, user.id, now)?,
        };
        Ok(Entered { browser, set_session, waiting })
    }

    /// The browser goes by a new name from each login on.
    fn rename(&self, tx: &Tx) -> Result<Vec<u8>, StoreError> {
        let new = self.new.browser.hash();
        if let Some(old) = &self.cookies.browser {
            known::rename(tx, &old.hash(), &new)?;
            browsers::rename(tx, &old.hash(), &new)?;
        }
        Ok(new)
    }

    fn insert(&self, tx: &Tx, known_hash: &[u8]) -> Result<i64, Error> {
        let Some((_, _, session)) = sessions::by_hash(tx, self.session_hash)? else {
            return Err(StoreError::Unreadable("session: it is gone").into());
        };
        let visitor = self.visitor.stored();
        let new = NewBrowser {
            cookie_hash: &self.new.session.hash(),
            known_hash,
            account: self.proved.user.id,
            session_hash: self.session_hash,
            thumbprint: &self.proved.certificate()?.thumbprint,
            assurance: SOFTWARE,
            sid: &self.new.sid,
            auth_time: self.auth_time.unwrap_or(session.opened_at),
            opened_at: self.now,
            ends_at: session.ends_at,
            address: &visitor.address,
            browser: &visitor.browser,
            version: visitor.version,
        };
        Ok(browsers::insert(tx, &new)?)
    }
}

/// The login that a piece of work opened which ran before: to the same work, or to the same browser, which did
/// not hear of it and gets new cookies.
pub(super) fn enter_again(
    tx: &Tx,
    config: &Config,
    browser: &Browser,
    (cookies, new): (&Cookies, &Fresh),
    is_same_work: bool,
    now: Timestamp,
) -> Result<Entered, Error> {
    let known_hash = new.browser.hash();
    let is_its = |cookie: Option<&Secret>| {
        let found = cookie.map(|cookie| browsers::by_cookie(tx, &cookie.hash())).transpose()?;
        Ok::<_, StoreError>(found.flatten().is_some_and(|found| found.id == browser.id))
    };
    let set_session = if is_same_work {
        is_its(Some(&new.session))?
    } else {
        // What it was given the first time may have arrived or not.
        known::rename(tx, &browser.known_hash, &known_hash)?;
        browsers::rename(tx, &browser.known_hash, &known_hash)?;
        let has_it = is_its(cookies.session.as_ref())?;
        if !has_it {
            browsers::set_cookie(tx, browser.id, &new.session.hash())?;
        }
        !has_it
    };
    let waiting = others(tx, config, &known_hash, browser.account, now)?;
    Ok(Entered { browser: browser.id, set_session, waiting })
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

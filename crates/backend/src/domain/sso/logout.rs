//! Logout at a service (OpenID Connect RP-Initiated Logout 1.0), and the notices to services that a login has
//! ended (Back-Channel Logout 1.0): when each is sent, and when it is given up.
//!
//! A notice waits in the database from the transaction that ended the login until its service has taken it.
//! A service that does not answer keeps its own notices waiting and nobody else's.

use std::net::IpAddr;

use warifu_protocol::{LocalizedText, Timestamp};
use warifu_store::{
    Tx,
    tables::{
        account, web_browser as browsers,
        web_logout::{self as rows, Logout, State},
    },
};

use super::{
    Secret,
    browsers::{Why, end, entry},
    claims::LogoutClaims,
    keys::Hint,
    standing::is_running,
};
use crate::{
    audit::{self, Act, Entry},
    config::{Config, web::ClientId},
    domain::session,
    error::Error,
};

/// Notices that a service is sent at once.
const AT_ONCE: u32 = 2;

/// Seconds for which a notice is kept for whoever sends it: longer than any try takes.
const CLAIM: i64 = 20;

/// Seconds to wait after so many tries.
const PAUSES: [i64; 5] = [5, 30, 120, 600, 1800];

/// Seconds for which a service that does not answer at all is left alone at most: one notice tries it, and
/// the others wait for that.
const REST: i64 = 60;

/// Times that a service says no before it is believed.
const REFUSALS: u32 = 3;

/// Notices whose time is over that are looked at in one go.
const BATCH: u32 = 100;

/// What a logout at a service rests on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asked<'a> {
    /// An ID token of ours, which its service has sent along.
    Hint(&'a Hint),
    /// Nothing: any page can send a browser here.
    Nothing,
    /// The user's yes on our page.
    Confirmed,
}

/// What became of a logout at a service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LoggedOut {
    /// The browser's login has ended.
    Ended,
    /// There was none.
    Nobody,
    /// The user is to be asked.
    Ask,
}

/// Ends the login of a browser, if what asks for it may.
///
/// # Errors
///
/// The database's.
pub(crate) fn by_browser(
    tx: &Tx,
    config: &Config,
    cookie: Option<&Secret>,
    asked: Asked<'_>,
    address: IpAddr,
    now: Timestamp,
) -> Result<LoggedOut, Error> {
    let found = cookie.map(|cookie| browsers::by_cookie(tx, &cookie.hash())).transpose()?.flatten();
    let Some(found) = found else { return Ok(LoggedOut::Nobody) };
    account::lock(tx, found.account)?;
    let browser = browsers::lock(tx, found.id)?.filter(|browser| is_running(browser, config, now));
    let Some(browser) = browser else { return Ok(LoggedOut::Nobody) };
    let told = match asked {
        Asked::Hint(hint) if hint.sid == browser.sid => Some(hint.aud.as_str()),
        Asked::Confirmed => None,
        Asked::Hint(_) | Asked::Nothing => return Ok(LoggedOut::Ask),
    };
    end(tx, &browser, Why::LogoutAtService, told, now)?;
    let user = account::get(tx, browser.account)?;
    let logout = Entry {
        certificate: Some(&browser.thumbprint),
        service: told,
        ..session::entry(&user, Act::Logout, now, address)
    };
    audit::record(tx, &logout)?;
    Ok(LoggedOut::Ended)
}

/// A notice that is to be sent now.
#[derive(Clone, Debug)]
pub(crate) struct Due {
    pub(crate) id: i64,
    pub(crate) client: ClientId,
    /// Where to.
    pub(crate) uri: String,
    /// What it says; each try has a name of its own.
    pub(crate) claims: LogoutClaims,
}

/// The notices whose turn it is; they are kept for whoever asked, for a while. Those that cannot be sent at
/// all, or whose time is over, are given up.
///
/// # Errors
///
/// The database's.
pub(crate) fn due(tx: &Tx, config: &Config, now: Timestamp) -> Result<Vec<Due>, Error> {
    for late in rows::overdue(tx, now, BATCH)? {
        give_up(tx, &late, State::Undelivered, late.answer.as_deref(), now)?;
    }
    let mut due = Vec::new();
    for name in rows::waiting_clients(tx)? {
        let client = config.clients.iter().find(|client| client.id.as_str() == name);
        let Some((client, uri)) =
            client.and_then(|client| Some((client, client.backchannel_logout_uri.as_ref()?)))
        else {
            for logout in rows::due(tx, &name, now, BATCH)? {
                let why = "the service takes no such notices";
                give_up(tx, &logout, State::Undelivered, Some(why), now)?;
            }
            continue;
        };
        let free = AT_ONCE.saturating_sub(rows::claimed(tx, &name, now)?);
        for logout in rows::due(tx, &name, now, free)? {
            rows::claim(tx, logout.id, now + CLAIM)?;
            let Some(browser) = browsers::find(tx, logout.browser)? else { continue };
            let user = account::get(tx, browser.account)?;
            due.push(Due {
                id: logout.id,
                client: client.id.clone(),
                uri: uri.clone(),
                claims: LogoutClaims::new(config, &name, &user.subject, &browser.sid, now),
            });
        }
    }
    Ok(due)
}

/// Whether there may be a notice whose turn it is, or whose time is over.
///
/// # Errors
///
/// The database's.
pub(crate) fn is_anything_due(tx: &Tx, now: Timestamp) -> Result<bool, Error> {
    Ok(rows::is_any_due(tx, now)?)
}

/// What a try met.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Answer {
    /// The service took it.
    Delivered,
    /// It said that it does not (400).
    Refused,
    /// It surely did not take it: nobody was there, or another status.
    Failed(String),
    /// The request went out and no answer came.
    Unknown(String),
}

/// Writes down what a try met, and when the next one is.
///
/// # Errors
///
/// The database's.
pub(crate) fn answered(tx: &Tx, id: i64, answer: &Answer, now: Timestamp) -> Result<(), Error> {
    let Some(logout) = rows::find(tx, id)?.filter(|logout| logout.state == State::Queued) else {
        return Ok(());
    };
    let mut later = Logout { next_at: now + pause(logout.attempts), ..logout };
    match answer {
        Answer::Delivered => {
            rows::finish(tx, id, State::Delivered, None, now)?;
            return Ok(());
        }
        // It knows of no such login, because an earlier try has ended it.
        Answer::Refused if later.uncertain > 0 => {
            let answer = "refused, after a try whose outcome is unknown";
            rows::finish(tx, id, State::Delivered, Some(answer), now)?;
            return Ok(());
        }
        Answer::Refused => {
            later.refusals += 1;
            later.answer = Some(String::from("refused"));
            if later.refusals >= REFUSALS {
                return give_up(tx, &later, State::Refused, later.answer.as_deref(), now);
            }
        }
        Answer::Failed(why) => later.answer = Some(why.clone()),
        Answer::Unknown(why) => {
            later.answer = Some(why.clone());
            later.uncertain += 1;
        }
    }
    if later.next_at > later.until {
        return give_up(tx, &later, State::Undelivered, later.answer.as_deref(), now);
    }
    rows::postpone(tx, &later)?;
    if matches!(answer, Answer::Failed(_) | Answer::Unknown(_)) {
        let rest = now + pause(later.attempts).min(REST);
        rows::postpone_others(tx, &later.client, id, rest)?;
    }
    Ok(())
}

fn pause(attempts: u32) -> i64 {
    let last = PAUSES.len() - 1;
    let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(last).min(last);
    PAUSES[index]
}

fn give_up(
    tx: &Tx,
    logout: &Logout,
    state: State,
    why: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    rows::finish(tx, logout.id, state, why, now)?;
    let Some(browser) = browsers::find(tx, logout.browser)? else { return Ok(()) };
    let user = account::get(tx, browser.account)?;
    let act = Act::ServiceLogoutUndelivered;
    Ok(audit::record(tx, &entry(&user, &browser, act, &logout.client, now))?)
}

/// The services of those notices that were not delivered yet, each once, by their names.
///
/// # Errors
///
/// The database's.
pub(crate) fn undelivered(
    tx: &Tx,
    config: &Config,
    ids: &[i64],
) -> Result<Vec<LocalizedText>, Error> {
    let mut names: Vec<LocalizedText> = Vec::new();
    for id in ids {
        let logout = rows::find(tx, *id)?.filter(|logout| logout.state != State::Delivered);
        let Some(logout) = logout else { continue };
        let client = config.clients.iter().find(|client| client.id.as_str() == logout.client);
        if let Some(client) = client
            && !names.contains(&client.title)
        {
            names.push(client.title.clone());
        }
    }
    Ok(names)
}

/// The notices in a state, the latest first.
///
/// # Errors
///
/// The database's.
pub(crate) fn list(tx: &Tx, state: State, limit: u32) -> Result<Vec<Logout>, Error> {
    Ok(rows::in_state(tx, state, limit)?)
}

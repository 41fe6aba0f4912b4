//! From the app's main menu into a browser: a token that the app hands to the browser in the fragment of an
//! address, good once and for a minute.
//!
//! Whoever has the token first may not be whom it was meant for, so a browser in which this user was not the
//! last to be logged in asks first, and for one that has never seen the user the app asks as well. The
//! first page that uses the token has it alone: another one ends whatever it opened.

mod redeem;

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use warifu_protocol::{
    BrowserView, ErrorCode, HANDOFF_PATH, HandoffAnswer, HandoffState, HandoffView, SecretText,
    Timestamp,
};
use warifu_store::{
    Tx,
    tables::{
        account::User,
        web_browser as browsers,
        web_handoff::{self as rows, Handoff, NewHandoff, State},
    },
};

use super::{
    secret::{Secret, named},
    standing::{held, may_use},
};
use crate::{
    audit::{self, Act, Entry},
    config::{
        Config, MenuEntry,
        web::{ClientConfig, WebConfig},
    },
    domain::{
        Backend,
        authenticate::{self, Caller, Credentials},
        session::entry,
    },
    error::Error,
    random,
};

pub(crate) use self::redeem::{Opened, Question, Redeemed, Redemption, redeem};

/// Seconds in which a browser has to come.
const LIFE: u32 = 60;

/// Handoffs that an app's session may have waiting; the oldest gives way.
const MOST: i64 = 8;

/// The way into a browser for one entry of the main menu.
///
/// # Errors
///
/// `service-unknown` if there is no such entry, it belongs to no service, or the user may not use it; those
/// of [`Credentials::caller`].
pub(crate) async fn issue(
    backend: &Arc<Backend>,
    who: Credentials,
    wanted: String,
) -> Result<HandoffAnswer, Error> {
    let token = Secret::new()?;
    let id = URL_SAFE_NO_PAD.encode(random::bytes::<16>()?);
    let address = who.peer.address;
    authenticate::write(backend, who, move |backend, caller, now| {
        let by = &caller.proved;
        let (tx, session_hash) = (by.tx(), caller.session.token_hash());
        let (web, client, opened) = entry_for(tx, &backend.config, &by.user, &wanted)?
            .ok_or_else(|| Error::refused(ErrorCode::ServiceUnknown))?;
        rows::delete_all_but_latest(tx, session_hash, MOST - 1)?;
        let new = NewHandoff {
            id: &id,
            token_hash: &token.hash(),
            session_hash,
            account: by.user.id,
            entry: &opened.id,
            address: &address.to_string(),
            now,
            expires_at: now + i64::from(LIFE),
        };
        rows::insert(tx, &new)?;
        let issued = Entry {
            certificate: Some(&by.certificate()?.thumbprint),
            service: Some(client.id.as_str()),
            ..entry(&by.user, Act::HandoffIssued, now, address)
        };
        audit::record(tx, &issued)?;
        let url = format!("{}{HANDOFF_PATH}{}", web.url, token.expose());
        Ok(HandoffAnswer { id: id.clone(), url: SecretText::from(url), expires_in: LIFE })
    })
    .await
}

/// What has become of a handoff of this session.
///
/// # Errors
///
/// `handoff-unknown`; those of [`Credentials::caller`].
pub(crate) async fn view(
    backend: &Arc<Backend>,
    who: Credentials,
    id: String,
) -> Result<HandoffView, Error> {
    authenticate::read(backend, who, move |_, caller, now| {
        let handoff = own(caller, &id)?;
        let state = state(caller.proved.tx(), &handoff, now)?;
        let expires_in = match state {
            HandoffState::Waiting | HandoffState::Asking | HandoffState::Confirm => {
                u32::try_from(handoff.expires_at - now).unwrap_or(0)
            }
            HandoffState::Opened
            | HandoffState::Declined
            | HandoffState::Replayed
            | HandoffState::Expired
            | HandoffState::Ended => 0,
        };
        let browser = handoff.visitor.map(|visitor| BrowserView {
            name: named(&visitor.browser),
            version: visitor.version,
            same_address: visitor.address == handoff.address,
            address: visitor.address,
        });
        Ok(HandoffView { state, browser, expires_in })
    })
    .await
}

/// The user's answer in the app: whether that is the browser which they opened. A no is heard as long as
/// nothing is open.
///
/// # Errors
///
/// `handoff-unknown`; `request-expired` if nothing is asked any more; those of [`Credentials::caller`].
pub(crate) async fn confirm(
    backend: &Arc<Backend>,
    who: Credentials,
    id: String,
    confirmed: bool,
) -> Result<(), Error> {
    let address = who.peer.address;
    authenticate::write(backend, who, move |_, caller, now| {
        let (tx, handoff) = (caller.proved.tx(), own(caller, &id)?);
        let is_late = now > handoff.expires_at;
        match (handoff.state, confirmed) {
            // Said before, and lost on the way.
            (State::AppConfirmed, true) | (State::Declined, false) => Ok(()),
            (State::AppAsked, true) if !is_late => {
                rows::set_state(tx, &id, State::AppConfirmed, now, handoff.expires_at)?;
                Ok(())
            }
            (State::Issued | State::Asked | State::AppAsked | State::AppConfirmed, false)
                if !is_late =>
            {
                rows::set_state(tx, &id, State::Declined, now, handoff.expires_at)?;
                let by = &caller.proved;
                let declined = Entry {
                    certificate: Some(&by.certificate()?.thumbprint),
                    ..entry(&by.user, Act::HandoffDeclined, now, address)
                };
                Ok(audit::record(tx, &declined)?)
            }
            (
                State::Issued
                | State::Asked
                | State::AppAsked
                | State::AppConfirmed
                | State::Opened
                | State::Declined
                | State::Replayed,
                _,
            ) => Err(Error::refused(ErrorCode::RequestExpired)),
        }
    })
    .await
}

/// The handoff of that name, if it came from the caller's session.
fn own(caller: &Caller<'_>, id: &str) -> Result<Handoff, Error> {
    rows::of_session(caller.proved.tx(), caller.session.token_hash(), id)?
        .ok_or_else(|| Error::refused(ErrorCode::HandoffUnknown))
}

/// How far a handoff is, as the app is told.
fn state(tx: &Tx, handoff: &Handoff, now: Timestamp) -> Result<HandoffState, Error> {
    let waits = |state| if now > handoff.expires_at { HandoffState::Expired } else { state };
    Ok(match handoff.state {
        // Also when the app has said yes: its page goes on in a moment.
        State::Issued | State::AppConfirmed => waits(HandoffState::Waiting),
        State::Asked => waits(HandoffState::Asking),
        State::AppAsked => waits(HandoffState::Confirm),
        State::Declined => HandoffState::Declined,
        State::Replayed => HandoffState::Replayed,
        State::Opened => {
            let browser = handoff.browser.map(|id| browsers::find(tx, id)).transpose()?.flatten();
            let is_open = browser.is_some_and(|browser| browser.ended_at.is_none());
            if is_open { HandoffState::Opened } else { HandoffState::Ended }
        }
    })
}

/// The entry of that name, with its service, if this user may open it now.
fn entry_for<'c>(
    tx: &Tx,
    config: &'c Config,
    user: &User,
    wanted: &str,
) -> Result<Option<(&'c WebConfig, &'c ClientConfig, &'c MenuEntry)>, Error> {
    let Some(web) = &config.web else { return Ok(None) };
    let found = config.entries.iter().find(|entry| entry.id == wanted);
    let Some((entry, client)) =
        found.and_then(|entry| Some((entry, config.client(entry.client.as_ref()?)?)))
    else {
        return Ok(None);
    };
    let held = held(tx, config, user)?;
    let may_see = entry.permission.as_ref().is_none_or(|wanted| held.contains(wanted));
    Ok((may_see && may_use(client, &held)).then_some((web, client, entry)))
}

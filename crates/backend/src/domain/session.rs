//! Sessions: what a login opens, what it shows, and everything that ends it (SPEC B5; RFC 8705 §3).

use std::net::IpAddr;

use warifu_protocol::{
    CertificateSummary, SecretText, SessionAnswer, SessionView, Thumbprint, Timestamp, UserSummary,
};
use warifu_store::{
    StoreError, Tx,
    tables::{
        account::{self, User},
        certificate::{Certificate, State},
        grant, session as rows, transfer, web_browser,
    },
};

use super::{
    grants, own,
    proof::Proved,
    renewal, rights,
    sso::browsers::{self, Why},
};
use crate::{
    audit::{self, Act, Actor, Entry},
    config::{Config, MenuEntry},
    error::Error,
};

const DAY: i64 = 86_400;

/// How often the use of a session is written down, in seconds.
const TOUCH: i64 = 30;

/// How far ahead of the clock something may have begun, in seconds. What begins later was written while
/// the clock was wrong, and would live until that time comes.
pub(super) const AHEAD: i64 = 5 * 60;

/// Sessions that a user may have open at once; the one that was used longest ago gives way.
const MOST: i64 = 16;

/// An open session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    token_hash: Vec<u8>,
    last_used_at: Timestamp,
    ends_at: Timestamp,
    previous_login_at: Option<Timestamp>,
}

impl Session {
    /// The hash of the session's token, if its use at `now` is to be written down.
    pub(super) fn use_to_write(&self, now: Timestamp) -> Option<Vec<u8>> {
        (now - self.last_used_at >= TOUCH).then(|| self.token_hash.clone())
    }

    /// SHA-256 of the session's token.
    pub(crate) fn token_hash(&self) -> &[u8] {
        &self.token_hash
    }
}

/// Which sessions of a user end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ended<'a> {
    /// All.
    All,
    /// All but that of this token's hash, because the password is another one.
    AllBut(&'a [u8]),
    /// All that a certificate opened and that did not go on with the one that follows.
    OfCertificate(&'a Thumbprint),
    /// That of a token's hash: its user has logged out.
    One(&'a [u8]),
}

/// The session of a token, bound to the connection's certificate and its user.
pub(super) fn find(
    by: &Proved<'_>,
    token: &SecretText,
    config: &Config,
    now: Timestamp,
) -> Result<Option<Session>, Error> {
    let token_hash = grants::token_hash(token);
    let row = rows::find(by.tx(), &token_hash, &by.certificate()?.thumbprint, by.user.id)?;
    Ok(row.filter(|row| is_open(row, config, now)).map(|row| Session {
        token_hash,
        last_used_at: row.last_used_at,
        ends_at: row.ends_at,
        previous_login_at: row.previous_login_at,
    }))
}

/// Whether a session is neither idle nor over.
pub(super) fn is_open(row: &rows::Session, config: &Config, now: Timestamp) -> bool {
    let begun = row.opened_at.max(row.last_used_at) <= now + AHEAD;
    let idle = i64::from(config.session_idle_seconds);
    begun && now <= row.last_used_at + idle && now <= row.ends_at
}

/// Writes down that a session is used, and with it the browsers' logins that came from it.
pub(super) fn touch(
    tx: &Tx,
    token_hash: &[u8],
    config: &Config,
    now: Timestamp,
) -> Result<(), StoreError> {
    rows::set_last_used(tx, token_hash, now)?;
    if let Some(web) = &config.web {
        // One that has run out is not woken.
        let since = now - i64::from(web.idle_seconds);
        web_browser::touch_of_session(tx, token_hash, now, since)?;
    }
    Ok(())
}

/// Opens a session for a user who has proved a password and a certificate.
pub(super) fn open(
    by: &Proved<'_>,
    config: &Config,
    token: &SecretText,
    now: Timestamp,
    address: IpAddr,
) -> Result<SessionAnswer, Error> {
    let tx = by.tx();
    // The first login with a certificate that waited is the start of its use (FAQ 2-4, 4-1).
    renewal::activate(by, now, address)?;
    let user = &by.user;
    let certificate = &Certificate { state: State::Active, ..by.certificate()?.clone() };
    let ends_at = now + i64::from(config.session_seconds);
    rows::delete_ended(tx, now)?;
    if rows::delete_all_but_latest(tx, user.id, MOST - 1)? > 0 {
        browsers::end_orphans(tx, user.id, now)?;
    }
    let token_hash = grants::token_hash(token);
    let row = rows::Session {
        opened_at: now,
        last_used_at: now,
        ends_at,
        previous_login_at: user.last_login_at,
    };
    rows::insert(tx, &token_hash, user.id, &certificate.thumbprint, &row)?;
    account::set_last_login(tx, user.id, now)?;
    let login = Entry {
        certificate: Some(&certificate.thumbprint),
        ..entry(user, Act::Login, now, address)
    };
    audit::record(tx, &login)?;
    let session =
        Session { token_hash, last_used_at: now, ends_at, previous_login_at: user.last_login_at };
    let session = view(tx, config, user, certificate, &session, now)?;
    Ok(SessionAnswer { token: token.clone(), session })
}

/// Ends sessions of a user, and the browsers' logins that must not outlive them; how many sessions.
///
/// This is the one place where logins end: whatever takes access away comes through here.
pub(crate) fn end(
    tx: &Tx,
    user: i64,
    which: Ended<'_>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    // Before what hangs on the sessions is looked for: nothing new comes to be until this is done.
    account::lock(tx, user)?;
    Ok(match which {
        Ended::All => {
            let ended = rows::delete_of_account(tx, user)?;
            browsers::end_of_account(tx, user, Why::Withdrawn, now)?;
            ended
        }
        // What the services know of was proved with the earlier password.
        Ended::AllBut(token_hash) => {
            let ended = rows::delete_of_account_but(tx, user, token_hash)?;
            browsers::end_of_account(tx, user, Why::Withdrawn, now)?;
            ended
        }
        Ended::OfCertificate(thumbprint) => {
            let ended = rows::delete_of_certificate(tx, thumbprint)?;
            browsers::end_orphans(tx, user, now)?;
            ended
        }
        // Also those of sessions that were left open: the user has one PC, and leaves it.
        Ended::One(token_hash) => {
            let ended = rows::delete(tx, token_hash)?;
            browsers::end_of_account(tx, user, Why::Logout, now)?;
            ended
        }
    })
}

/// Ends whatever a user has open: sessions, grants, the code for a new PC.
pub(crate) fn end_all_access(tx: &Tx, user: i64, now: Timestamp) -> Result<(), StoreError> {
    end(tx, user, Ended::All, now)?;
    grant::delete_of_account(tx, user)?;
    transfer::delete_of_account(tx, user)
}

/// A session as the app gets it.
pub(crate) fn view(
    tx: &Tx,
    config: &Config,
    user: &User,
    certificate: &Certificate,
    session: &Session,
    now: Timestamp,
) -> Result<SessionView, Error> {
    let permissions = rights::held(tx, config, user)?;
    let entries = config
        .entries
        .iter()
        .filter(|entry| entry.permission.as_ref().is_none_or(|p| permissions.contains(p)))
        .map(MenuEntry::told)
        .collect();
    let renewable_from = renewable_from(config, certificate);
    let password_expires_at = user.password_set_at + i64::from(config.password.valid_days) * DAY;
    let password_notice_from = password_expires_at - i64::from(config.password.notice_days) * DAY;
    Ok(SessionView {
        user: summary(user),
        certificate: certificate_summary(certificate),
        renewable_from,
        renewable: now >= renewable_from && certificate.state == State::Active,
        password_expires_at,
        password_notice_from,
        password_notice: now >= password_notice_from,
        previous_login_at: session.previous_login_at,
        last_failed_login_at: own::last_failed_login(tx, user)?,
        email: user.email.as_ref().and_then(|email| email.parse().ok()),
        primary: user.is_primary,
        entries,
        permissions,
        idle_seconds: config.session_idle_seconds,
        ends_at: session.ends_at,
    })
}

/// Whom a certificate names.
pub(super) fn summary(user: &User) -> UserSummary {
    UserSummary {
        customer_number: user.customer.customer_number.clone(),
        customer_name: user.customer.customer_name.clone(),
        user_id: user.user_id.clone(),
        name: user.name.as_ref().and_then(|name| name.parse().ok()),
        department: user.department.as_ref().and_then(|name| name.parse().ok()),
    }
}

/// When a certificate can first be renewed (FAQ 2-3).
pub(super) fn renewable_from(config: &Config, certificate: &Certificate) -> Timestamp {
    certificate.not_after - i64::from(config.renewal_days) * DAY
}

pub(super) fn certificate_summary(certificate: &Certificate) -> CertificateSummary {
    CertificateSummary {
        thumbprint: certificate.thumbprint.clone(),
        not_before: certificate.not_before,
        not_after: certificate.not_after,
    }
}

/// An entry about what a user does to the own account.
pub(super) fn entry(user: &User, act: Act, now: Timestamp, address: IpAddr) -> Entry<'_> {
    Entry {
        customer: Some(user.customer.customer_number.as_str()),
        subject: Some(user.user_id.as_str()),
        address: Some(address.to_string()),
        ..Entry::new(act, Actor::User(&user.user_id), now)
    }
}

//! Sessions: what a login opens, what it shows, and everything that ends it (SPEC B5; RFC 8705 §3).

use std::net::IpAddr;

use rusqlite::{Connection, OptionalExtension as _, params};
use warifu_protocol::{
    CertificateSummary, SecretText, SessionAnswer, SessionView, Thumbprint, Timestamp, UserSummary,
};

use super::{grants, proof::Proved, renewal};
use crate::{
    audit::{self, Act, Actor, Entry},
    certificates::{Certificate, State},
    config::Config,
    directory::{self, User},
    error::Error,
    store::StoreError,
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

/// Which sessions end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ended<'a> {
    /// All of a user.
    OfUser(i64),
    /// All of a user but that of this token's hash.
    OfUserBut(i64, &'a [u8]),
    /// All that a certificate opened.
    OfCertificate(&'a Thumbprint),
    /// That of a token's hash.
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
    let row: Option<(Timestamp, Timestamp, Timestamp, Option<Timestamp>)> = by
        .transaction()
        .prepare_cached(
            "SELECT opened_at, last_used_at, ends_at, previous_login_at FROM session
             WHERE token_hash = ?1 AND thumbprint = ?2 AND user = ?3",
        )?
        .query_row(params![token_hash, by.certificate()?.thumbprint.as_str(), by.user.id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let idle = i64::from(config.session_idle_seconds);
    Ok(row
        .filter(|(opened, last, ends, _)| {
            let begun = opened.max(last) <= &(now + AHEAD);
            begun && now <= last + idle && now <= *ends
        })
        .map(|(_, last_used_at, ends_at, previous_login_at)| Session {
            token_hash,
            last_used_at,
            ends_at,
            previous_login_at,
        }))
}

/// Writes down that a session is used.
pub(super) fn touch(
    transaction: &Connection,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached("UPDATE session SET last_used_at = ?2 WHERE token_hash = ?1")?
        .execute(params![token_hash, now])?;
    Ok(())
}

/// Opens a session for a user who has proved a password and a certificate.
pub(super) fn open(
    by: &Proved<'_>,
    config: &Config,
    token: SecretText,
    now: Timestamp,
    address: IpAddr,
) -> Result<SessionAnswer, Error> {
    let transaction = by.transaction();
    // The first login with a certificate that waited is the start of its use (FAQ 2-4, 4-1).
    renewal::activate(by, now, address)?;
    let user = &by.user;
    let certificate = &Certificate { state: State::Active, ..by.certificate()?.clone() };
    let ends_at = now + i64::from(config.session_seconds);
    transaction.execute("DELETE FROM session WHERE ends_at < ?1", [now])?;
    transaction.execute(
        "DELETE FROM session WHERE token_hash IN
             (SELECT token_hash FROM session WHERE user = ?1
              ORDER BY last_used_at DESC, token_hash LIMIT -1 OFFSET ?2)",
        params![user.id, MOST - 1],
    )?;
    transaction.execute(
        "INSERT INTO session (token_hash, user, thumbprint, opened_at, last_used_at, ends_at,
                              previous_login_at)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
        params![
            grants::token_hash(&token),
            user.id,
            certificate.thumbprint.as_str(),
            now,
            ends_at,
            user.last_login_at
        ],
    )?;
    transaction
        .execute("UPDATE user SET last_login_at = ?2 WHERE id = ?1", params![user.id, now])?;
    let login = Entry {
        certificate: Some(&certificate.thumbprint),
        ..entry(user, Act::Login, now, address)
    };
    audit::record(transaction, &login)?;
    let session = Session {
        token_hash: grants::token_hash(&token),
        last_used_at: now,
        ends_at,
        previous_login_at: user.last_login_at,
    };
    let session = view(transaction, config, user, certificate, &session, now)?;
    Ok(SessionAnswer { token, session })
}

/// Ends sessions; how many.
pub(crate) fn end(transaction: &Connection, which: Ended<'_>) -> Result<usize, StoreError> {
    let ended = match which {
        Ended::OfUser(user) => {
            transaction.execute("DELETE FROM session WHERE user = ?1", [user])?
        }
        Ended::OfUserBut(user, token_hash) => transaction.execute(
            "DELETE FROM session WHERE user = ?1 AND token_hash != ?2",
            params![user, token_hash],
        )?,
        Ended::OfCertificate(thumbprint) => transaction
            .execute("DELETE FROM session WHERE thumbprint = ?1", [thumbprint.as_str()])?,
        Ended::One(token_hash) => {
            transaction.execute("DELETE FROM session WHERE token_hash = ?1", [token_hash])?
        }
    };
    Ok(ended)
}

/// Ends whatever a user has open: sessions, grants, the code for a new PC.
pub(crate) fn end_all_access(transaction: &Connection, user: i64) -> Result<(), StoreError> {
    end(transaction, Ended::OfUser(user))?;
    grants::end_of_user(transaction, user)?;
    super::transfer::end_of_user(transaction, user)
}

/// A session as the app gets it.
pub(crate) fn view(
    transaction: &Connection,
    config: &Config,
    user: &User,
    certificate: &Certificate,
    session: &Session,
    now: Timestamp,
) -> Result<SessionView, Error> {
    let permissions = directory::held(transaction, config, user)?;
    let entries = config
        .entries
        .iter()
        .filter(|entry| entry.permission.as_ref().is_none_or(|p| permissions.contains(p)))
        .cloned()
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

//! The issued certificates and their state; the authority on every request.

use rusqlite::{Connection, OptionalExtension as _, params};
use warifu_protocol::{Details, ErrorCode, Thumbprint, Timestamp};

use crate::{
    authority::Issued,
    domain::{proof::Proved, session::end_all_access},
    error::Error,
    store::StoreError,
};

/// An issued certificate.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub(crate) user: i64,
    pub(crate) thumbprint: Thumbprint,
    pub(crate) public_key: String,
    pub(crate) der: Vec<u8>,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    pub(crate) state: State,
    pub(crate) state_at: Timestamp,
}

/// Where a certificate stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum State {
    Active,
    Pending,
    Superseded,
    Revoked,
}

impl State {
    /// The state as it stands in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
        }
    }
}

impl Certificate {
    /// Whether it can be used at `now`.
    ///
    /// # Errors
    ///
    /// The code that says why not.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), Error> {
        let refuse =
            |code, at| Err(Error::with(code, Details { at: Some(at), ..Details::default() }));
        match self.state {
            State::Revoked => refuse(ErrorCode::CertificateRevoked, self.state_at),
            State::Superseded => refuse(ErrorCode::CertificateSuperseded, self.state_at),
            State::Active | State::Pending if now < self.not_before => {
                refuse(ErrorCode::CertificateNotYetValid, self.not_before)
            }
            State::Active | State::Pending if now > self.not_after => {
                refuse(ErrorCode::CertificateExpired, self.not_after)
            }
            State::Active | State::Pending => Ok(()),
        }
    }

    /// Whether it still stands in the way of another one.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        matches!(self.state, State::Active | State::Pending) && now <= self.not_after
    }
}

const SELECT: &str = "
    SELECT user, thumbprint, public_key, der, not_before, not_after, state, state_at
    FROM certificate ";

pub(crate) fn by_thumbprint(
    connection: &Connection,
    thumbprint: &Thumbprint,
) -> Result<Option<Certificate>, StoreError> {
    one(connection, "WHERE thumbprint = ?1", thumbprint)
}

pub(crate) fn by_public_key(
    connection: &Connection,
    public_key: &Thumbprint,
) -> Result<Option<Certificate>, StoreError> {
    one(connection, "WHERE public_key = ?1", public_key)
}

/// A user's certificates, newest first.
pub(crate) fn of_user(connection: &Connection, user: i64) -> Result<Vec<Certificate>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{SELECT} WHERE user = ?1 ORDER BY id DESC"))?;
    let rows = statement.query_map([user], read)?;
    rows.map(|row| row?).collect()
}

/// Stores what was issued to a proved user.
pub(crate) fn add(
    by: &Proved<'_>,
    public_key: &Thumbprint,
    issued: Issued,
    state: State,
    now: Timestamp,
) -> Result<Certificate, StoreError> {
    by.transaction()
        .prepare_cached(
            "INSERT INTO certificate (user, serial, thumbprint, public_key, der, not_before,
                                      not_after, state, state_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            by.user.id,
            issued.serial,
            issued.thumbprint.as_str(),
            public_key.as_str(),
            issued.der,
            issued.not_before,
            issued.not_after,
            state.as_str(),
            now
        ])?;
    Ok(Certificate {
        user: by.user.id,
        thumbprint: issued.thumbprint,
        public_key: public_key.as_str().to_owned(),
        der: issued.der,
        not_before: issued.not_before,
        not_after: issued.not_after,
        state,
        state_at: now,
    })
}

/// Revokes what is active or pending, and ends the user's sessions and grants. The thumbprints of
/// what was revoked.
pub(crate) fn revoke_of_user(
    connection: &Connection,
    user: i64,
    now: Timestamp,
) -> Result<Vec<Thumbprint>, StoreError> {
    let live: Vec<_> = of_user(connection, user)?
        .into_iter()
        .filter(|certificate| matches!(certificate.state, State::Active | State::Pending))
        .map(|certificate| certificate.thumbprint)
        .collect();
    connection.execute(
        "UPDATE certificate SET state = 'revoked', state_at = ?2
         WHERE user = ?1 AND state IN ('active', 'pending')",
        params![user, now],
    )?;
    end_all_access(connection, user)?;
    Ok(live)
}

/// Makes room for a certificate that waits for its first use: an earlier one that still waits gives
/// way, whose key may be lost.
pub(crate) fn supersede_pending(
    connection: &Connection,
    user: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    supersede(connection, user, State::Pending, now).map(drop)
}

/// Makes a waiting certificate the one that is used, and supersedes the one that was (FAQ 2-4).
///
/// The thumbprints of what gave way; none if the certificate was active already.
pub(crate) fn activate(
    connection: &Connection,
    certificate: &Certificate,
    now: Timestamp,
) -> Result<Option<Vec<Thumbprint>>, StoreError> {
    let waits = connection
        .prepare_cached("SELECT 1 FROM certificate WHERE thumbprint = ?1 AND state = 'pending'")?
        .exists([certificate.thumbprint.as_str()])?;
    if !waits {
        return Ok(None);
    }
    let given_way = supersede(connection, certificate.user, State::Active, now)?;
    connection
        .prepare_cached(
            "UPDATE certificate SET state = 'active', state_at = ?2 WHERE thumbprint = ?1",
        )?
        .execute(params![certificate.thumbprint.as_str(), now])?;
    Ok(Some(given_way))
}

fn supersede(
    connection: &Connection,
    user: i64,
    state: State,
    now: Timestamp,
) -> Result<Vec<Thumbprint>, StoreError> {
    let mut statement = connection.prepare_cached(
        "UPDATE certificate SET state = 'superseded', state_at = ?3
         WHERE user = ?1 AND state = ?2 RETURNING thumbprint",
    )?;
    let rows = statement
        .query_map(params![user, state.as_str(), now], |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter()
        .map(|text| text.parse().map_err(|_| StoreError::Unreadable("thumbprint")))
        .collect()
}

/// Why a certificate was revoked (RFC 5280 §5.3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reason {
    Unspecified,
    KeyCompromise,
    AffiliationChanged,
    Superseded,
    CessationOfOperation,
}

impl Reason {
    const ALL: [Self; 5] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "key-compromise",
            Self::AffiliationChanged => "affiliation-changed",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessation-of-operation",
        }
    }

    fn parse(text: Option<&str>) -> Self {
        let same = |reason: &Self| Some(reason.as_str()) == text;
        Self::ALL.into_iter().find(same).unwrap_or(Self::Unspecified)
    }
}

/// Remembers why a certificate was revoked.
pub(crate) fn keep_reason(
    connection: &Connection,
    thumbprint: &Thumbprint,
    reason: Reason,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE certificate SET reason = ?2 WHERE thumbprint = ?1",
        params![thumbprint.as_str(), reason.as_str()],
    )?;
    Ok(())
}

/// A revoked certificate, as the revocation list names it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Revoked {
    pub(crate) serial: Vec<u8>,
    pub(crate) at: Timestamp,
    pub(crate) reason: Reason,
}

/// The revoked certificates that have not expired.
pub(crate) fn revoked(connection: &Connection, now: Timestamp) -> Result<Vec<Revoked>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT serial, state_at, reason FROM certificate
         WHERE state = 'revoked' AND not_after >= ?1 ORDER BY id",
    )?;
    let rows = statement.query_map([now], |row| {
        let reason: Option<String> = row.get(2)?;
        let reason = Reason::parse(reason.as_deref());
        Ok(Revoked { serial: row.get(0)?, at: row.get(1)?, reason })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn one(
    connection: &Connection,
    which: &str,
    value: &Thumbprint,
) -> Result<Option<Certificate>, StoreError> {
    connection
        .prepare_cached(&format!("{SELECT} {which}"))?
        .query_row([value.as_str()], read)
        .optional()?
        .transpose()
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Result<Certificate, StoreError>> {
    let thumbprint: String = row.get(1)?;
    let state: String = row.get(6)?;
    let state = match state.as_str() {
        "active" => State::Active,
        "pending" => State::Pending,
        "superseded" => State::Superseded,
        "revoked" => State::Revoked,
        _ => return Ok(Err(StoreError::Unreadable("certificate state"))),
    };
    let Ok(thumbprint) = thumbprint.parse() else {
        return Ok(Err(StoreError::Unreadable("thumbprint")));
    };
    Ok(Ok(Certificate {
        user: row.get(0)?,
        thumbprint,
        public_key: row.get(2)?,
        der: row.get(3)?,
        not_before: row.get(4)?,
        not_after: row.get(5)?,
        state,
        state_at: row.get(7)?,
    }))
}

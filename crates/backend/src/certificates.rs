//! The issued certificates and their state; the authority on every request.

use rusqlite::{Connection, OptionalExtension as _, params};
use warifu_protocol::{Details, ErrorCode, Thumbprint, Timestamp};

use crate::{
    authority::{self, Issued},
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
    list_changed(connection)?;
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
    if !rows.is_empty() {
        list_changed(connection)?;
    }
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
    list_changed(connection)
}

/// Says that the last revocation list does not name everything any more.
fn list_changed(connection: &Connection) -> Result<(), StoreError> {
    connection.prepare_cached("UPDATE crl SET changes = changes + 1")?.execute([])?;
    Ok(())
}

/// How often what the revocation list names has changed; the list of an equal number is the same.
pub(crate) fn list_changes(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.prepare_cached("SELECT changes FROM crl")?.query_row([], |row| row.get(0))?)
}

/// A revoked certificate, as the revocation list names it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Revoked {
    pub(crate) serial: Vec<u8>,
    pub(crate) at: Timestamp,
    pub(crate) reason: Reason,
}

/// What the revocation list names: the certificates that were revoked, and those that gave way to
/// another one, which nobody may use any more either. One that expired stays for the life of a list
/// longer, so that it was on one after its expiry (RFC 5280 §3.3).
pub(crate) fn revoked(connection: &Connection, now: Timestamp) -> Result<Vec<Revoked>, StoreError> {
    let mut statement = connection.prepare_cached(REVOKED)?;
    let rows = statement.query_map([now - authority::CRL_DAYS * 86_400], |row| {
        let reason: Option<String> = row.get(2)?;
        let reason = Reason::parse(reason.as_deref());
        Ok(Revoked { serial: row.get(0)?, at: row.get(1)?, reason })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// In the order of the index that it reads.
const REVOKED: &str = "
    SELECT serial, state_at, CASE state WHEN 'superseded' THEN 'superseded' ELSE reason END
    FROM certificate
    WHERE state IN ('revoked', 'superseded') AND not_after >= ?1 ORDER BY not_after, id";

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory;

    const NOW: Timestamp = 1_795_000_000;
    const DAY: Timestamp = 86_400;

    /// A user with a certificate of each number; the number is its serial, too.
    fn issued(connection: &Connection, numbers: &[u8]) {
        connection
            .execute_batch(
                "INSERT INTO customer (id, number, name, created_at) VALUES (1, '10000001', '-', 1);
                 INSERT INTO user (id, customer, user_id, is_primary, may_issue, password_hash,
                                   password_initial, password_set_at, password_generation, created_at)
                 VALUES (1, 1, 'kanri01', 1, 1, '-', 1, 1, 1, 1)",
            )
            .unwrap();
        for number in numbers {
            supersede(connection, 1, State::Active, NOW + i64::from(*number)).unwrap();
            let key = Thumbprint::from([*number; 32]);
            connection
                .execute(
                    "INSERT INTO certificate (user, serial, thumbprint, public_key, der, not_before,
                                              not_after, state, state_at)
                     VALUES (1, ?1, ?2, ?2, ?1, ?3, ?4, 'active', ?3)",
                    params![[*number; 16], key.as_str(), NOW, NOW + i64::from(*number) * DAY],
                )
                .unwrap();
        }
    }

    fn listed(connection: &Connection, now: Timestamp) -> Vec<(u8, Timestamp, Reason)> {
        let revoked = revoked(connection, now).unwrap();
        revoked.iter().map(|one| (one.serial[0], one.at, one.reason)).collect()
    }

    #[test]
    fn the_list_names_what_was_revoked_and_what_gave_way_with_its_reason() {
        let connection = memory();
        issued(&connection, &[10, 20, 30]);
        let before = list_changes(&connection).unwrap();
        let superseded = [(10, NOW + 20, Reason::Superseded), (20, NOW + 30, Reason::Superseded)];
        assert_eq!(listed(&connection, NOW), superseded);
        let gone = revoke_of_user(&connection, 1, NOW + 40).unwrap();
        assert_eq!(gone, [Thumbprint::from([30; 32])]);
        assert_eq!(listed(&connection, NOW)[2], (30, NOW + 40, Reason::Unspecified));
        keep_reason(&connection, &gone[0], Reason::KeyCompromise).unwrap();
        assert_eq!(listed(&connection, NOW)[2], (30, NOW + 40, Reason::KeyCompromise));
        assert_eq!(list_changes(&connection).unwrap(), before + 2);
    }

    #[test]
    fn what_has_expired_leaves_the_list_after_the_next_one() {
        let connection = memory();
        issued(&connection, &[10, 20, 30]);
        for (days, numbers) in [(10, &[10, 20][..]), (17, &[10, 20]), (18, &[20]), (28, &[])] {
            let found: Vec<_> =
                listed(&connection, NOW + days * DAY).iter().map(|one| one.0).collect();
            assert_eq!(found, numbers, "{days}");
        }
    }

    #[test]
    fn the_list_is_read_from_an_index_alone() {
        let connection = memory();
        let plan: Vec<String> = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {REVOKED}"))
            .unwrap()
            .query_map([NOW], |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(plan.len(), 1, "{plan:?}");
        assert!(plan[0].contains("USING INDEX certificates_ended (not_after>?)"), "{plan:?}");
    }
}

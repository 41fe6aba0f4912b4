//! `certificate`: what was issued and where it stands; the authority on every request.

use warifu_protocol::{Thumbprint, Timestamp};

use super::crl;
use crate::{
    StoreError, Tx,
    value::{Row, params},
};

/// An issued certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Whose it is.
    pub account: i64,
    /// SHA-256 of the certificate.
    pub thumbprint: Thumbprint,
    /// SHA-256 of its `SubjectPublicKeyInfo`: one key, one certificate.
    pub public_key: Thumbprint,
    /// The certificate.
    pub der: Vec<u8>,
    /// From when it is good.
    pub not_before: Timestamp,
    /// Until when it is good.
    pub not_after: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Since when it stands there.
    pub state_at: Timestamp,
}

impl Certificate {
    /// Whether it still stands in the way of another one.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        matches!(self.state, State::Active | State::Pending) && now <= self.not_after
    }
}

/// Where a certificate stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    /// It is used.
    Active,
    /// It waits for its first use.
    Pending,
    /// Another one took its place.
    Superseded,
    /// It was withdrawn.
    Revoked,
}

impl State {
    const ALL: [Self; 4] = [Self::Active, Self::Pending, Self::Superseded, Self::Revoked];

    /// The state as it stands in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
        }
    }
}

impl std::str::FromStr for State {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let same = |state: &Self| state.as_str() == text;
        Self::ALL.into_iter().find(same).ok_or(StoreError::Unreadable("certificate state"))
    }
}

/// A statement that begins with the columns of a certificate.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT account, thumbprint, public_key, der, not_before, not_after, state, state_at
             FROM certificate ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Certificate, StoreError> {
    Ok(Certificate {
        account: row.get(0)?,
        thumbprint: row.parse(1, "thumbprint")?,
        public_key: row.parse(2, "thumbprint")?,
        der: row.get(3)?,
        not_before: row.get(4)?,
        not_after: row.get(5)?,
        state: row.parse(6, "certificate state")?,
        state_at: row.get(7)?,
    })
}

/// The certificate of that thumbprint.
///
/// # Errors
///
/// The database's.
pub fn by_thumbprint(tx: &Tx, thumbprint: &Thumbprint) -> Result<Option<Certificate>, StoreError> {
    tx.query_opt(select!("WHERE thumbprint = ?1"), &params![thumbprint])?
        .map(|row| read(&row))
        .transpose()
}

/// The certificate of that key.
///
/// # Errors
///
/// The database's.
pub fn by_public_key(tx: &Tx, public_key: &Thumbprint) -> Result<Option<Certificate>, StoreError> {
    tx.query_opt(select!("WHERE public_key = ?1"), &params![public_key])?
        .map(|row| read(&row))
        .transpose()
}

/// The certificate that was stored last.
///
/// # Errors
///
/// The database's.
pub fn latest(tx: &Tx) -> Result<Option<Certificate>, StoreError> {
    tx.query_opt(select!("ORDER BY id DESC LIMIT 1"), &[])?.map(|row| read(&row)).transpose()
}

/// A user's certificates, newest first.
///
/// # Errors
///
/// The database's.
pub fn of_account(tx: &Tx, account: i64) -> Result<Vec<Certificate>, StoreError> {
    let rows = tx.query(select!("WHERE account = ?1 ORDER BY id DESC"), &params![account])?;
    rows.iter().map(read).collect()
}

/// When the certificate that a user uses, or else the one that waits, expires or has expired.
///
/// # Errors
///
/// The database's.
pub fn end_of_current(tx: &Tx, account: i64) -> Result<Option<Timestamp>, StoreError> {
    tx.query_opt(
        "SELECT not_after FROM certificate WHERE account = ?1 AND state IN ('active', 'pending')
         ORDER BY state, id DESC LIMIT 1",
        &params![account],
    )?
    .map(|row| row.get(0))
    .transpose()
}

/// Adds a certificate with its serial number.
///
/// # Errors
///
/// The database's, also if the key has a certificate.
pub fn insert(tx: &Tx, serial: &[u8], certificate: &Certificate) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO certificate (account, serial, thumbprint, public_key, der, not_before,
                                  not_after, state, state_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        &params![
            certificate.account,
            serial,
            &certificate.thumbprint,
            &certificate.public_key,
            certificate.der.as_slice(),
            certificate.not_before,
            certificate.not_after,
            certificate.state.as_str(),
            certificate.state_at
        ],
    )
    .map(drop)
}

/// Revokes what a user uses or waits to use, with the reason if one is known (RFC 5280 §5.3.1); the
/// thumbprints of that.
///
/// # Errors
///
/// The database's.
pub fn revoke_of_account(
    tx: &Tx,
    account: i64,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Thumbprint>, StoreError> {
    let rows = tx.query(
        "UPDATE certificate SET state = 'revoked', state_at = ?2, reason = ?3
         WHERE account = ?1 AND state IN ('active', 'pending') RETURNING thumbprint",
        &params![account, now, reason],
    )?;
    if !rows.is_empty() {
        crl::note_change(tx)?;
    }
    rows.iter().map(|row| row.parse(0, "thumbprint")).collect()
}

/// Supersedes what a user has in a state; the thumbprints of that.
///
/// # Errors
///
/// The database's.
pub fn supersede(
    tx: &Tx,
    account: i64,
    state: State,
    now: Timestamp,
) -> Result<Vec<Thumbprint>, StoreError> {
    let rows = tx.query(
        "UPDATE certificate SET state = 'superseded', state_at = ?3
         WHERE account = ?1 AND state = ?2 RETURNING thumbprint",
        &params![account, state.as_str(), now],
    )?;
    if !rows.is_empty() {
        crl::note_change(tx)?;
    }
    rows.iter().map(|row| row.parse(0, "thumbprint")).collect()
}

/// Makes a waiting certificate the one that is used, and supersedes the one that was (FAQ 2-4): the
/// thumbprints of what gave way; none if the certificate does not wait.
///
/// # Errors
///
/// The database's.
pub fn activate(
    tx: &Tx,
    certificate: &Certificate,
    now: Timestamp,
) -> Result<Option<Vec<Thumbprint>>, StoreError> {
    let waits = tx.query_opt(
        "SELECT 1 FROM certificate WHERE thumbprint = ?1 AND state = 'pending'",
        &params![&certificate.thumbprint],
    )?;
    if waits.is_none() {
        return Ok(None);
    }
    let given_way = supersede(tx, certificate.account, State::Active, now)?;
    tx.execute(
        "UPDATE certificate SET state = 'active', state_at = ?2 WHERE thumbprint = ?1",
        &params![&certificate.thumbprint, now],
    )?;
    Ok(Some(given_way))
}

/// A certificate that opens nothing any more, as a revocation list names it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ended {
    /// Its serial number.
    pub serial: Vec<u8>,
    /// Since when.
    pub at: Timestamp,
    /// Why (RFC 5280 §5.3.1), if that is known.
    pub reason: Option<String>,
}

/// The certificates that were revoked or superseded and expire at `since` or later.
///
/// # Errors
///
/// The database's.
pub fn ended(tx: &Tx, since: Timestamp) -> Result<Vec<Ended>, StoreError> {
    let rows = tx.query(ENDED, &params![since])?;
    rows.iter()
        .map(|row| Ok(Ended { serial: row.get(0)?, at: row.get(1)?, reason: row.get(2)? }))
        .collect()
}

/// In the order of the index that it reads.
const ENDED: &str = "
    SELECT serial, state_at, CASE state WHEN 'superseded' THEN 'superseded' ELSE reason END
    FROM certificate
    WHERE state IN ('revoked', 'superseded') AND not_after >= ?1 ORDER BY not_after, id";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{account, customer};

    const NOW: Timestamp = 1_795_000_000;
    const DAY: Timestamp = 86_400;

    /// A user with a certificate of each number; the number is its serial, too.
    fn issued(tx: &Tx, numbers: &[u8]) -> i64 {
        let customer = customer::insert(tx, &"10000001".parse().unwrap(), "-", 1).unwrap();
        let new = account::NewUser {
            user_id: &"kanri01".parse().unwrap(),
            name: None,
            department: None,
            email: None,
            is_primary: true,
            password_hash: "-",
            permissions: &[],
            subject: "kanri01",
        };
        let account = account::insert(tx, customer, &new, 1).unwrap();
        for number in numbers {
            supersede(tx, account, State::Active, NOW + i64::from(*number)).unwrap();
            let certificate = Certificate {
                account,
                thumbprint: Thumbprint::from([*number; 32]),
                public_key: Thumbprint::from([*number; 32]),
                der: vec![*number],
                not_before: NOW,
                not_after: NOW + i64::from(*number) * DAY,
                state: State::Active,
                state_at: NOW,
            };
            insert(tx, &[*number; 16], &certificate).unwrap();
        }
        account
    }

    fn listed(tx: &Tx, since: Timestamp) -> Vec<(u8, Timestamp, Option<String>)> {
        let ended = ended(tx, since).unwrap();
        ended.into_iter().map(|one| (one.serial[0], one.at, one.reason)).collect()
    }

    #[test]
    fn the_list_names_what_was_revoked_and_what_gave_way_with_its_reason() {
        let tx = Tx::in_memory();
        let account = issued(&tx, &[10, 20, 30]);
        let before = crl::changes(&tx).unwrap();
        let reason = |text: &str| Some(text.to_owned());
        let superseded =
            [(10, NOW + 20, reason("superseded")), (20, NOW + 30, reason("superseded"))];
        assert_eq!(listed(&tx, NOW), superseded);
        let gone = revoke_of_account(&tx, account, Some("key-compromise"), NOW + 40).unwrap();
        assert_eq!(gone, [Thumbprint::from([30; 32])]);
        assert_eq!(listed(&tx, NOW)[2], (30, NOW + 40, reason("key-compromise")));
        assert_eq!(crl::changes(&tx).unwrap(), before + 1);
        assert!(revoke_of_account(&tx, account, None, NOW + 50).unwrap().is_empty());
        assert_eq!(crl::changes(&tx).unwrap(), before + 1);
    }

    #[test]
    fn the_list_is_read_from_an_index_alone() {
        let plan = Tx::in_sqlite().plan(ENDED);
        assert_eq!(plan.len(), 1, "{plan:?}");
        assert!(plan[0].contains("USING INDEX certificates_ended (not_after>?)"), "{plan:?}");
    }
}

//! The audit record: every security-relevant act, in a chain of hashes (SPEC J).
//!
//! Each row's hash covers the row and the hash of the row before it, so an edited, deleted or
//! reordered row is found; a head kept in a table of its own shows rows cut off at the end. A row is
//! written in the same transaction as the act it records.

mod query;

use rusqlite::{Connection, params};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use warifu_protocol::{ActorKind, Device, ErrorCode, Thumbprint, Timestamp, UserId};

use crate::store::StoreError;

pub(crate) use self::query::page;
pub(crate) use warifu_protocol::AuditAct as Act;

/// Who does something. The kind stands in a column of its own, so that no name can pass for another
/// kind.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Actor<'a> {
    /// A user, about the own account.
    User(&'a UserId),
    /// A user administrator.
    Administrator(&'a UserId),
    /// Whoever gave this user's name without proving it.
    Unproved(&'a UserId),
    /// The provider: the person's name, where the command line knows it.
    Provider(Option<&'a str>),
    /// The backend by itself.
    System,
}

impl Actor<'_> {
    fn kind(&self) -> ActorKind {
        match self {
            Self::User(_) => ActorKind::User,
            Self::Administrator(_) => ActorKind::Administrator,
            Self::Unproved(_) => ActorKind::Unproved,
            Self::Provider(_) => ActorKind::Provider,
            Self::System => ActorKind::System,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::User(id) | Self::Administrator(id) | Self::Unproved(id) => id.as_str(),
            Self::Provider(name) => name.unwrap_or(ActorKind::Provider.as_str()),
            Self::System => ActorKind::System.as_str(),
        }
    }
}

/// One act, before it is recorded.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    /// When, on the backend's clock.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor<'a>,
    /// What was done.
    pub act: Act,
    /// The customer's number.
    pub customer: Option<&'a str>,
    /// Whom it was done to: a user ID.
    pub subject: Option<&'a str>,
    /// The certificate that was used or is meant.
    pub certificate: Option<&'a Thumbprint>,
    /// The PC, in its own words.
    pub device: Option<&'a Device>,
    /// The network address it came from.
    pub address: Option<String>,
    /// Why it was refused.
    pub reason: Option<ErrorCode>,
    /// How often, if it is more than one refusal that this row stands for.
    pub times: Option<u32>,
}

impl<'a> Entry<'a> {
    /// An act of which nothing but the actor is known yet.
    pub(crate) fn new(act: Act, actor: Actor<'a>, at: Timestamp) -> Self {
        Self {
            at,
            actor,
            act,
            customer: None,
            subject: None,
            certificate: None,
            device: None,
            address: None,
            reason: None,
            times: None,
        }
    }
}

/// A recorded act.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Record {
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// When, in seconds since 1970.
    pub at: Timestamp,
    /// What kind of actor; none in rows of 0.1.0, which had no such column.
    pub actor_kind: Option<String>,
    /// Who did it.
    pub actor: String,
    /// What was done.
    pub act: String,
    /// The customer's number.
    pub customer: Option<String>,
    /// Whom it was done to.
    pub subject: Option<String>,
    /// The certificate's thumbprint.
    pub certificate: Option<String>,
    /// The PC, as JSON.
    pub device: Option<String>,
    /// The network address.
    pub address: Option<String>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// How often, if the row stands for more than one refusal.
    pub times: Option<u32>,
    #[serde(skip)]
    hash: Vec<u8>,
}

/// What an examination of the whole record found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// The chain is whole; so many rows.
    Whole(i64),
    /// The first row that does not follow from the one before, or is missing.
    BrokenAt(i64),
    /// Rows after this one are gone.
    CutOffAfter(i64),
}

/// Adds an act to the record.
///
/// # Errors
///
/// SQLite's.
pub(crate) fn record(connection: &Connection, entry: &Entry<'_>) -> Result<(), StoreError> {
    let (seq, previous): (i64, Vec<u8>) =
        connection.query_row("SELECT seq + 1, hash FROM audit_head", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let device = entry
        .device
        .map(serde_json::to_string)
        .transpose()
        .map_err(|_| StoreError::Unreadable("device"))?;
    let mut record = Record {
        seq,
        at: entry.at,
        actor_kind: Some(entry.actor.kind().as_str().to_owned()),
        actor: entry.actor.name().to_owned(),
        act: entry.act.as_str().to_owned(),
        customer: entry.customer.map(str::to_owned),
        subject: entry.subject.map(str::to_owned),
        certificate: entry.certificate.map(|thumbprint| thumbprint.as_str().to_owned()),
        device,
        address: entry.address.clone(),
        reason: entry.reason.map(|code| code.as_str().to_owned()),
        times: entry.times,
        hash: Vec::new(),
    };
    record.hash = record.chained(&previous);
    connection
        .prepare_cached(
            "INSERT INTO audit (seq, at, actor, act, customer, subject, certificate, device,
                                address, hash, actor_kind, reason, times)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            record.seq,
            record.at,
            record.actor,
            record.act,
            record.customer,
            record.subject,
            record.certificate,
            record.device,
            record.address,
            record.hash,
            record.actor_kind,
            record.reason,
            record.times
        ])?;
    connection
        .prepare_cached("UPDATE audit_head SET seq = ?1, hash = ?2")?
        .execute(params![record.seq, record.hash])?;
    Ok(())
}

/// Up to `limit` records after `after`, oldest first; of one customer, or of all.
///
/// # Errors
///
/// SQLite's.
pub(crate) fn list(
    connection: &Connection,
    customer: Option<&str>,
    after: i64,
    limit: u32,
) -> Result<Vec<Record>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM audit WHERE seq > ?1 AND (?2 IS NULL OR customer = ?2)
         ORDER BY seq LIMIT ?3"
    ))?;
    let rows = statement.query_map(params![after, customer, limit], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Follows the chain from the first row to the last.
///
/// # Errors
///
/// SQLite's.
pub(crate) fn verify(connection: &Connection) -> Result<Verdict, StoreError> {
    let (head_seq, head_hash): (i64, Vec<u8>) =
        connection.query_row("SELECT seq, hash FROM audit_head", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM audit ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    let mut previous = vec![0; 32];
    let mut expected = 1;
    while let Some(row) = rows.next()? {
        let record = read(row)?;
        if record.seq != expected || record.hash != record.chained(&previous) {
            return Ok(Verdict::BrokenAt(expected));
        }
        previous = record.hash;
        expected += 1;
    }
    let last = expected - 1;
    Ok(if (last, &previous) == (head_seq, &head_hash) {
        Verdict::Whole(last)
    } else if last < head_seq {
        Verdict::CutOffAfter(last)
    } else {
        Verdict::BrokenAt(last)
    })
}

const COLUMNS: &str = "seq, at, actor, act, customer, subject, certificate, device, address, hash,
                       actor_kind, reason, times";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        act: row.get(3)?,
        customer: row.get(4)?,
        subject: row.get(5)?,
        certificate: row.get(6)?,
        device: row.get(7)?,
        address: row.get(8)?,
        hash: row.get(9)?,
        actor_kind: row.get(10)?,
        reason: row.get(11)?,
        times: row.get(12)?,
    })
}

impl Record {
    /// The row's hash: SHA-256 over the previous hash and every field, each with its length, so that
    /// no two different rows are the same bytes.
    fn chained(&self, previous: &[u8]) -> Vec<u8> {
        let mut hash = Sha256::new();
        let mut field = |bytes: Option<&[u8]>| match bytes {
            Some(bytes) => {
                hash.update([1]);
                hash.update((bytes.len() as u64).to_be_bytes());
                hash.update(bytes);
            }
            None => hash.update([0]),
        };
        field(Some(previous));
        field(Some(&self.seq.to_be_bytes()));
        field(Some(&self.at.to_be_bytes()));
        field(Some(self.actor.as_bytes()));
        field(Some(self.act.as_bytes()));
        for text in [&self.customer, &self.subject, &self.certificate, &self.device, &self.address]
        {
            field(text.as_deref().map(str::as_bytes));
        }
        // Rows of 0.1.0 had none of these, and keep their hashes.
        if self.actor_kind.is_some() || self.reason.is_some() || self.times.is_some() {
            field(self.actor_kind.as_deref().map(str::as_bytes));
            field(self.reason.as_deref().map(str::as_bytes));
            field(self.times.map(u32::to_be_bytes).as_ref().map(<[u8; 4]>::as_slice));
        }
        hash.finalize().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory;

    fn recorded() -> Connection {
        let connection = memory();
        for at in 1..=4 {
            let id = "kanri01".parse().unwrap();
            let entry = Entry {
                customer: Some("10000001"),
                subject: Some("kanri01"),
                ..Entry::new(Act::Login, Actor::User(&id), at)
            };
            record(&connection, &entry).unwrap();
        }
        connection
    }

    #[test]
    fn finds_an_edited_a_deleted_a_reordered_and_a_cut_off_row() {
        let table = [
            ("SELECT 1", Verdict::Whole(4)),
            ("UPDATE audit SET actor = 'tanaka' WHERE seq = 2", Verdict::BrokenAt(2)),
            ("UPDATE audit SET subject = NULL WHERE seq = 1", Verdict::BrokenAt(1)),
            ("UPDATE audit SET actor_kind = 'provider' WHERE seq = 1", Verdict::BrokenAt(1)),
            ("UPDATE audit SET actor_kind = NULL WHERE seq = 2", Verdict::BrokenAt(2)),
            ("UPDATE audit SET reason = 'account-locked' WHERE seq = 3", Verdict::BrokenAt(3)),
            ("UPDATE audit SET times = 2 WHERE seq = 4", Verdict::BrokenAt(4)),
            ("DELETE FROM audit WHERE seq = 3", Verdict::BrokenAt(3)),
            (
                "UPDATE audit SET seq = 9 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;
                 UPDATE audit SET seq = 3 WHERE seq = 9",
                Verdict::BrokenAt(2),
            ),
            ("DELETE FROM audit WHERE seq = 4", Verdict::CutOffAfter(3)),
            ("DELETE FROM audit", Verdict::CutOffAfter(0)),
        ];
        for (tampering, verdict) in table {
            let connection = recorded();
            connection.execute_batch(tampering).unwrap();
            assert_eq!(verify(&connection).unwrap(), verdict, "{tampering}");
        }
    }
}

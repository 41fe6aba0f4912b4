//! The audit record: every security-relevant act, in a chain of hashes (SPEC J).
//!
//! Each row's hash covers the row and the hash of the row before it, so an edited, deleted or
//! reordered row is found; a head kept in a table of its own shows rows cut off at the end. A row is
//! written in the same transaction as the act it records.

mod query;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use warifu_protocol::{ActorKind, Device, ErrorCode, Thumbprint, Timestamp, UserId};
use warifu_store::{
    StoreError, Tx,
    tables::audit::{self as rows, Record},
};

pub(crate) use self::query::{device_of, page, page_about};
pub(crate) use warifu_protocol::AuditEvent as Act;

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
    /// The provider's service that is meant; it stands where the PC does.
    pub service: Option<&'a str>,
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
            service: None,
            address: None,
            reason: None,
            times: None,
        }
    }
}

/// How a service stands in the record.
#[derive(Deserialize, Serialize)]
struct Service {
    service: String,
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
/// The database's.
pub(crate) fn record(tx: &Tx, entry: &Entry<'_>) -> Result<(), StoreError> {
    let (last, previous) = rows::head(tx)?;
    let device = match (entry.device, entry.service) {
        (Some(device), _) => Some(serde_json::to_string(device)),
        (None, Some(service)) => Some(serde_json::to_string(&Service { service: service.into() })),
        (None, None) => None,
    };
    let device = device.transpose().map_err(|_| StoreError::Unreadable("device"))?;
    let mut record = Record {
        seq: last + 1,
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
    record.hash = chained(&record, &previous);
    rows::append(tx, &record)
}

/// Follows the chain from the first row to the last.
///
/// # Errors
///
/// The database's.
pub(crate) fn verify(tx: &Tx) -> Result<Verdict, StoreError> {
    const AT_ONCE: u32 = 1000;
    let (head_seq, head_hash) = rows::head(tx)?;
    let mut previous = vec![0; 32];
    let mut last = 0;
    loop {
        // Also a row that stands before the first, which nothing of this program writes.
        let records = rows::after(tx, if last == 0 { i64::MIN } else { last }, AT_ONCE)?;
        for record in &records {
            if record.seq != last + 1 || record.hash != chained(record, &previous) {
                return Ok(Verdict::BrokenAt(last + 1));
            }
            previous.clone_from(&record.hash);
            last += 1;
        }
        if records.is_empty() {
            break;
        }
    }
    Ok(if (last, &previous) == (head_seq, &head_hash) {
        Verdict::Whole(last)
    } else if last < head_seq {
        Verdict::CutOffAfter(last)
    } else {
        Verdict::BrokenAt(last)
    })
}

/// A row's hash: SHA-256 over the previous hash and every field, each with its length, so that no two
/// different rows are the same bytes.
fn chained(record: &Record, previous: &[u8]) -> Vec<u8> {
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
    field(Some(&record.seq.to_be_bytes()));
    field(Some(&record.at.to_be_bytes()));
    field(Some(record.actor.as_bytes()));
    field(Some(record.act.as_bytes()));
    let Record { customer, subject, certificate, device, address, .. } = record;
    for value in [customer, subject, certificate, device, address] {
        field(value.as_deref().map(str::as_bytes));
    }
    // Rows of 0.1.0 had none of these, and keep their hashes.
    if record.actor_kind.is_some() || record.reason.is_some() || record.times.is_some() {
        field(record.actor_kind.as_deref().map(str::as_bytes));
        field(record.reason.as_deref().map(str::as_bytes));
        field(record.times.map(u32::to_be_bytes).as_ref().map(<[u8; 4]>::as_slice));
    }
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded() -> Tx {
        let tx = Tx::in_memory();
        for at in 1..=4 {
            let id = "kanri01".parse().unwrap();
            let entry = Entry {
                customer: Some("10000001"),
                subject: Some("kanri01"),
                ..Entry::new(Act::Login, Actor::User(&id), at)
            };
            record(&tx, &entry).unwrap();
        }
        tx
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
            let tx = recorded();
            tx.tamper(tampering).unwrap();
            assert_eq!(verify(&tx).unwrap(), verdict, "{tampering}");
        }
    }
}

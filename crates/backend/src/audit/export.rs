//! A customer's part of the record as a file that it can verify without us: its chain, from the joint on, and
//! how far that was. Of a person of the provider's it says that one acted, not who.

use warifu_protocol::Timestamp;
use warifu_record::{Actor, Checkpoint, Hash, Head, Line};
use warifu_store::{
    StoreError, Tx,
    tables::audit::{self as rows, Record},
};

use super::checkpoint::{hash_of, joint_of};

/// What is to be signed, and the lines that follow it.
///
/// # Errors
///
/// The database's.
pub(crate) fn export(
    tx: &Tx,
    authority: Hash,
    customer: &str,
    now: Timestamp,
) -> Result<(Checkpoint, Vec<u8>), StoreError> {
    const AT_ONCE: u32 = 1000;
    let joint = joint_of(tx)?;
    let mut head = Head { chain: customer.to_owned(), place: 0, hash: joint.hash };
    let mut lines = Vec::new();
    loop {
        let records = rows::of_chain(tx, customer, head.place, AT_ONCE)?;
        if records.is_empty() {
            break;
        }
        for record in records {
            let line = line_of(record)?;
            (head.place, head.hash) = (line.place, line.hash);
            serde_json::to_writer(&mut lines, &line)
                .map_err(|_| StoreError::Unreadable("row of the record"))?;
            lines.push(b'\n');
        }
    }
    Ok((Checkpoint::new(authority, now, joint, vec![head]), lines))
}

fn line_of(record: Record) -> Result<Line, StoreError> {
    let veil = record.veil.as_ref().map(|veil| Actor::veil(veil, &record.actor));
    let (actor, veiled) = match veil {
        Some(Actor::Veiled(veiled)) => (None, Some(Hash(veiled))),
        Some(Actor::Named(_)) | None => (Some(record.actor), None),
    };
    Ok(Line {
        place: record.place.ok_or(StoreError::Unreadable("place"))?,
        at: record.at,
        actor_kind: record.actor_kind,
        actor,
        veiled,
        act: record.act,
        customer: record.customer,
        subject: record.subject,
        certificate: record.certificate,
        device: record.device,
        address: record.address,
        reason: record.reason,
        times: record.times,
        hash: hash_of(&record.hash)?,
    })
}

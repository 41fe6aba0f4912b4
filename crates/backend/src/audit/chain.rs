//! The chains: what a row's hash is over, and whether all rows still follow from each other.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use warifu_store::{
    StoreError, Tx,
    tables::audit::{self as rows, Record},
};

/// What an examination of the whole record found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// The chains are whole; so many rows.
    Whole(i64),
    /// The first row that does not follow from the one before it in its chain.
    BrokenAt(i64),
    /// The rows of a chain after this one are gone; 0 if none is left of it.
    CutOffAfter(i64),
}

/// How far a chain was followed.
struct Followed {
    place: i64,
    hash: Vec<u8>,
    /// The number of the last row, or 0.
    seq: i64,
}

/// Follows every chain from its first row to its last.
///
/// # Errors
///
/// The database's.
pub(crate) fn verify(tx: &Tx) -> Result<Verdict, StoreError> {
    const AT_ONCE: u32 = 1000;
    let joint = rows::joint(tx)?;
    let heads = rows::heads(tx)?;
    let begun = |head: &rows::Head| {
        (head.chain.clone(), Followed { place: 0, hash: joint.1.clone(), seq: 0 })
    };
    let mut chains: BTreeMap<_, _> = heads.iter().map(begun).collect();
    let mut before = Followed { place: 0, hash: vec![0; 32], seq: 0 };
    let mut count = 0;
    // Also a row that stands before the first, which nothing of this program writes.
    let mut last = i64::MIN;
    loop {
        let records = rows::after(tx, last, AT_ONCE)?;
        for record in &records {
            last = record.seq;
            count += 1;
            // The numbers are in order within a chain, because the rows are read in the order of numbers.
            let follows = match (&record.chain, record.place) {
                (None, None) if record.seq == before.seq + 1 && record.seq <= joint.0 => {
                    before.follow(record, before.place + 1)
                }
                (Some(chain), Some(place)) if record.seq > joint.0 => match chains.get_mut(chain) {
                    Some(followed) => followed.follow(record, place),
                    None => false,
                },
                _ => false,
            };
            if !follows {
                return Ok(Verdict::BrokenAt(record.seq));
            }
        }
        if records.is_empty() {
            break;
        }
    }
    if before.seq < joint.0 {
        return Ok(Verdict::CutOffAfter(before.seq));
    }
    if before.hash != joint.1 {
        return Ok(Verdict::BrokenAt(before.seq));
    }
    for head in &heads {
        let Some(followed) = chains.get(&head.chain) else { continue };
        if followed.place < head.place {
            return Ok(Verdict::CutOffAfter(followed.seq));
        }
        if (followed.place, &followed.hash) != (head.place, &head.hash) {
            return Ok(Verdict::BrokenAt(followed.seq));
        }
    }
    Ok(Verdict::Whole(count))
}

impl Followed {
    /// Goes on to a row, if it is the next one.
    fn follow(&mut self, record: &Record, place: i64) -> bool {
        let follows = place == self.place + 1 && record.hash == hash(record, &self.hash);
        if follows {
            *self = Self { place, hash: record.hash.clone(), seq: record.seq };
        }
        follows
    }
}

/// A row's hash: SHA-256 over the previous hash and every field, each with its length, so that no two
/// different rows are the same bytes.
///
/// A row's number is the database's and not in it; its chain and its place there are. Rows up to the joint
/// have their number in its stead. Of a person of the provider's it covers the name under a veil, 16 random
/// bytes, so that a customer can verify the row without being told the name.
pub(super) fn hash(record: &Record, previous: &[u8]) -> Vec<u8> {
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
    match (&record.chain, record.place) {
        (Some(chain), Some(place)) => {
            // The previous hash is followed by eight bytes in rows up to the joint: never by these.
            field(Some(b"chain"));
            field(Some(chain.as_bytes()));
            field(Some(&place.to_be_bytes()));
        }
        _ => field(Some(&record.seq.to_be_bytes())),
    }
    field(Some(&record.at.to_be_bytes()));
    match &record.veil {
        None => field(Some(record.actor.as_bytes())),
        Some(veil) => {
            let veiled = Sha256::new().chain_update(veil).chain_update(&record.actor).finalize();
            field(Some(b"veiled"));
            field(Some(&veiled));
        }
    }
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
mod tests;

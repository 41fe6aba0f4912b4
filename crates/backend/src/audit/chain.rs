//! Whether all rows of the chains still follow from each other, and from what was signed.

use std::{collections::BTreeMap, convert::Infallible};

use warifu_record::{Actor, Checkpoint, Place, Row};
use warifu_store::{
    StoreError, Tx,
    tables::audit::{self as rows, Record},
};

use super::checkpoint::joint_of;

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

/// What a comparison of the whole record with a checkpoint found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Compared {
    /// What an examination without one finds; if it is whole, it goes on from what was signed.
    Examined(Verdict),
    /// The chain follows from its beginning, and the row in this place is not the one that was signed.
    Rewritten { chain: String, place: i64 },
    /// The chain ends after this place, and had come to that one when it was signed.
    Removed { chain: String, after: i64, signed: i64 },
    /// The one chain of before is not the one that was signed, whose last row had this number.
    RewrittenBefore(i64),
}

/// Follows every chain from its first row to its last.
///
/// # Errors
///
/// The database's.
pub(crate) fn verify(tx: &Tx) -> Result<Verdict, StoreError> {
    let Ok((verdict, _)) = follow_all(tx, |_| Ok::<_, Infallible>(()))?;
    Ok(verdict)
}

/// The same, and whether the record goes on from what was signed once.
///
/// # Errors
///
/// The database's.
pub(crate) fn compare(tx: &Tx, signed: &Checkpoint) -> Result<Compared, StoreError> {
    let heads: BTreeMap<_, _> =
        signed.chains.iter().map(|head| (head.chain.as_str(), head)).collect();
    let followed = follow_all(tx, |record| {
        let chain = record.chain.as_deref().unwrap_or_default();
        match heads.get(chain) {
            Some(head) if record.place == Some(head.place) && record.hash != head.hash.0 => {
                Err(Compared::Rewritten { chain: chain.to_owned(), place: head.place })
            }
            Some(_) | None => Ok(()),
        }
    })?;
    let (verdict, chains) = match followed {
        Ok(followed) => followed,
        Err(rewritten) => return Ok(rewritten),
    };
    if !matches!(verdict, Verdict::Whole(_)) {
        return Ok(Compared::Examined(verdict));
    }
    if joint_of(tx)? != signed.joint {
        return Ok(Compared::RewrittenBefore(signed.joint.seq));
    }
    for head in &signed.chains {
        let after = chains.get(&head.chain).map_or(0, |followed| followed.place);
        if after < head.place {
            let chain = head.chain.clone();
            return Ok(Compared::Removed { chain, after, signed: head.place });
        }
    }
    Ok(Compared::Examined(verdict))
}

type Chains = BTreeMap<String, Followed>;

/// Follows every chain, and looks at each row of them that follows; ends with what `look` objects to.
fn follow_all<E>(
    tx: &Tx,
    look: impl Fn(&Record) -> Result<(), E>,
) -> Result<Result<(Verdict, Chains), E>, StoreError> {
    const AT_ONCE: u32 = 1000;
    let joint = rows::joint(tx)?;
    let heads = rows::heads(tx)?;
    let begun = |head: &rows::Head| {
        (head.chain.clone(), Followed { place: 0, hash: joint.1.clone(), seq: 0 })
    };
    let mut chains: Chains = heads.iter().map(begun).collect();
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
                return Ok(Ok((Verdict::BrokenAt(record.seq), chains)));
            }
            if record.chain.is_some()
                && let Err(objection) = look(record)
            {
                return Ok(Err(objection));
            }
        }
        if records.is_empty() {
            break;
        }
    }
    Ok(Ok((ending(&before, &joint, &heads, &chains, count), chains)))
}

/// Whether the chains end where they should.
fn ending(
    before: &Followed,
    joint: &(i64, Vec<u8>),
    heads: &[rows::Head],
    chains: &Chains,
    count: i64,
) -> Verdict {
    if before.seq < joint.0 {
        return Verdict::CutOffAfter(before.seq);
    }
    if before.hash != joint.1 {
        return Verdict::BrokenAt(before.seq);
    }
    for head in heads {
        let Some(followed) = chains.get(&head.chain) else { continue };
        if followed.place < head.place {
            return Verdict::CutOffAfter(followed.seq);
        }
        if (followed.place, &followed.hash) != (head.place, &head.hash) {
            return Verdict::BrokenAt(followed.seq);
        }
    }
    Verdict::Whole(count)
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

/// The hash of a row after another one's.
pub(super) fn hash(record: &Record, previous: &[u8]) -> Vec<u8> {
    let place = match (&record.chain, record.place) {
        (Some(chain), Some(place)) => Place::In(chain, place),
        _ => Place::Before(record.seq),
    };
    let actor = match &record.veil {
        None => Actor::Named(&record.actor),
        Some(veil) => Actor::veil(veil, &record.actor),
    };
    let row = Row {
        at: record.at,
        actor_kind: record.actor_kind.as_deref(),
        actor,
        act: &record.act,
        customer: record.customer.as_deref(),
        subject: record.subject.as_deref(),
        certificate: record.certificate.as_deref(),
        device: record.device.as_deref(),
        address: record.address.as_deref(),
        reason: record.reason.as_deref(),
        times: record.times,
    };
    warifu_record::hash(place, &row, previous).0.to_vec()
}

#[cfg(test)]
mod tests;

//! Checkpoints: how far all chains are, to be signed and kept outside of the database. Whoever rewrites the
//! record whole, or takes a customer's chain away with its head, cannot rewrite those.

use warifu_protocol::Timestamp;
use warifu_record::{Checkpoint, Hash, Head, Joint};
use warifu_store::{StoreError, Tx, tables::audit as rows};

/// How far the record is.
///
/// # Errors
///
/// The database's.
pub(crate) fn checkpoint(
    tx: &Tx,
    authority: Hash,
    now: Timestamp,
) -> Result<Checkpoint, StoreError> {
    let head = |head: rows::Head| {
        Ok(Head { chain: head.chain, place: head.place, hash: hash_of(&head.hash)? })
    };
    let heads = rows::heads(tx)?.into_iter().map(head).collect::<Result<_, StoreError>>()?;
    Ok(Checkpoint::new(authority, now, joint_of(tx)?, heads))
}

/// Where the one chain of before ended.
pub(super) fn joint_of(tx: &Tx) -> Result<Joint, StoreError> {
    let (seq, hash) = rows::joint(tx)?;
    Ok(Joint { seq, hash: hash_of(&hash)? })
}

pub(super) fn hash_of(bytes: &[u8]) -> Result<Hash, StoreError> {
    bytes.try_into().map(Hash).map_err(|_| StoreError::Unreadable("hash"))
}

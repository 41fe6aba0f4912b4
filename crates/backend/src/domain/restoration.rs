//! What a database forgets that comes from a backup: sessions, grants and codes may have been ended since,
//! letters may have been sent, revocation lists signed. Of each, the safe one is taken.

use serde::Serialize;
use warifu_protocol::{AuditEvent as Act, Timestamp};
use warifu_store::{
    StoreError, Tx,
    tables::{audit as rows, crl, grant, outbox, session, transfer},
};

use super::accounts::By;
use crate::audit::{self, Entry};

/// What a restored database was made to forget.
#[derive(Debug, Serialize)]
pub(crate) struct Restored {
    /// When the backup was made; none in one of a program that did not record it.
    pub(crate) backed_up_at: Option<Timestamp>,
    /// Sessions, grants and codes for new PCs.
    pub(crate) ended: usize,
    /// Letters that may have been sent since.
    pub(crate) uncertain_letters: usize,
}

/// Ends what must not live again, and records the restoration.
///
/// # Errors
///
/// The database's.
pub(crate) fn restore(tx: &Tx, by: &By<'_>) -> Result<Restored, StoreError> {
    const UNCERTAIN: &str = "restored from a backup: it may have been sent since";
    let ended = session::delete_all(tx)? + grant::delete_all(tx)? + transfer::delete_all(tx)?;
    crl::skip_numbers(tx, by.now)?;
    let uncertain_letters = outbox::make_uncertain(tx, UNCERTAIN, by.now)?;
    let backed_up_at = rows::last_time_of(tx, Act::BackedUp.as_str())?;
    audit::record(tx, &Entry::new(Act::Restored, by.actor, by.now))?;
    Ok(Restored { backed_up_at, ended, uncertain_letters })
}

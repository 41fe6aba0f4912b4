//! What a database forgets that comes from a backup: sessions, grants and codes may have been ended since,
//! letters may have been sent, revocation lists signed, a key that signs for services dropped. Of each, the
//! safe one is taken.

use serde::Serialize;
use warifu_protocol::{AuditEvent as Act, Timestamp};
use warifu_store::{
    StoreError, Tx,
    tables::{
        audit as rows, crl, grant, outbox, session, transfer, web_assertion, web_code, web_handoff,
        web_request,
    },
};

use super::{
    accounts::By,
    sso::{
        browsers::{self, Why},
        keys,
    },
};
use crate::audit::{self, Entry};

/// What a restored database was made to forget.
#[derive(Debug, Serialize)]
pub(crate) struct Restored {
    /// When the backup was made; none in one of a program that did not record it.
    pub(crate) backed_up_at: Option<Timestamp>,
    /// Sessions and browsers' logins, grants, and codes.
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
    let browsers = browsers::end_all(tx, Why::Restored, by.now)?;
    let ended = ended + browsers + web_handoff::delete_all(tx)? + web_code::delete_all(tx)?;
    let ended = ended + web_request::delete_all(tx)?;
    keys::forget_private_halves(tx, by.now)?;
    web_assertion::begin_epoch(tx, by.now)?;
    crl::skip_numbers(tx, by.now)?;
    let uncertain_letters = outbox::make_uncertain(tx, UNCERTAIN, by.now)?;
    let backed_up_at = rows::last_time_of(tx, Act::BackedUp.as_str())?;
    audit::record(tx, &Entry::new(Act::Restored, by.actor, by.now))?;
    Ok(Restored { backed_up_at, ended, uncertain_letters })
}

//! The revocation list (RFC 5280 §5): signed anew after a revocation and long before the last one
//! expires, with a number that is never given to another one.

use std::sync::Arc;

use axum::body::Bytes;
use warifu_protocol::Timestamp;

use crate::{
    Backend,
    authority::{self, Authority},
    certificates::{self, Revoked},
    error::Error,
    store::Store,
};

/// A signed list.
#[derive(Clone, Debug)]
pub(crate) struct SignedList {
    pub(crate) der: Bytes,
    /// Tells it from every other list of this authority.
    pub(crate) number: i64,
    /// How many certificates it names.
    pub(crate) revoked: usize,
    /// [`certificates::list_changes`] when it was signed.
    changes: i64,
    /// From when until when it is handed out.
    signed_at: Timestamp,
    until: Timestamp,
}

/// The list as it is now. Asks the database for one number, unless something has changed.
pub(crate) async fn current(backend: &Arc<Backend>) -> Result<SignedList, Error> {
    let now = backend.now();
    let mut cached = backend.crl.lock().await;
    let changes =
        backend.store.read(|connection| Ok::<_, Error>(certificates::list_changes(connection)?));
    let changes = changes.await?;
    if let Some(list) = &*cached
        && list.changes == changes
        // Also after the clock was set back: a list of tomorrow is none today.
        && (list.signed_at..list.until).contains(&now)
    {
        return Ok(list.clone());
    }
    let list = sign(&backend.store, &backend.authority, now).await?;
    *cached = Some(list.clone());
    Ok(list)
}

/// Signs a list of what is revoked now.
pub(crate) async fn sign(
    store: &Store,
    authority: &Authority,
    now: Timestamp,
) -> Result<SignedList, Error> {
    let number = store.write(|connection| {
        Ok::<_, Error>(connection.query_row(
            "UPDATE crl SET number = number + 1 RETURNING number",
            [],
            |row| row.get::<_, i64>(0),
        )?)
    });
    let number = number.await?;
    let read = store.read(move |connection| {
        let changes = certificates::list_changes(connection)?;
        Ok::<(i64, Vec<Revoked>), Error>((changes, certificates::revoked(connection, now)?))
    });
    // The number of changes first: what is revoked in between is signed once more at worst.
    let (changes, revoked) = read.await?;
    let der = authority.revocation_list(&revoked, number.unsigned_abs(), now)?.into();
    let until = now + authority::CRL_DAYS * 86_400 / 2;
    Ok(SignedList { der, number, revoked: revoked.len(), changes, signed_at: now, until })
}

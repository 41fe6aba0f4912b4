//! The revocation list (RFC 5280 §5): signed anew after a revocation and long before the last one
//! expires, with a number that is never given to another one.

use std::sync::Arc;

use tokio::task::spawn_blocking;
use warifu_pki::{CRL_DAYS, Issuer, Revoked};
use warifu_protocol::{RevocationReason, Timestamp};
use warifu_store::{
    Store,
    tables::{certificate, crl as numbers},
};

use super::Backend;
use crate::error::Error;

/// A signed list.
#[derive(Clone, Debug)]
pub(crate) struct SignedList {
    pub(crate) der: Arc<[u8]>,
    /// Tells it from every other list of this authority.
    pub(crate) number: i64,
    /// How many certificates it names.
    pub(crate) revoked: usize,
    /// [`numbers::changes`] when it was signed.
    changes: i64,
    /// From when until when it is handed out.
    signed_at: Timestamp,
    until: Timestamp,
}

impl SignedList {
    /// Until when it is valid.
    pub(crate) const fn next_update(&self) -> Timestamp {
        self.signed_at + CRL_DAYS * 86_400
    }
}

/// The list as it is now. Asks the database for one number, unless something has changed.
pub(crate) async fn current(backend: &Arc<Backend>) -> Result<SignedList, Error> {
    let now = backend.now();
    let mut cached = backend.crl.lock().await;
    let changes = backend.store.read(|tx| Ok::<_, Error>(numbers::changes(tx)?));
    let changes = changes.await?;
    if let Some(list) = &*cached
        && list.changes == changes
        // Also after the clock was set back: a list of tomorrow is none today.
        && (list.signed_at..list.until).contains(&now)
    {
        return Ok(list.clone());
    }
    let list = sign(&backend.store, Arc::clone(&backend.issuer), now).await?;
    *cached = Some(list.clone());
    Ok(list)
}

/// Signs a list of what is revoked now.
pub(crate) async fn sign(
    store: &Store,
    issuer: Arc<Issuer>,
    now: Timestamp,
) -> Result<SignedList, Error> {
    let number = store.write(|tx| Ok::<_, Error>(numbers::next_number(tx)?)).await?;
    // One that expired stays for the life of a list longer, so that it was on one after its expiry
    // (RFC 5280 §3.3).
    let since = now - CRL_DAYS * 86_400;
    let read = store.read_at_length(move |tx| {
        let changes = numbers::changes(tx)?;
        Ok::<_, Error>((changes, certificate::ended(tx, since)?))
    });
    // The number of changes first: what is revoked in between is signed once more at worst.
    let (changes, ended) = read.await?;
    let revoked: Vec<_> = ended.into_iter().map(listed).collect();
    let named = revoked.len();
    let signed =
        spawn_blocking(move || issuer.revocation_list(&revoked, number.unsigned_abs(), now));
    let der = signed.await.map_err(|error| Error::Internal(error.to_string()))??.into();
    let until = now + CRL_DAYS * 86_400 / 2;
    Ok(SignedList { der, number, revoked: named, changes, signed_at: now, until })
}

/// What the list says of a certificate: also of one that gave way to another one, which nobody may use any
/// more either.
fn listed(ended: certificate::Ended) -> Revoked {
    let reason = ended.reason.as_deref().and_then(RevocationReason::parse).unwrap_or_default();
    Revoked { serial: ended.serial, at: ended.at, reason }
}

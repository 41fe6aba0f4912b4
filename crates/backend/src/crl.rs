//! The revocation list (RFC 5280 §5): signed anew after a revocation and long before the last one
//! expires, with a number that only grows.

use std::sync::Arc;

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
    pub(crate) der: Vec<u8>,
    pub(crate) number: i64,
    /// The certificates that it names. One that expires leaves as another one comes: how many they are
    /// would not tell.
    pub(crate) revoked: Vec<Revoked>,
    /// Until when it is handed out.
    until: Timestamp,
}

/// The list as it is now.
pub(crate) async fn current(backend: &Arc<Backend>) -> Result<Vec<u8>, Error> {
    let now = backend.now();
    let mut cached = backend.crl.lock().await;
    let revoked = revoked(&backend.store, now).await?;
    if let Some(list) = &*cached
        && list.revoked == revoked
        && now < list.until
    {
        return Ok(list.der.clone());
    }
    let list = sign_these(&backend.store, &backend.authority, revoked, now).await?;
    let der = list.der.clone();
    *cached = Some(list);
    Ok(der)
}

/// Signs a list of what is revoked now.
pub(crate) async fn sign(
    store: &Store,
    authority: &Authority,
    now: Timestamp,
) -> Result<SignedList, Error> {
    sign_these(store, authority, revoked(store, now).await?, now).await
}

async fn sign_these(
    store: &Store,
    authority: &Authority,
    revoked: Vec<Revoked>,
    now: Timestamp,
) -> Result<SignedList, Error> {
    let number: i64 = store
        .write(|connection| {
            Ok::<_, Error>(connection.query_row(
                "UPDATE crl SET number = number + 1 RETURNING number",
                [],
                |row| row.get(0),
            )?)
        })
        .await?;
    let der = authority.revocation_list(&revoked, number.unsigned_abs(), now)?;
    let until = now + authority::CRL_DAYS * 86_400 / 2;
    Ok(SignedList { der, number, revoked, until })
}

async fn revoked(store: &Store, now: Timestamp) -> Result<Vec<Revoked>, Error> {
    store.read(move |connection| Ok::<_, Error>(certificates::revoked(connection, now)?)).await
}

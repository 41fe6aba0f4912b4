//! `web_service`, `web_access`: the logins at services, and the tokens that each service holds. Only hashes
//! are stored.

use warifu_protocol::Timestamp;

use crate::{
    StoreError, Tx,
    value::{Row, params},
};

/// A login at a service.
#[derive(Clone, Debug)]
pub struct Service {
    /// The row.
    pub id: i64,
    /// The browser's login that it belongs to.
    pub browser: i64,
    /// Which service.
    pub client: String,
    /// When the password was proved.
    pub auth_time: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT web_service.id, browser, client, auth_time, opened_at, ended_at
             FROM web_service ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Service, StoreError> {
    Ok(Service {
        id: row.get(0)?,
        browser: row.get(1)?,
        client: row.get(2)?,
        auth_time: row.get(3)?,
        opened_at: row.get(4)?,
        ended_at: row.get(5)?,
    })
}

/// Adds a login at a service; the row.
///
/// # Errors
///
/// The database's.
pub fn insert(
    tx: &Tx,
    browser: i64,
    client: &str,
    refresh_hash: &[u8],
    auth_time: Timestamp,
    now: Timestamp,
) -> Result<i64, StoreError> {
    tx.query_one(
        "INSERT INTO web_service (browser, client, auth_time, opened_at, refresh_hash)
         VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
        &params![browser, client, auth_time, now, refresh_hash],
    )?
    .get(0)
}

/// The login with that row.
///
/// # Errors
///
/// The database's.
pub fn find(tx: &Tx, id: i64) -> Result<Option<Service>, StoreError> {
    tx.query_opt(select!("WHERE web_service.id = ?1"), &params![id])?
        .map(|row| read(&row))
        .transpose()
}

/// The login of a refresh token.
///
/// # Errors
///
/// The database's.
pub fn by_refresh(tx: &Tx, refresh_hash: &[u8]) -> Result<Option<Service>, StoreError> {
    tx.query_opt(select!("WHERE refresh_hash = ?1"), &params![refresh_hash])?
        .map(|row| read(&row))
        .transpose()
}

/// The login of an access token that is good at `now`.
///
/// # Errors
///
/// The database's.
pub fn by_access(
    tx: &Tx,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<Service>, StoreError> {
    tx.query_opt(
        select!(
            "JOIN web_access ON web_access.service = web_service.id
             WHERE token_hash = ?1 AND until >= ?2"
        ),
        &params![token_hash, now],
    )?
    .map(|row| read(&row))
    .transpose()
}

/// The logins of a browser that have not ended, the oldest first.
///
/// # Errors
///
/// The database's.
pub fn open_of_browser(tx: &Tx, browser: i64) -> Result<Vec<Service>, StoreError> {
    tx.query(
        select!("WHERE browser = ?1 AND ended_at IS NULL ORDER BY web_service.id"),
        &params![browser],
    )?
    .iter()
    .map(read)
    .collect()
}

/// Ends a login at a service, and its access tokens.
///
/// # Errors
///
/// The database's.
pub fn end(tx: &Tx, id: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("DELETE FROM web_access WHERE service = ?1", &params![id])?;
    tx.execute(
        "UPDATE web_service SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL",
        &params![id, now],
    )
    .map(drop)
}

/// Adds an access token; nothing if it is there already.
///
/// # Errors
///
/// The database's.
pub fn insert_access(
    tx: &Tx,
    token_hash: &[u8],
    service: i64,
    until: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO web_access (token_hash, service, until) VALUES (?1, ?2, ?3)
         ON CONFLICT (token_hash) DO NOTHING",
        &params![token_hash, service, until],
    )
    .map(drop)
}

/// Forgets the access tokens that are over.
///
/// # Errors
///
/// The database's.
pub fn delete_ended_access(tx: &Tx, now: Timestamp) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM web_access WHERE until < ?1", &params![now])
}

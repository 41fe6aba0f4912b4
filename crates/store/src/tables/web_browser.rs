//! `web_browser`: the logins of browsers. Only a hash of each cookie is stored.

use warifu_protocol::{CustomerNumber, Thumbprint, Timestamp, UserId};

use crate::{
    StoreError, Tx,
    value::{Row, params},
};

/// A browser's login.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The row.
    pub id: i64,
    /// Which browser it is: SHA-256 of the cookie that stays in it.
    pub known_hash: Vec<u8>,
    /// Who is logged in.
    pub account: i64,
    /// The app's session that it came from.
    pub session_hash: Vec<u8>,
    /// The certificate, as it was at the opening.
    pub thumbprint: Thumbprint,
    /// How well its key was kept then.
    pub assurance: String,
    /// What services are told (OpenID Connect Front-Channel Logout §3).
    pub sid: String,
    /// When the password was proved.
    pub auth_time: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last showed life.
    pub last_used_at: Timestamp,
    /// When it ends whatever is done.
    pub ends_at: Timestamp,
    /// When it has ended.
    pub ended_at: Option<Timestamp>,
}

/// A browser's login to be opened.
#[derive(Clone, Debug)]
pub struct NewBrowser<'a> {
    /// SHA-256 of its cookie.
    pub cookie_hash: &'a [u8],
    /// Which browser it is.
    pub known_hash: &'a [u8],
    /// Who is logged in.
    pub account: i64,
    /// The app's session that it comes from.
    pub session_hash: &'a [u8],
    /// The certificate.
    pub thumbprint: &'a Thumbprint,
    /// How well its key is kept.
    pub assurance: &'a str,
    /// What services are told.
    pub sid: &'a str,
    /// When the password was proved.
    pub auth_time: Timestamp,
    /// When it is opened.
    pub opened_at: Timestamp,
    /// When it ends whatever is done.
    pub ends_at: Timestamp,
    /// Where the browser is.
    pub address: &'a str,
    /// What it is.
    pub browser: &'a str,
    /// Which version of it.
    pub version: Option<u16>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, known_hash, account, session_hash, thumbprint, assurance, sid, auth_time,
                    opened_at, last_used_at, ends_at, ended_at
             FROM web_browser ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Browser, StoreError> {
    Ok(Browser {
        id: row.get(0)?,
        known_hash: row.get(1)?,
        account: row.get(2)?,
        session_hash: row.get(3)?,
        thumbprint: row.parse(4, "thumbprint")?,
        assurance: row.get(5)?,
        sid: row.get(6)?,
        auth_time: row.get(7)?,
        opened_at: row.get(8)?,
        last_used_at: row.get(9)?,
        ends_at: row.get(10)?,
        ended_at: row.get(11)?,
    })
}

/// Adds a browser's login; the row.
///
/// # Errors
///
/// The database's.
pub fn insert(tx: &Tx, new: &NewBrowser<'_>) -> Result<i64, StoreError> {
    tx.query_one(
        "INSERT INTO web_browser (cookie_hash, known_hash, account, session_hash, thumbprint,
                                  assurance, sid, auth_time, opened_at, last_used_at, ends_at,
                                  address, browser, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11, ?12, ?13) RETURNING id",
        &params![
            new.cookie_hash,
            new.known_hash,
            new.account,
            new.session_hash,
            new.thumbprint,
            new.assurance,
            new.sid,
            new.auth_time,
            new.opened_at,
            new.ends_at,
            new.address,
            new.browser,
            new.version
        ],
    )?
    .get(0)
}

/// The login of a cookie's hash, which may have ended.
///
/// # Errors
///
/// The database's.
pub fn by_cookie(tx: &Tx, cookie_hash: &[u8]) -> Result<Option<Browser>, StoreError> {
    tx.query_opt(select!("WHERE cookie_hash = ?1"), &params![cookie_hash])?
        .map(|row| read(&row))
        .transpose()
}

/// The login with that row.
///
/// # Errors
///
/// The database's.
pub fn find(tx: &Tx, id: i64) -> Result<Option<Browser>, StoreError> {
    tx.query_opt(select!("WHERE id = ?1"), &params![id])?.map(|row| read(&row)).transpose()
}

/// The same, and has whatever else decides about it wait until this transaction is over.
///
/// # Errors
///
/// The database's.
pub fn lock(tx: &Tx, id: i64) -> Result<Option<Browser>, StoreError> {
    tx.query_opt(select!("WHERE id = ?1 /*lock*/"), &params![id])?.map(|row| read(&row)).transpose()
}

/// The logins of a user that have not ended.
///
/// # Errors
///
/// The database's.
pub fn open_of_account(tx: &Tx, account: i64) -> Result<Vec<Browser>, StoreError> {
    tx.query(select!("WHERE account = ?1 AND ended_at IS NULL ORDER BY id"), &params![account])?
        .iter()
        .map(read)
        .collect()
}

/// Those whose app's session is gone.
///
/// # Errors
///
/// The database's.
pub fn orphans_of_account(tx: &Tx, account: i64) -> Result<Vec<Browser>, StoreError> {
    tx.query(
        select!(
            "WHERE account = ?1 AND ended_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM session WHERE token_hash = session_hash)
             ORDER BY id"
        ),
        &params![account],
    )?
    .iter()
    .map(read)
    .collect()
}

/// Every login that has not ended.
///
/// # Errors
///
/// The database's.
pub fn all_open(tx: &Tx) -> Result<Vec<Browser>, StoreError> {
    tx.query(select!("WHERE ended_at IS NULL ORDER BY id"), &[])?.iter().map(read).collect()
}

/// Those that ran out: by their end, or unused since a moment.
///
/// # Errors
///
/// The database's.
pub fn run_out(
    tx: &Tx,
    now: Timestamp,
    used_before: Timestamp,
    limit: u32,
) -> Result<Vec<Browser>, StoreError> {
    tx.query(
        select!(
            "WHERE ended_at IS NULL AND (ends_at < ?1 OR last_used_at < ?2) ORDER BY id LIMIT ?3"
        ),
        &params![now, used_before, limit],
    )?
    .iter()
    .map(read)
    .collect()
}

/// Writes down that a login shows life.
///
/// # Errors
///
/// The database's.
pub fn touch(tx: &Tx, id: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_browser SET last_used_at = ?2 WHERE id = ?1 AND last_used_at < ?2",
        &params![id, now],
    )
    .map(drop)
}

/// The same for all that came from a session of the app.
///
/// # Errors
///
/// The database's.
pub fn touch_of_session(
    tx: &Tx,
    session_hash: &[u8],
    now: Timestamp,
    used_since: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_browser SET last_used_at = ?2
         WHERE session_hash = ?1 AND ended_at IS NULL AND last_used_at < ?2 AND last_used_at >= ?3",
        &params![session_hash, now, used_since],
    )
    .map(drop)
}

/// Gives a login another cookie.
///
/// # Errors
///
/// The database's.
pub fn set_cookie(tx: &Tx, id: i64, cookie_hash: &[u8]) -> Result<(), StoreError> {
    tx.execute("UPDATE web_browser SET cookie_hash = ?2 WHERE id = ?1", &params![id, cookie_hash])
        .map(drop)
}

/// The browser goes by another name from now on.
///
/// # Errors
///
/// The database's.
pub fn rename(tx: &Tx, from: &[u8], to: &[u8]) -> Result<(), StoreError> {
    tx.execute("UPDATE web_browser SET known_hash = ?2 WHERE known_hash = ?1", &params![from, to])
        .map(drop)
}

/// Says which browser a login is in.
///
/// # Errors
///
/// The database's.
pub fn set_known(tx: &Tx, id: i64, known_hash: &[u8]) -> Result<(), StoreError> {
    tx.execute("UPDATE web_browser SET known_hash = ?2 WHERE id = ?1", &params![id, known_hash])
        .map(drop)
}

/// Ends a login; whether it had not ended before.
///
/// # Errors
///
/// The database's.
pub fn end(tx: &Tx, id: i64, why: &str, now: Timestamp) -> Result<bool, StoreError> {
    let ended = tx.execute(
        "UPDATE web_browser SET ended_at = ?3, why = ?2 WHERE id = ?1 AND ended_at IS NULL",
        &params![id, why, now],
    )?;
    Ok(ended > 0)
}

/// Forgets the logins that ended before a moment, with all that belongs to them.
///
/// # Errors
///
/// The database's.
pub fn delete_ended(tx: &Tx, before: Timestamp) -> Result<usize, StoreError> {
    let values = params![before];
    tx.execute(
        "DELETE FROM web_access WHERE service IN (
             SELECT web_service.id FROM web_service
             JOIN web_browser ON web_browser.id = web_service.browser
             WHERE web_browser.ended_at < ?1)",
        &values,
    )?;
    tx.execute(
        "DELETE FROM web_service WHERE browser IN
             (SELECT id FROM web_browser WHERE ended_at < ?1)",
        &values,
    )?;
    tx.execute(
        "DELETE FROM web_code WHERE browser IN
             (SELECT id FROM web_browser WHERE ended_at < ?1)",
        &values,
    )?;
    tx.execute(
        "DELETE FROM web_logout WHERE browser IN
             (SELECT id FROM web_browser WHERE ended_at < ?1)",
        &values,
    )?;
    tx.execute(
        "DELETE FROM web_handoff WHERE browser IN
             (SELECT id FROM web_browser WHERE ended_at < ?1)",
        &values,
    )?;
    tx.execute(
        "DELETE FROM web_request WHERE opened IN
             (SELECT id FROM web_browser WHERE ended_at < ?1)",
        &values,
    )?;
    tx.execute("DELETE FROM web_browser WHERE ended_at < ?1", &values)
}

/// A login as the provider's list shows it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The row.
    pub id: i64,
    /// The customer.
    pub customer_number: CustomerNumber,
    /// The user.
    pub user_id: UserId,
    /// What services call it.
    pub sid: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last showed life.
    pub last_used_at: Timestamp,
    /// When it ends whatever is done.
    pub ends_at: Timestamp,
    /// Where the browser is.
    pub address: String,
    /// What it is.
    pub browser: String,
    /// Which version of it.
    pub version: Option<u16>,
    /// The services that it is logged in at, each once.
    pub clients: Vec<String>,
}

/// The logins that have not ended, the latest first; of one user, if one is named.
///
/// # Errors
///
/// The database's.
pub fn list(tx: &Tx, account: Option<i64>) -> Result<Vec<Listed>, StoreError> {
    tx.query(
        "SELECT web_browser.id, customer.number, account.user_id, sid, opened_at, last_used_at,
                ends_at, address, browser, web_browser.version
         FROM web_browser JOIN account ON account.id = web_browser.account
         JOIN customer ON customer.id = account.customer
         WHERE ended_at IS NULL AND (CAST(?1 AS BIGINT) IS NULL OR web_browser.account = ?1)
         ORDER BY opened_at DESC, web_browser.id DESC",
        &params![account],
    )?
    .iter()
    .map(|row| {
        let id = row.get(0)?;
        let clients = tx
            .query(
                "SELECT DISTINCT client FROM web_service
                 WHERE browser = ?1 AND ended_at IS NULL ORDER BY client",
                &params![id],
            )?
            .iter()
            .map(|row| row.get(0))
            .collect::<Result<_, _>>()?;
        Ok(Listed {
            id,
            customer_number: row.parse(1, "customer number")?,
            user_id: row.parse(2, "user ID")?,
            sid: row.get(3)?,
            opened_at: row.get(4)?,
            last_used_at: row.get(5)?,
            ends_at: row.get(6)?,
            address: row.get(7)?,
            browser: row.get(8)?,
            version: row.get(9)?,
            clients,
        })
    })
    .collect()
}

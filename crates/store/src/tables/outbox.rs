//! `outbox`: the letters about certificates that are about to expire, and how far each has come.

use serde::Serialize;
use warifu_protocol::{Thumbprint, Timestamp, UserId};

use crate::{
    StoreError, Tx,
    value::{Row, Value, params},
};

/// A letter with all that sending it needs.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The row.
    pub id: i64,
    /// Days before the expiry.
    pub threshold: u16,
    /// The certificate.
    pub thumbprint: Thumbprint,
    /// Whose customer it is.
    pub customer_number: String,
    /// That customer's name.
    pub customer_name: String,
    /// Whose certificate it is.
    pub owner: UserId,
    /// Whether the owner has an address of the own.
    pub owner_is_told: bool,
    /// Who gets the letter.
    pub recipient: UserId,
    /// Where to.
    pub address: String,
    /// When the certificate expires.
    pub expires_at: Timestamp,
    /// Since when the letter waits.
    pub queued_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Whether it is of use to anybody any more.
    pub is_wanted: bool,
    /// Whether the mail server may have been given the text.
    pub is_handed: bool,
}

/// Whether a user looks after the customer's users.
macro_rules! is_administrator {
    ($account:literal) => {
        concat!(
            "(",
            $account,
            ".is_primary = 1 OR EXISTS (
                SELECT 1 FROM permission
                WHERE permission.account = ",
            $account,
            ".id AND permission = 'user-administration'))"
        )
    };
}

/// A certificate that has come nearer to its expiry than a threshold, and was not warned of at that one.
#[derive(Clone, Copy, Debug)]
pub struct Nearing {
    certificate: i64,
    owner: i64,
    customer: i64,
    expires_at: Timestamp,
    /// Whether nothing was said of it yet.
    is_first: bool,
}

/// The certificates that are used and end between two moments, that were not warned of at `days` before
/// their end or later.
///
/// # Errors
///
/// The database's.
pub fn nearing(
    tx: &Tx,
    (from, until): (Timestamp, Timestamp),
    days: u16,
    limit: usize,
) -> Result<Vec<Nearing>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = tx.query(
        "SELECT certificate.id, account.id, account.customer, not_after,
                CASE WHEN warned_days IS NULL THEN 1 ELSE 0 END
         FROM certificate JOIN account ON account.id = certificate.account
         WHERE state = 'active' AND not_after > ?1 AND not_after <= ?2
           AND (warned_days IS NULL OR warned_days > ?3)
           AND suspended_at IS NULL AND deleted_at IS NULL
         LIMIT ?4",
        &params![from, until, days, limit],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Nearing {
                certificate: row.get(0)?,
                owner: row.get(1)?,
                customer: row.get(2)?,
                expires_at: row.get(3)?,
                is_first: row.get(4)?,
            })
        })
        .collect()
}

/// Queues the letters about a certificate at a threshold: to the owner each time, and the first time to
/// those who look after the customer's users as well. Whoever gets a nearer warning does not need the
/// earlier one any more.
///
/// # Errors
///
/// The database's.
pub fn queue(tx: &Tx, nearing: &Nearing, days: u16, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        concat!(
            "INSERT INTO outbox (certificate, threshold, recipient, expires_at, state, state_at,
                                 queued_at, next_at)
             SELECT ?1, ?2, account.id, ?3, 'queued', ?4, ?4, ?4 FROM account
             WHERE customer = ?5 AND email IS NOT NULL
               AND suspended_at IS NULL AND deleted_at IS NULL
               AND (account.id = ?6 OR (?7 = 1 AND ",
            is_administrator!("account"),
            ")) ON CONFLICT DO NOTHING",
        ),
        &params![
            nearing.certificate,
            days,
            nearing.expires_at,
            now,
            nearing.customer,
            nearing.owner,
            nearing.is_first
        ],
    )?;
    tx.execute(
        "UPDATE outbox SET state = 'dropped', state_at = ?3
         WHERE certificate = ?1 AND threshold > ?2 AND state = 'queued' AND recipient IN (
             SELECT recipient FROM outbox WHERE certificate = ?1 AND threshold = ?2)",
        &params![nearing.certificate, days, now],
    )?;
    tx.execute(
        "UPDATE certificate SET warned_days = ?2 WHERE id = ?1",
        &params![nearing.certificate, days],
    )
    .map(drop)
}

/// A statement that begins with all that sending letters needs.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT outbox.id, threshold, thumbprint, customer.number, customer.name, owner.user_id,
                    CASE WHEN owner.email IS NOT NULL THEN 1 ELSE 0 END, reader.user_id,
                    reader.email, expires_at, queued_at, attempts,
                    CASE WHEN certificate.state = 'active'
                         AND owner.suspended_at IS NULL AND owner.deleted_at IS NULL
                         AND reader.suspended_at IS NULL AND reader.deleted_at IS NULL
                         AND reader.email IS NOT NULL
                         AND (reader.id = owner.id OR ",
            is_administrator!("reader"),
            "       ) THEN 1 ELSE 0 END,
                    CASE WHEN handed_at IS NOT NULL THEN 1 ELSE 0 END
             FROM outbox JOIN certificate ON certificate.id = outbox.certificate
                  JOIN account AS owner ON owner.id = certificate.account
                  JOIN account AS reader ON reader.id = recipient
                  JOIN customer ON customer.id = owner.customer ",
            $rest
        )
    };
}

/// Letters by row; without what is in the row if that cannot be read.
type Found = (i64, Option<Letter>);

fn letters(tx: &Tx, sql: &'static str, values: &[Value]) -> Result<Vec<Found>, StoreError> {
    let rows = tx.query(sql, values)?;
    rows.iter().map(|row| Ok((row.get(0)?, read(row).ok()))).collect()
}

fn read(row: &Row) -> Result<Letter, StoreError> {
    Ok(Letter {
        id: row.get(0)?,
        threshold: row.get(1)?,
        thumbprint: row.parse(2, "thumbprint")?,
        customer_number: row.get(3)?,
        customer_name: row.get(4)?,
        owner: row.parse(5, "user ID")?,
        owner_is_told: row.get(6)?,
        recipient: row.parse(7, "user ID")?,
        address: row.get::<Option<String>>(8)?.unwrap_or_default(),
        expires_at: row.get(9)?,
        queued_at: row.get(10)?,
        attempts: row.get(11)?,
        is_wanted: row.get(12)?,
        is_handed: row.get(13)?,
    })
}

/// The next letter whose time has come, or is further away than `longest_pause`, which a clock made that
/// was set back since. Whoever has been tried less goes first.
///
/// # Errors
///
/// The database's.
pub fn due(
    tx: &Tx,
    now: Timestamp,
    longest_pause: i64,
) -> Result<Option<(i64, Option<Letter>)>, StoreError> {
    let found = letters(
        tx,
        select!(
            "WHERE outbox.state = 'queued' AND (next_at <= ?1 OR next_at > ?2)
             ORDER BY next_at, attempts, outbox.id LIMIT 1"
        ),
        &params![now, now + longest_pause],
    )?;
    Ok(found.into_iter().next())
}

/// The letters that are due and wait since `queued_until` or longer.
///
/// # Errors
///
/// The database's.
pub fn due_since(
    tx: &Tx,
    now: Timestamp,
    queued_until: Timestamp,
) -> Result<Vec<(i64, Option<Letter>)>, StoreError> {
    letters(
        tx,
        select!("WHERE outbox.state = 'queued' AND next_at <= ?1 AND queued_at <= ?2"),
        &params![now, queued_until],
    )
}

/// The letters that are being sent.
///
/// # Errors
///
/// The database's.
pub fn sending(tx: &Tx) -> Result<Vec<(i64, Option<Letter>)>, StoreError> {
    letters(tx, select!("WHERE outbox.state = 'sending'"), &[])
}

/// Moves a letter to another state; the answer stays if there is no new one.
///
/// # Errors
///
/// The database's.
pub fn set_state(
    tx: &Tx,
    id: i64,
    state: &str,
    now: Timestamp,
    answer: Option<&str>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outbox SET state = ?2, state_at = ?3, answer = coalesce(?4, answer) WHERE id = ?1",
        &params![id, state, now, answer],
    )
    .map(drop)
}

/// Counts an attempt.
///
/// # Errors
///
/// The database's.
pub fn count_attempt(tx: &Tx, id: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE outbox SET attempts = attempts + 1 WHERE id = ?1", &params![id]).map(drop)
}

/// Notes that from now on the mail server may have the text.
///
/// # Errors
///
/// The database's.
pub fn set_handed(tx: &Tx, id: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE outbox SET handed_at = ?2 WHERE id = ?1", &params![id, now]).map(drop)
}

/// Queues a letter again that was not begun.
///
/// # Errors
///
/// The database's.
pub fn put_back(tx: &Tx, id: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outbox SET state = 'queued', state_at = ?2, handed_at = NULL WHERE id = ?1",
        &params![id, now],
    )
    .map(drop)
}

/// Queues a letter again after that many attempts, not before `next_at`.
///
/// # Errors
///
/// The database's.
pub fn put_off(
    tx: &Tx,
    id: i64,
    attempts: u32,
    next_at: Timestamp,
    why: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outbox SET state = 'queued', state_at = ?2, attempts = ?3, next_at = ?4,
                           answer = ?5, handed_at = NULL WHERE id = ?1",
        &params![id, now, attempts, next_at, why],
    )
    .map(drop)
}

/// Puts off every letter that would be tried before `until`; the answer is kept where there is one.
///
/// # Errors
///
/// The database's.
pub fn put_all_off(tx: &Tx, until: Timestamp, why: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outbox SET next_at = ?1, answer = coalesce(answer, ?2)
         WHERE state = 'queued' AND next_at < ?1",
        &params![until, why],
    )
    .map(drop)
}

/// Puts off the letters to an address that are due.
///
/// # Errors
///
/// The database's.
pub fn put_address_off(
    tx: &Tx,
    address: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outbox SET next_at = ?3 WHERE state = 'queued' AND next_at <= ?2
         AND recipient IN (SELECT id FROM account WHERE email = ?1)",
        &params![address, now, until],
    )
    .map(drop)
}

/// Forgets the letters about certificates that expired before a moment; how many.
///
/// # Errors
///
/// The database's.
pub fn delete_expired(tx: &Tx, before: Timestamp) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM outbox WHERE expires_at < ?1 AND state NOT IN ('queued', 'sending')",
        &params![before],
    )
}

/// Makes the waiting letters due now; how many.
///
/// # Errors
///
/// The database's.
pub fn make_due(tx: &Tx, now: Timestamp) -> Result<usize, StoreError> {
    tx.execute("UPDATE outbox SET next_at = ?1 WHERE state = 'queued'", &params![now])
}

/// Queues the letters again that failed, unless a nearer warning has taken their place; how many.
///
/// # Errors
///
/// The database's.
pub fn requeue_failed(tx: &Tx, now: Timestamp) -> Result<usize, StoreError> {
    tx.execute(
        "UPDATE outbox SET state = 'queued', state_at = ?1, queued_at = ?1, next_at = ?1,
                           attempts = 0, handed_at = NULL
         WHERE state = 'failed' AND expires_at > ?1 AND NOT EXISTS (
             SELECT 1 FROM outbox AS nearer
             WHERE nearer.certificate = outbox.certificate
               AND nearer.recipient = outbox.recipient AND nearer.threshold < outbox.threshold)",
        &params![now],
    )
}

/// Marks every letter that waits or is being sent as uncertain; how many.
///
/// # Errors
///
/// The database's.
pub fn make_uncertain(tx: &Tx, why: &str, now: Timestamp) -> Result<usize, StoreError> {
    tx.execute(
        "UPDATE outbox SET state = 'uncertain', state_at = ?1, answer = ?2
         WHERE state IN ('queued', 'sending')",
        &params![now, why],
    )
}

/// How many letters are in a state.
///
/// # Errors
///
/// The database's.
pub fn count(tx: &Tx, state: &str) -> Result<u32, StoreError> {
    tx.query_one("SELECT count(*) FROM outbox WHERE state = ?1", &params![state])?.get(0)
}

/// When the next letter is tried.
///
/// # Errors
///
/// The database's.
pub fn next_at(tx: &Tx) -> Result<Option<Timestamp>, StoreError> {
    tx.query_one("SELECT min(next_at) FROM outbox WHERE state = 'queued'", &[])?.get(0)
}

/// A letter that waits or has failed, as the provider is shown it.
#[derive(Clone, Debug, Serialize)]
pub struct LetterStatus {
    /// Whose customer it is.
    pub customer_number: String,
    /// Whose certificate it is about.
    pub user_id: String,
    /// Who gets it.
    pub recipient: String,
    /// Days before the expiry.
    pub threshold: u16,
    /// Where it stands.
    pub state: String,
    /// Since when it stands there.
    pub state_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// The mail server's last answer, or what went wrong.
    pub answer: Option<String>,
}

/// The latest letters that are not simply sent, newest first.
///
/// # Errors
///
/// The database's.
pub fn latest(tx: &Tx, limit: u32) -> Result<Vec<LetterStatus>, StoreError> {
    let rows = tx.query(
        "SELECT customer.number, owner.user_id, reader.user_id, threshold, outbox.state,
                outbox.state_at, attempts, answer
         FROM outbox JOIN certificate ON certificate.id = outbox.certificate
              JOIN account AS owner ON owner.id = certificate.account
              JOIN account AS reader ON reader.id = recipient
              JOIN customer ON customer.id = owner.customer
         WHERE outbox.state IN ('queued', 'sending', 'failed', 'uncertain')
         ORDER BY outbox.state_at DESC, outbox.id DESC LIMIT ?1",
        &params![limit],
    )?;
    rows.iter()
        .map(|row| {
            Ok(LetterStatus {
                customer_number: row.get(0)?,
                user_id: row.get(1)?,
                recipient: row.get(2)?,
                threshold: row.get(3)?,
                state: row.get(4)?,
                state_at: row.get(5)?,
                attempts: row.get(6)?,
                answer: row.get(7)?,
            })
        })
        .collect()
}

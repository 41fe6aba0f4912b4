//! `outbox`: the letters about what is about to expire, and about addresses that were changed; how far each
//! has come. Which there are to be about expiries, [`super::expiry`] says.

use serde::Serialize;
use warifu_protocol::{EmailAddress, PersonName, Thumbprint, Timestamp, UserId};

use super::expiry::is_administrator;
use crate::{
    StoreError, Tx,
    value::{Row, Value, params},
};

/// A letter with all that sending it needs.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The row.
    pub id: i64,
    /// Days before the expiry; of a list, its day; else 0.
    pub threshold: u32,
    /// What it is about.
    pub about: About,
    /// Who gets it, unless it is the provider's operators.
    pub recipient: Option<Recipient>,
    /// Where to.
    pub address: String,
    /// When it expires, or the last that stands in the list; from then on the letter is of no use.
    pub expires_at: Timestamp,
    /// Since when the letter waits.
    pub queued_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Whether it is of use to anybody any more; of a list, whether its reader is still to have it.
    pub is_wanted: bool,
    /// Whether the mail server may have been given the text.
    pub is_handed: bool,
}

/// What a letter is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum About {
    /// The reader's certificate.
    Certificate(Thumbprint),
    /// The reader's password.
    Password,
    /// The certificates of the reader's colleagues.
    List,
    /// The certificates of all customers, for the provider.
    Operators,
    /// That the reader's address was changed.
    Address(AddressChange),
}

/// A change of a user's address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AddressChange {
    /// When it was made.
    pub at: Timestamp,
    /// The address before, if there was one.
    pub former: Option<EmailAddress>,
    /// The address since.
    pub latter: EmailAddress,
}

/// A user who gets a letter.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The row.
    pub account: i64,
    /// The user's ID.
    pub user_id: UserId,
    /// What the user is called, if that was entered.
    pub name: Option<PersonName>,
    /// The customer's row.
    pub customer: i64,
    /// The customer's number.
    pub customer_number: String,
    /// The customer's name.
    pub customer_name: String,
}

/// A statement that begins with all that sending letters needs.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT outbox.id, threshold, kind, thumbprint, reader.id, reader.user_id, customer.id,
                    customer.number, customer.name, coalesce(outbox.address, reader.email),
                    expires_at, queued_at, attempts,
                    CASE WHEN kind IN ('operators', 'address') THEN 1
                         WHEN reader.suspended_at IS NOT NULL OR reader.deleted_at IS NOT NULL
                              OR reader.email IS NULL THEN 0
                         WHEN kind = 'certificate' AND certificate.state = 'active'
                              AND reader.id = owner THEN 1
                         WHEN kind = 'password' AND reader.password_generation = generation THEN 1
                         WHEN kind = 'list' AND ",
            is_administrator!("reader"),
            "            THEN 1 ELSE 0 END,
                    CASE WHEN handed_at IS NOT NULL THEN 1 ELSE 0 END, reader.name, changed_at, former,
                    latter
             FROM outbox LEFT JOIN certificate ON certificate.id = outbox.certificate
                  LEFT JOIN account AS reader ON reader.id = recipient
                  LEFT JOIN customer ON customer.id = reader.customer ",
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
    let about = match row.get::<String>(2)?.as_str() {
        "certificate" => About::Certificate(row.parse(3, "thumbprint")?),
        "password" => About::Password,
        "list" => About::List,
        "operators" => About::Operators,
        "address" => About::Address(AddressChange {
            at: row.get(16)?,
            former: match row.get::<Option<String>>(17)? {
                Some(_) => Some(row.parse(17, "address")?),
                None => None,
            },
            latter: row.parse(18, "address")?,
        }),
        _ => return Err(StoreError::Unreadable("kind of letter")),
    };
    let recipient = match row.get::<Option<i64>>(4)? {
        Some(account) => Some(Recipient {
            account,
            user_id: row.parse(5, "user ID")?,
            name: row.get::<Option<String>>(15)?.and_then(|name| name.parse().ok()),
            customer: row.get(6)?,
            customer_number: row.get(7)?,
            customer_name: row.get(8)?,
        }),
        None => None,
    };
    Ok(Letter {
        id: row.get(0)?,
        threshold: row.get(1)?,
        about,
        recipient,
        address: row.get::<Option<String>>(9)?.unwrap_or_default(),
        expires_at: row.get(10)?,
        queued_at: row.get(11)?,
        attempts: row.get(12)?,
        is_wanted: row.get(13)?,
        is_handed: row.get(14)?,
    })
}

/// Queues the letters about a change of a user's address, to the address before and to the one since.
/// `version` is the user's since the change; from `useless_at` on nobody needs them any more.
///
/// # Errors
///
/// The database's.
pub fn queue_address_change(
    tx: &Tx,
    (account, version): (i64, u32),
    change: &AddressChange,
    useless_at: Timestamp,
) -> Result<(), StoreError> {
    let AddressChange { at, former, latter } = change;
    let former = former.as_ref().map(EmailAddress::as_str);
    for to in former.into_iter().chain([latter.as_str()]) {
        tx.execute(
            "INSERT INTO outbox (about, threshold, kind, owner, recipient, address, expires_at, state,
                                 state_at, queued_at, next_at, changed_at, former, latter)
             VALUES ('address/' || CAST(?1 AS BIGINT) || '/' || CAST(?2 AS BIGINT) || '/' || ?3, 0,
                     'address', ?1, ?1, ?3, ?4, 'queued', ?5, ?5, ?5, ?5, ?6, ?7)",
            &params![account, version, to, useless_at, *at, former, latter.as_str()],
        )?;
    }
    Ok(())
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

/// Takes a queued letter to be sent; whether nobody else has.
///
/// # Errors
///
/// The database's.
pub fn begin_sending(tx: &Tx, id: i64, now: Timestamp) -> Result<bool, StoreError> {
    let taken = tx.execute(
        "UPDATE outbox SET state = 'sending', state_at = ?2 WHERE id = ?1 AND state = 'queued'",
        &params![id, now],
    )?;
    Ok(taken > 0)
}

/// Counts an attempt.
///
/// # Errors
///
/// The database's.
pub fn count_attempt(tx: &Tx, id: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE outbox SET attempts = attempts + 1 WHERE id = ?1", &params![id]).map(drop)
}

/// Notes that from now on the mail server may have the text of a letter that is being sent after so many
/// attempts; false if it is not any more.
///
/// # Errors
///
/// The database's.
pub fn set_handed(tx: &Tx, id: i64, attempts: u32, now: Timestamp) -> Result<bool, StoreError> {
    let noted = tx.execute(
        "UPDATE outbox SET handed_at = ?2 WHERE id = ?1 AND state = 'sending' AND attempts = ?3",
        &params![id, now, attempts],
    )?;
    Ok(noted > 0)
}

/// Queues a letter again that was being sent after so many attempts, and not begun.
///
/// # Errors
///
/// The database's.
pub fn put_back(tx: &Tx, id: i64, attempts: u32, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outbox SET state = 'queued', state_at = ?2, handed_at = NULL
         WHERE id = ?1 AND state = 'sending' AND attempts = ?3",
        &params![id, now, attempts],
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
         AND (address = ?1
              OR address IS NULL AND recipient IN (SELECT id FROM account WHERE email = ?1))",
        &params![address, now, until],
    )
    .map(drop)
}

/// Forgets the letters about what expired before a moment; how many.
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

/// Queues the letters again that failed, unless a later one has taken their place; how many.
///
/// # Errors
///
/// The database's.
pub fn requeue_failed(tx: &Tx, now: Timestamp) -> Result<usize, StoreError> {
    tx.execute(
        "UPDATE outbox SET state = 'queued', state_at = ?1, queued_at = ?1, next_at = ?1,
                           attempts = 0, handed_at = NULL
         WHERE state = 'failed' AND expires_at > ?1 AND NOT EXISTS (
             SELECT 1 FROM outbox AS later
             WHERE later.about = outbox.about AND later.id > outbox.id)",
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
    /// What it is about: a certificate, a password, a list for administrators or for the operators, an
    /// address that was changed.
    pub kind: String,
    /// Whose customer it is; none for the operators.
    pub customer_number: Option<String>,
    /// Who gets it: a user ID, or an operators' address.
    pub recipient: String,
    /// Days before the expiry; of a list, its day, counted from 1970; else 0.
    pub threshold: u32,
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
        "SELECT kind, customer.number, coalesce(reader.user_id, address), threshold, outbox.state,
                outbox.state_at, attempts, answer
         FROM outbox LEFT JOIN account AS reader ON reader.id = recipient
              LEFT JOIN customer ON customer.id = reader.customer
         WHERE outbox.state IN ('queued', 'sending', 'failed', 'uncertain')
         ORDER BY outbox.state_at DESC, outbox.id DESC LIMIT ?1",
        &params![limit],
    )?;
    rows.iter()
        .map(|row| {
            Ok(LetterStatus {
                kind: row.get(0)?,
                customer_number: row.get(1)?,
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

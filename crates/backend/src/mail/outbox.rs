//! Which letters there are, and how far each has come.
//!
//! | state | meaning | next |
//! |---|---|---|
//! | `queued` | waits for its time | `sending`, `dropped` |
//! | `sending` | the mail server is being spoken to | `sent`, `failed`, `uncertain`, `queued` again |
//! | `sending`, `handed_at` | the mail server is given the text | the same |
//! | `sent` | the mail server took it | – |
//! | `failed` | it was refused for good, or for three days | `queued`, if the provider says so |
//! | `uncertain` | nobody knows whether the mail server took it | – |
//! | `dropped` | it has become needless | – |

use rusqlite::{Connection, Row, ToSql, params};
use serde::Serialize;
use warifu_protocol::{Thumbprint, Timestamp, UserId};

use crate::{
    audit::{self, Act, Actor, Entry},
    error::Error,
    store::StoreError,
};

const DAY: i64 = 86_400;

/// Most certificates that one change to the database takes up.
pub(crate) const BATCH: usize = 200;

/// Longest pause before a letter is tried again.
const LONGEST_PAUSE: i64 = 3_600;

/// How long a letter is tried again.
const PATIENCE: i64 = 3 * DAY;

/// Pause after which letters are tried that nothing is the matter with.
pub(crate) const SHORTEST_PAUSE: i64 = 60;

/// How long after the certificate's expiry its letters are kept.
const KEPT: i64 = 90 * DAY;

/// A letter whose turn it is.
#[derive(Clone, Debug)]
pub(crate) struct Due {
    pub(crate) id: i64,
    pub(crate) threshold: u16,
    pub(crate) thumbprint: Thumbprint,
    pub(crate) customer_number: String,
    pub(crate) customer_name: String,
    /// Whose certificate it is.
    pub(crate) owner: UserId,
    /// Whether the owner has an address of the own.
    pub(crate) owner_is_told: bool,
    pub(crate) recipient: UserId,
    pub(crate) address: String,
    /// When the certificate expires.
    pub(crate) expires_at: Timestamp,
    queued_at: Timestamp,
    attempts: u32,
    is_wanted: bool,
    /// Whether the mail server may have been given the text.
    is_handed: bool,
}

/// What became of an attempt.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// The mail server took it; its answer.
    Sent(String),
    /// It did not, and may later.
    Later {
        /// What it said, or what happened.
        why: String,
        /// Whose fault that is.
        blame: Blame,
    },
    /// It never will.
    Refused(String),
    /// Nobody knows.
    Uncertain(String),
    /// The backend was stopped before the mail server was given anything.
    NotBegun,
}

/// Why a letter was not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Blame {
    /// The mail server works, and does not want this letter now.
    Letter,
    /// The conversation broke off after the recipient had been named: because of the recipient, or
    /// because the mail server fails.
    Unclear,
    /// It takes no letters at all now.
    Server,
}

/// Whether `user` looks after the customer's users.
macro_rules! is_administrator {
    () => {
        "(user.is_primary OR EXISTS (
            SELECT 1 FROM permission
            WHERE permission.user = user.id AND permission = 'user-administration'))"
    };
}

/// Puts letters about certificates that have come nearer to their expiry than another of
/// `warning_days` (most first) into the outbox: to the owner each time, and the first time to those
/// who look after the customer's users as well. The number of certificates taken up, at most
/// [`BATCH`]: if it is as many, there may be more.
pub(crate) fn fill(
    connection: &Connection,
    warning_days: &[u16],
    now: Timestamp,
) -> Result<usize, Error> {
    let mut select = connection.prepare_cached(
        "SELECT certificate.id, user.id, user.customer, not_after, warned_days IS NULL
         FROM certificate JOIN user ON user.id = certificate.user
         WHERE state = 'active' AND not_after > ?1 AND not_after <= ?2
           AND (warned_days IS NULL OR warned_days > ?3)
           AND suspended_at IS NULL AND deleted_at IS NULL
         LIMIT ?4",
    )?;
    let mut insert = connection.prepare_cached(concat!(
        "INSERT INTO outbox (certificate, threshold, recipient, expires_at, state, state_at,
                             queued_at, next_at)
         SELECT ?1, ?2, user.id, ?3, 'queued', ?4, ?4, ?4 FROM user
         WHERE customer = ?5 AND email IS NOT NULL
           AND suspended_at IS NULL AND deleted_at IS NULL
           AND (user.id = ?6 OR (?7 AND ",
        is_administrator!(),
        ")) ON CONFLICT DO NOTHING",
    ))?;
    // Whoever gets a nearer warning does not need the earlier one any more.
    let mut replace = connection.prepare_cached(
        "UPDATE outbox SET state = 'dropped', state_at = ?3
         WHERE certificate = ?1 AND threshold > ?2 AND state = 'queued' AND recipient IN (
             SELECT recipient FROM outbox WHERE certificate = ?1 AND threshold = ?2)",
    )?;
    let mut mark =
        connection.prepare_cached("UPDATE certificate SET warned_days = ?2 WHERE id = ?1")?;
    let mut taken = 0;
    let mut nearer = 0;
    for days in warning_days.iter().rev().map(|days| i64::from(*days)) {
        let rows = select.query_map(
            params![now + nearer * DAY, now + days * DAY, days, (BATCH - taken) as i64],
            |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, i64>(2)?,
                    row.get::<_, Timestamp>(3)?,
                    row.get::<_, bool>(4)?,
                ))
            },
        )?;
        let crossed = rows.collect::<Result<Vec<_>, _>>()?;
        for (certificate, owner, customer, expires_at, first) in crossed {
            insert.execute(params![certificate, days, expires_at, now, customer, owner, first])?;
            replace.execute(params![certificate, days, now])?;
            mark.execute(params![certificate, days])?;
            taken += 1;
        }
        nearer = days;
    }
    Ok(taken)
}

/// The next letter whose time has come, marked as being sent. What has become needless is dropped
/// on the way.
pub(crate) fn claim(connection: &Connection, now: Timestamp) -> Result<Option<Due>, Error> {
    while let Some((id, due)) = due(connection, now)? {
        match due {
            Some(due) if due.is_wanted && now < due.expires_at => {
                set_state(connection, id, "sending", now, None)?;
                return Ok(Some(due));
            }
            Some(_) => set_state(connection, id, "dropped", now, None)?,
            // One row that cannot be read keeps nobody else waiting.
            None => set_state(connection, id, "failed", now, Some(UNREADABLE))?,
        }
    }
    Ok(None)
}

/// Keeps, before the mail server is given the text of a claimed letter, that from here on it may
/// have it.
pub(crate) fn hand_over(connection: &Connection, due: &Due, now: Timestamp) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE outbox SET handed_at = ?2 WHERE id = ?1")?
        .execute(params![due.id, now])?;
    Ok(())
}

/// Keeps what became of a claimed letter.
pub(crate) fn finish(
    connection: &Connection,
    due: &Due,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), Error> {
    match outcome {
        Outcome::Sent(answer) => done(connection, due, "sent", Act::ExpiryMailSent, answer, now),
        Outcome::Refused(why) => done(connection, due, "failed", Act::ExpiryMailFailed, why, now),
        Outcome::Uncertain(why) => {
            done(connection, due, "uncertain", Act::ExpiryMailUncertain, why, now)
        }
        Outcome::Later { why, .. } => later(connection, due, why, now),
        Outcome::NotBegun => {
            let sql = "UPDATE outbox SET state = 'queued', state_at = ?2, handed_at = NULL
                       WHERE id = ?1";
            connection.prepare_cached(sql)?.execute(params![due.id, now])?;
            Ok(())
        }
    }
}

/// Puts off, by so many seconds, every letter that would be tried before: the mail server takes
/// none. One that has waited too long is given up.
pub(crate) fn postpone(connection: &Connection, now: Timestamp, pause: i64) -> Result<(), Error> {
    const WHY: &str = "the mail server could not be used";
    let pause = pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
    let old = select(
        connection,
        "outbox.state = 'queued' AND next_at <= ?1 AND queued_at <= ?2",
        &[&now, &(now - PATIENCE)],
    )?;
    for (id, due) in old {
        match due {
            Some(due) => later(connection, &due, WHY, now)?,
            None => set_state(connection, id, "failed", now, Some(UNREADABLE))?,
        }
    }
    connection
        .prepare_cached(
            "UPDATE outbox SET next_at = ?1, answer = coalesce(answer, ?2)
             WHERE state = 'queued' AND next_at < ?1",
        )?
        .execute(params![now + pause, WHY])?;
    Ok(())
}

/// Puts off the other letters to `address` whose time has come: what went wrong with one of them
/// would cost the time of each.
pub(crate) fn spare(connection: &Connection, address: &str, now: Timestamp) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE outbox SET next_at = ?2 + ?3 WHERE state = 'queued' AND next_at <= ?2
             AND recipient IN (SELECT id FROM user WHERE email = ?1)",
        )?
        .execute(params![address, now, SHORTEST_PAUSE])?;
    Ok(())
}

/// Decides about the letters that a task or a backend left half done when it died: one whose text
/// the mail server may have is uncertain, any other is tried again. How many are uncertain.
pub(crate) fn recover(connection: &Connection, now: Timestamp) -> Result<usize, Error> {
    let mut uncertain = 0;
    for (id, due) in select(connection, "outbox.state = 'sending'", &[])? {
        match due {
            Some(due) if due.is_handed => {
                let why = "the backend ended while the letter was under way";
                done(connection, &due, "uncertain", Act::ExpiryMailUncertain, why, now)?;
                uncertain += 1;
            }
            Some(due) => {
                let why = "the backend ended before the letter was handed over";
                later(connection, &due, why, now)?;
            }
            None => set_state(connection, id, "failed", now, Some(UNREADABLE))?,
        }
    }
    Ok(uncertain)
}

/// Forgets the letters about certificates that expired long ago.
pub(crate) fn purge(connection: &Connection, now: Timestamp) -> Result<usize, Error> {
    Ok(connection
        .prepare_cached(
            "DELETE FROM outbox WHERE expires_at < ?1 AND state NOT IN ('queued', 'sending')",
        )?
        .execute([now - KEPT])?)
}

/// Makes the waiting letters due now, and those that failed as well unless a nearer warning has
/// taken their place. Never an uncertain one. How many there are.
pub(crate) fn retry(connection: &Connection, now: Timestamp) -> Result<usize, Error> {
    let waiting =
        connection.execute("UPDATE outbox SET next_at = ?1 WHERE state = 'queued'", [now])?;
    let failed = connection.execute(
        "UPDATE outbox SET state = 'queued', state_at = ?1, queued_at = ?1, next_at = ?1,
                           attempts = 0, handed_at = NULL
         WHERE state = 'failed' AND expires_at > ?1 AND NOT EXISTS (
             SELECT 1 FROM outbox AS nearer
             WHERE nearer.certificate = outbox.certificate
               AND nearer.recipient = outbox.recipient AND nearer.threshold < outbox.threshold)",
        [now],
    )?;
    Ok(waiting + failed)
}

/// How many letters are in each state, and what the provider should see.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    pub(crate) queued: u32,
    pub(crate) sending: u32,
    pub(crate) sent: u32,
    pub(crate) failed: u32,
    pub(crate) uncertain: u32,
    pub(crate) dropped: u32,
    /// When the next letter is tried.
    pub(crate) next_at: Option<Timestamp>,
    /// The latest letters that are not simply sent, newest first.
    pub(crate) letters: Vec<LetterStatus>,
}

/// A letter that waits or has failed.
#[derive(Debug, Serialize)]
pub(crate) struct LetterStatus {
    pub(crate) customer_number: String,
    pub(crate) user_id: String,
    pub(crate) recipient: String,
    pub(crate) threshold: u16,
    pub(crate) state: String,
    pub(crate) state_at: Timestamp,
    pub(crate) attempts: u32,
    pub(crate) answer: Option<String>,
}

pub(crate) fn status(connection: &Connection) -> Result<Status, Error> {
    const SHOWN: u32 = 50;
    let count = |state: &str| {
        connection
            .query_row("SELECT count(*) FROM outbox WHERE state = ?1", [state], |row| row.get(0))
    };
    let next_at = connection.query_row(
        "SELECT min(next_at) FROM outbox WHERE state = 'queued'",
        [],
        |row| row.get(0),
    )?;
    let mut statement = connection.prepare(
        "SELECT customer.number, owner.user_id, user.user_id, threshold, outbox.state,
                outbox.state_at, attempts, answer
         FROM outbox JOIN certificate ON certificate.id = outbox.certificate
              JOIN user AS owner ON owner.id = certificate.user
              JOIN user ON user.id = recipient
              JOIN customer ON customer.id = owner.customer
         WHERE outbox.state IN ('queued', 'sending', 'failed', 'uncertain')
         ORDER BY outbox.state_at DESC, outbox.id DESC LIMIT ?1",
    )?;
    let letters = statement.query_map([SHOWN], |row| {
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
    })?;
    Ok(Status {
        queued: count("queued")?,
        sending: count("sending")?,
        sent: count("sent")?,
        failed: count("failed")?,
        uncertain: count("uncertain")?,
        dropped: count("dropped")?,
        next_at,
        letters: letters.collect::<Result<_, _>>()?,
    })
}

fn later(connection: &Connection, due: &Due, why: &str, now: Timestamp) -> Result<(), Error> {
    if now >= due.queued_at + PATIENCE {
        let why = format!("given up after three days: {why}");
        return done(connection, due, "failed", Act::ExpiryMailFailed, &why, now);
    }
    let attempts = due.attempts + 1;
    connection
        .prepare_cached(
            "UPDATE outbox SET state = 'queued', state_at = ?2, attempts = ?3, next_at = ?4,
                               answer = ?5, handed_at = NULL WHERE id = ?1",
        )?
        .execute(params![due.id, now, attempts, now + pause(attempts), why])?;
    Ok(())
}

/// Seconds before the next attempt: a minute, two, four and so on, at most an hour.
pub(crate) fn pause(attempts: u32) -> i64 {
    let doublings = attempts.saturating_sub(1).min(6);
    (SHORTEST_PAUSE << doublings).min(LONGEST_PAUSE)
}

fn done(
    connection: &Connection,
    due: &Due,
    state: &str,
    act: Act,
    answer: &str,
    now: Timestamp,
) -> Result<(), Error> {
    set_state(connection, due.id, state, now, Some(answer))?;
    connection
        .prepare_cached("UPDATE outbox SET attempts = attempts + 1 WHERE id = ?1")?
        .execute([due.id])?;
    let entry = Entry {
        customer: Some(&due.customer_number),
        subject: Some(due.recipient.as_str()),
        certificate: Some(&due.thumbprint),
        ..Entry::new(act, Actor::System, now)
    };
    Ok(audit::record(connection, &entry)?)
}

fn set_state(
    connection: &Connection,
    id: i64,
    state: &str,
    now: Timestamp,
    answer: Option<&str>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE outbox SET state = ?2, state_at = ?3, answer = coalesce(?4, answer)
             WHERE id = ?1",
        )?
        .execute(params![id, state, now, answer])?;
    Ok(())
}

const SELECT: &str = concat!(
    "SELECT outbox.id, threshold, thumbprint, customer.number, customer.name, owner.user_id,
           owner.email IS NOT NULL, user.user_id, user.email, expires_at, queued_at, attempts,
           certificate.state = 'active'
           AND owner.suspended_at IS NULL AND owner.deleted_at IS NULL
           AND user.suspended_at IS NULL AND user.deleted_at IS NULL AND user.email IS NOT NULL
           AND (user.id = owner.id OR ",
    is_administrator!(),
    "), handed_at IS NOT NULL
    FROM outbox JOIN certificate ON certificate.id = outbox.certificate
         JOIN user AS owner ON owner.id = certificate.user
         JOIN user ON user.id = recipient
         JOIN customer ON customer.id = owner.customer "
);

/// What the provider reads about a row that this program cannot have written.
const UNREADABLE: &str = "the letter's row in the database cannot be read";

/// The next letter whose time has come; `None` for one that cannot be read. Whoever has been tried
/// less goes first.
fn due(connection: &Connection, now: Timestamp) -> Result<Option<(i64, Option<Due>)>, StoreError> {
    // A pause that is longer than any was made by a clock that has been set back since.
    let found = select(
        connection,
        "outbox.state = 'queued' AND (next_at <= ?1 OR next_at > ?1 + ?2)
         ORDER BY next_at, attempts, outbox.id LIMIT 1",
        &[&now, &LONGEST_PAUSE],
    )?;
    Ok(found.into_iter().next())
}

/// The letters of which that is true.
fn select(
    connection: &Connection,
    condition: &str,
    parameters: &[&dyn ToSql],
) -> Result<Vec<(i64, Option<Due>)>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE {condition}"))?;
    let rows = statement.query_map(parameters, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, Option<Due>)> {
    let id = row.get(0)?;
    let thumbprint: String = row.get(2)?;
    let owner: String = row.get(5)?;
    let recipient: String = row.get(7)?;
    let (Ok(thumbprint), Ok(owner), Ok(recipient)) =
        (thumbprint.parse(), owner.parse(), recipient.parse())
    else {
        return Ok((id, None));
    };
    let due = Due {
        id,
        threshold: row.get(1)?,
        thumbprint,
        customer_number: row.get(3)?,
        customer_name: row.get(4)?,
        owner,
        owner_is_told: row.get(6)?,
        recipient,
        address: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
        expires_at: row.get(9)?,
        queued_at: row.get(10)?,
        attempts: row.get(11)?,
        is_wanted: row.get(12)?,
        is_handed: row.get(13)?,
    };
    Ok((id, Some(due)))
}

#[cfg(test)]
mod tests;

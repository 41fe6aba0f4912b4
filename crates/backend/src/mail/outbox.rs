//! How far each letter has come. Which there are to be, `plan` says.
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

use serde::Serialize;
use warifu_protocol::Timestamp;
use warifu_store::{
    StoreError, Tx,
    tables::{
        expiry::{self, Listed},
        outbox::{self as rows, LetterStatus},
    },
};

use crate::{
    audit::{self, Act, Actor, Entry},
    error::Error,
};

pub(crate) use warifu_store::tables::outbox::{About, AddressChange, Letter as Due};

const DAY: i64 = 86_400;

/// Most lines of a list.
const LINES: usize = 200;

/// Longest pause before a letter is tried again.
const LONGEST_PAUSE: i64 = 3_600;

/// How long a letter is tried again.
const PATIENCE: i64 = 3 * DAY;

/// Pause after which letters are tried that nothing is the matter with.
pub(crate) const SHORTEST_PAUSE: i64 = 60;

/// How long after the expiry its letters are kept.
const KEPT: i64 = 90 * DAY;

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

/// The next letter whose time has come, marked as being sent. What has become needless is dropped
/// on the way.
pub(crate) fn claim(tx: &Tx, now: Timestamp) -> Result<Option<Due>, Error> {
    while let Some((id, due)) = next(tx, now)? {
        match due {
            Some(due) if due.is_wanted && now < due.expires_at && !is_empty(tx, &due, now)? => {
                if rows::begin_sending(tx, id, now)? {
                    return Ok(Some(due));
                }
            }
            Some(_) => rows::set_state(tx, id, "dropped", now, None)?,
            // One row that cannot be read keeps nobody else waiting.
            None => rows::set_state(tx, id, "failed", now, Some(UNREADABLE))?,
        }
    }
    Ok(None)
}

/// Whether it is a list in which nobody stands any more.
fn is_empty(tx: &Tx, due: &Due, now: Timestamp) -> Result<bool, Error> {
    Ok(match due.about {
        About::Certificate(_) | About::Password | About::Address(_) => false,
        About::List | About::Operators => listed(tx, due, now)?.1 == 0,
    })
}

/// Who stands in a list now, and how many they are, if not all have found a place.
pub(crate) fn listed(tx: &Tx, due: &Due, now: Timestamp) -> Result<(Vec<Listed>, u32), Error> {
    let reader = due.recipient.as_ref();
    let whose = (reader.map(|reader| reader.customer), reader.map(|reader| reader.account));
    Ok(expiry::listed(tx, whose, (now + 1, due.expires_at), LINES)?)
}

/// Keeps, before the mail server is given the text of a claimed letter, that from here on it may
/// have it; false if another backend has decided about the letter since it was claimed.
pub(crate) fn hand_over(tx: &Tx, due: &Due, now: Timestamp) -> Result<bool, Error> {
    Ok(rows::set_handed(tx, due.id, due.attempts, now)?)
}

/// Keeps what became of a claimed letter.
pub(crate) fn finish(tx: &Tx, due: &Due, outcome: &Outcome, now: Timestamp) -> Result<(), Error> {
    match outcome {
        Outcome::Sent(answer) => done(tx, due, End::Sent, answer, now),
        Outcome::Refused(why) => done(tx, due, End::Failed, why, now),
        Outcome::Uncertain(why) => done(tx, due, End::Uncertain, why, now),
        Outcome::Later { why, .. } => later(tx, due, why, now),
        Outcome::NotBegun => Ok(rows::put_back(tx, due.id, due.attempts, now)?),
    }
}

/// Puts off, by so many seconds, every letter that would be tried before: the mail server takes
/// none. One that has waited too long is given up.
pub(crate) fn postpone(tx: &Tx, now: Timestamp, pause: i64) -> Result<(), Error> {
    const WHY: &str = "the mail server could not be used";
    let pause = pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
    for (id, due) in rows::due_since(tx, now, now - PATIENCE)? {
        match due {
            Some(due) => later(tx, &due, WHY, now)?,
            None => rows::set_state(tx, id, "failed", now, Some(UNREADABLE))?,
        }
    }
    Ok(rows::put_all_off(tx, now + pause, WHY)?)
}

/// Puts off the other letters to `address` whose time has come: what went wrong with one of them
/// would cost the time of each.
pub(crate) fn spare(tx: &Tx, address: &str, now: Timestamp) -> Result<(), Error> {
    Ok(rows::put_address_off(tx, address, now + SHORTEST_PAUSE, now)?)
}

/// Decides about the letters that a task or a backend left half done when it died: one whose text
/// the mail server may have is uncertain, any other is tried again. How many are uncertain.
pub(crate) fn recover(tx: &Tx, now: Timestamp) -> Result<usize, Error> {
    let mut uncertain = 0;
    for (id, due) in rows::sending(tx)? {
        match due {
            Some(due) if due.is_handed => {
                let why = "the backend ended while the letter was under way";
                done(tx, &due, End::Uncertain, why, now)?;
                uncertain += 1;
            }
            Some(due) => {
                let why = "the backend ended before the letter was handed over";
                later(tx, &due, why, now)?;
            }
            None => rows::set_state(tx, id, "failed", now, Some(UNREADABLE))?,
        }
    }
    Ok(uncertain)
}

/// Forgets the letters about what expired long ago.
pub(crate) fn purge(tx: &Tx, now: Timestamp) -> Result<usize, Error> {
    Ok(rows::delete_expired(tx, now - KEPT)?)
}

/// Makes the waiting letters due now, and those that failed as well unless a nearer warning has
/// taken their place. Never an uncertain one. How many there are.
pub(crate) fn retry(tx: &Tx, now: Timestamp) -> Result<usize, Error> {
    let waiting = rows::make_due(tx, now)?;
    let failed = rows::requeue_failed(tx, now)?;
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

pub(crate) fn status(tx: &Tx) -> Result<Status, Error> {
    const SHOWN: u32 = 50;
    Ok(Status {
        queued: rows::count(tx, "queued")?,
        sending: rows::count(tx, "sending")?,
        sent: rows::count(tx, "sent")?,
        failed: rows::count(tx, "failed")?,
        uncertain: rows::count(tx, "uncertain")?,
        dropped: rows::count(tx, "dropped")?,
        next_at: rows::next_at(tx)?,
        letters: rows::latest(tx, SHOWN)?,
    })
}

fn later(tx: &Tx, due: &Due, why: &str, now: Timestamp) -> Result<(), Error> {
    if now >= due.queued_at + PATIENCE {
        let why = format!("given up after three days: {why}");
        return done(tx, due, End::Failed, &why, now);
    }
    let attempts = due.attempts + 1;
    Ok(rows::put_off(tx, due.id, attempts, now + pause(attempts), why, now)?)
}

/// Seconds before the next attempt: a minute, two, four and so on, at most an hour.
pub(crate) fn pause(attempts: u32) -> i64 {
    let doublings = attempts.saturating_sub(1).min(6);
    (SHORTEST_PAUSE << doublings).min(LONGEST_PAUSE)
}

/// Where a letter comes to rest.
#[derive(Clone, Copy)]
enum End {
    Sent,
    Failed,
    Uncertain,
}

impl End {
    fn state(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Uncertain => "uncertain",
        }
    }

    fn act(self, about: &About) -> Act {
        let is_expiry = match about {
            About::Certificate(_) | About::Password | About::List | About::Operators => true,
            About::Address(_) => false,
        };
        match (self, is_expiry) {
            (Self::Sent, true) => Act::ExpiryMailSent,
            (Self::Failed, true) => Act::ExpiryMailFailed,
            (Self::Uncertain, true) => Act::ExpiryMailUncertain,
            (Self::Sent, false) => Act::AddressMailSent,
            (Self::Failed, false) => Act::AddressMailFailed,
            (Self::Uncertain, false) => Act::AddressMailUncertain,
        }
    }
}

fn done(tx: &Tx, due: &Due, end: End, answer: &str, now: Timestamp) -> Result<(), Error> {
    rows::set_state(tx, due.id, end.state(), now, Some(answer))?;
    rows::count_attempt(tx, due.id)?;
    let certificate = match &due.about {
        About::Certificate(thumbprint) => Some(thumbprint),
        About::Password | About::List | About::Operators | About::Address(_) => None,
    };
    let entry = Entry {
        customer: due.recipient.as_ref().map(|reader| reader.customer_number.as_str()),
        subject: due.recipient.as_ref().map(|reader| reader.user_id.as_str()),
        certificate,
        ..Entry::new(end.act(&due.about), Actor::System, now)
    };
    Ok(audit::record(tx, &entry)?)
}

/// What the provider reads about a row that this program cannot have written.
const UNREADABLE: &str = "the letter's row in the database cannot be read";

/// The next letter whose time has come; `None` for one that cannot be read.
fn next(tx: &Tx, now: Timestamp) -> Result<Option<(i64, Option<Due>)>, StoreError> {
    rows::due(tx, now, LONGEST_PAUSE)
}

#[cfg(test)]
mod tests;

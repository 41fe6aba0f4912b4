//! The schema in PostgreSQL, numbered as SQLite's. Whoever brings it up to date holds a lock, so that of
//! several backends that start at once one does it; it is one transaction, so that one that is killed
//! has done nothing.

use std::time::Instant;

use super::session::{Kind, Session};
use crate::{StoreError, sqlite::schema::VERSION};

/// What brings a database to a schema, from the one before; none is ever changed.
const MIGRATIONS: &[(u32, &str)] = &[(16, include_str!("../../migrations/postgresql/0016.sql"))];

const _: () = assert!(MIGRATIONS[MIGRATIONS.len() - 1].0 == VERSION, "a step is missing");

/// The lock's number, which nobody else uses in this database.
const LOCK: &str = "SELECT pg_advisory_xact_lock(8247315)";

/// The schema of a database; 0 if it is empty.
pub(crate) fn version(session: &Session) -> Result<u32, StoreError> {
    let there = session.query("SELECT to_regclass('warifu_schema') IS NOT NULL", &[])?;
    let is_there: bool = there.first().ok_or(StoreError::Unreadable("schema"))?.get(0)?;
    if !is_there {
        return Ok(0);
    }
    let rows = session.query("SELECT version FROM warifu_schema", &[])?;
    rows.first().ok_or(StoreError::Unreadable("schema"))?.get(0)
}

/// The schema of a database that is older than today's; refuses one that is newer.
pub(crate) fn outdated(session: &Session) -> Result<Option<u32>, StoreError> {
    let found = version(session)?;
    if found > VERSION {
        return Err(StoreError::Newer { found, known: VERSION });
    }
    Ok((found < VERSION).then_some(found))
}

/// Makes the tables of an empty database, within the caller's transaction; whether it was empty.
pub(crate) fn make(session: &Session) -> Result<bool, StoreError> {
    session.batch("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")?;
    session.batch("SET LOCAL idle_in_transaction_session_timeout = 0")?;
    session.batch(LOCK)?;
    if version(session)? > 0 {
        return Ok(false);
    }
    migrate_from(session, 0)?;
    Ok(true)
}

/// Brings the database to today's schema, or refuses one that is newer.
pub(crate) fn migrate(session: &Session, deadline: Option<Instant>) -> Result<(), StoreError> {
    session.begin(Kind::Write, deadline)?;
    let done = migrate_within(session);
    if done.is_err() {
        session.roll_back();
        return done;
    }
    session.commit()
}

fn migrate_within(session: &Session) -> Result<(), StoreError> {
    session.batch("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")?;
    session.batch(LOCK)?;
    match outdated(session)? {
        Some(found) => migrate_from(session, found),
        None => Ok(()),
    }
}

fn migrate_from(session: &Session, found: u32) -> Result<(), StoreError> {
    if found == 0 {
        session.batch("CREATE TABLE warifu_schema (version bigint NOT NULL)")?;
        session.batch("INSERT INTO warifu_schema VALUES (0)")?;
    }
    for (step, sql) in MIGRATIONS.iter().filter(|(step, _)| *step > found) {
        session.batch(sql)?;
        session.execute("UPDATE warifu_schema SET version = ?1", &[(*step).into()])?;
    }
    Ok(())
}

//! The schema, and how an older database becomes today's. The tables are in `migrations/sqlite`, one file
//! for each step.

use rusqlite::{Connection, TransactionBehavior};

use crate::{StoreError, tables::search};

/// One step from a schema to the next.
struct Migration {
    sql: &'static str,
    /// What SQL cannot say.
    then: fn(&Connection) -> Result<(), StoreError>,
}

macro_rules! migrations {
    ($($file:literal $(then $then:path)?),* $(,)?) => {
        &[$(Migration {
            sql: include_str!(concat!("../../migrations/sqlite/", $file, ".sql")),
            then: migrations!(@then $($then)?),
        }),*]
    };
    (@then) => { nothing };
    (@then $then:path) => { $then };
}

/// Each takes the schema from the version that is its index to the next. A new one comes last; none is
/// ever changed.
const MIGRATIONS: &[Migration] = migrations![
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009" then search::fill,
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
];

fn nothing(_: &Connection) -> Result<(), StoreError> {
    Ok(())
}

/// The schema that this program writes.
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

/// The schema of a database.
pub(crate) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// The schema of a database that is older than today's; refuses one that is newer.
pub(crate) fn outdated(connection: &Connection) -> Result<Option<u32>, StoreError> {
    let found = version(connection)?;
    if found > VERSION {
        return Err(StoreError::Newer { found, known: VERSION });
    }
    Ok((found < VERSION).then_some(found))
}

/// Brings the database to today's schema, or refuses one that is newer.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(found) = outdated(&transaction)? else { return Ok(()) };
    for migration in MIGRATIONS.iter().skip(found as usize) {
        transaction.execute_batch(migration.sql)?;
        (migration.then)(&transaction)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// Brings an empty database to an older schema.
#[cfg(test)]
pub(crate) fn migrate_to(connection: &Connection, version: u32) {
    for migration in MIGRATIONS.iter().take(version as usize) {
        connection.execute_batch(migration.sql).unwrap();
        (migration.then)(connection).unwrap();
    }
    connection.pragma_update(None, "user_version", version).unwrap();
}

//! The tables of a file, moved into an empty database of a server: all of them or none.

use rusqlite::Connection;

use super::{
    schema,
    session::{Kind, Session},
};
use crate::{
    StoreError, Tx,
    value::{Row, Value},
};

/// Rows that travel together.
const ROWS: usize = 1_000;

/// A table, and how many rows of it were copied.
pub type Copied = (String, u64);

/// Copies what `from` holds, and commits if `check` finds the copy good.
///
/// # Errors
///
/// [`StoreError::NotEmpty`]; the databases'; those of `check`.
pub(crate) fn copy<E: From<StoreError>>(
    from: &Tx,
    session: Session,
    check: impl FnOnce(&Tx) -> Result<(), E>,
) -> Result<Vec<Copied>, E> {
    session.begin(Kind::Write, None)?;
    let to = Tx::on_server(session);
    let copied = copy_within(from, &to).map_err(E::from).and_then(|copied| {
        check(&to)?;
        Ok(copied)
    });
    let session = to.into_session().ok_or(StoreError::Stopped)?;
    match copied {
        Ok(copied) => {
            session.commit()?;
            Ok(copied)
        }
        Err(error) => {
            session.roll_back();
            Err(error)
        }
    }
}

fn copy_within(from: &Tx, to: &Tx) -> Result<Vec<Copied>, StoreError> {
    let session = to.session().ok_or(StoreError::Stopped)?;
    if !schema::make(session)? {
        return Err(StoreError::NotEmpty);
    }
    let connection = from.connection()?;
    let tables = tables(connection)?;
    // What a new database begins with is in the file too.
    for table in tables.iter().rev() {
        session.batch(&format!("DELETE FROM {table}"))?;
    }
    let mut copied = Vec::new();
    for table in tables {
        let rows = copy_table(connection, session, &table)?;
        let counted = session.query(&format!("SELECT count(*) FROM {table}"), &[])?;
        let counted: i64 = counted.first().ok_or(StoreError::Unreadable("count"))?.get(0)?;
        if u64::try_from(counted) != Ok(rows) {
            return Err(StoreError::Unreadable("copy: a table has another number of rows"));
        }
        copied.push((table, rows));
    }
    go_on_counting(session)?;
    Ok(copied)
}

/// The tables of a file, each after those that its rows point to.
fn tables(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let list = |sql: &str, of: &[&str]| -> rusqlite::Result<Vec<String>> {
        let mut statement = connection.prepare(sql)?;
        statement.query_map(rusqlite::params_from_iter(of), |row| row.get(0))?.collect()
    };
    let mut waiting = list(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
        &[],
    )?;
    let mut ordered: Vec<String> = Vec::new();
    while !waiting.is_empty() {
        let mut later = Vec::new();
        let before = ordered.len();
        for table in waiting {
            let needs = list("SELECT \"table\" FROM pragma_foreign_key_list(?1)", &[&table])?;
            if needs.iter().all(|needed| *needed == table || ordered.contains(needed)) {
                ordered.push(table);
            } else {
                later.push(table);
            }
        }
        if ordered.len() == before {
            return Err(StoreError::Unreadable("schema: its tables point to each other"));
        }
        waiting = later;
    }
    Ok(ordered)
}

fn copy_table(connection: &Connection, session: &Session, table: &str) -> Result<u64, StoreError> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = statement.column_names().collect::<Vec<_>>().join(", ");
    let count = statement.column_count();
    let mut rows = statement.query([])?;
    let (mut copied, mut batch) = (0, Vec::with_capacity(ROWS));
    loop {
        let row = rows.next()?.map(|row| Row::of_sqlite(row, count)).transpose()?;
        let is_last = row.is_none();
        batch.extend(row.map(Row::into_values));
        if batch.len() == ROWS || is_last {
            copied += batch.len() as u64;
            session.copy_in(table, &columns, &batch)?;
            batch.clear();
        }
        if is_last {
            return Ok(copied);
        }
    }
}

/// Has the numbers that the server gives follow the highest of each column.
fn go_on_counting(session: &Session) -> Result<(), StoreError> {
    let counting = session.query(
        "SELECT table_name::text, column_name::text FROM information_schema.columns
         WHERE is_identity = 'YES' AND table_schema = current_schema()",
        &[],
    )?;
    for row in counting {
        let (table, column): (String, String) = (row.get(0)?, row.get(1)?);
        let set = format!(
            "SELECT setval(pg_get_serial_sequence(?1, ?2), coalesce(max({column}), 0) + 1, false) FROM {table}"
        );
        let values: [Value; 2] = [table.as_str().into(), column.as_str().into()];
        session.query(&set, &values)?;
    }
    Ok(())
}

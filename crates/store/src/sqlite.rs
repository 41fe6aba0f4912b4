//! One writer, many readers, every acknowledged change durable.

pub(crate) mod readers;
pub(crate) mod schema;
pub(crate) mod writer;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::Connection;

use crate::StoreError;

/// How long to wait for another process (the command line) that is writing.
const BUSY: Duration = Duration::from_secs(10);

/// Makes a connection one that loses nothing of what it acknowledges.
pub(crate) fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY)?;
    use_write_ahead_log(connection)?;
    // With NORMAL, acknowledged writes are lost when the power fails.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

/// Makes a connection the one that writes, when its schema is today's.
pub(crate) fn configure_writer(connection: &Connection) -> Result<(), StoreError> {
    // What a savepoint would bring back is as little as one piece of work changes. In a file, which is
    // made anew for each commit, it doubles what is written.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(())
}

/// SQLite waits for no other process here: of several that open a new file, all but one are told at
/// once that it is locked.
fn use_write_ahead_log(connection: &Connection) -> rusqlite::Result<()> {
    let since = Instant::now();
    loop {
        let done = connection.pragma_update(None, "journal_mode", "WAL");
        let busy = done.as_ref().err().and_then(rusqlite::Error::sqlite_error_code)
            == Some(rusqlite::ffi::ErrorCode::DatabaseBusy);
        if !busy || since.elapsed() >= BUSY {
            return done;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Copies the database into a new file that only its owner reads.
pub(crate) fn copy_into(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |why: String| StoreError::Copy { place: path.display().to_string(), why };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| failed(error.to_string()))?;
    let copied = vacuum_into(connection, path)
        .map_err(|error| error.to_string())
        .and_then(|()| file.sync_all().map_err(|error| error.to_string()));
    copied.map_err(|why| {
        // Half a copy would be taken for one.
        let _ = std::fs::remove_file(path);
        failed(why)
    })
}

/// Copies the database, as it is at one moment, into a file that is empty or missing.
pub(crate) fn vacuum_into(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    connection.execute("VACUUM INTO ?1", [path.display().to_string()])?;
    Ok(())
}

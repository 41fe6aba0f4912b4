//! The tables, and how a file comes to have those of this version.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, TransactionBehavior};
use warifu_protocol::ErrorCode;

use crate::Failure;

/// Each entry takes the schema from the version that is its index to the next.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE profile (
        id       INTEGER PRIMARY KEY,
        content  TEXT NOT NULL UNIQUE, -- the connection profile as JSON, checked before it came here
        added_at INTEGER NOT NULL,
        policy   TEXT                  -- the backend's policy as it was last seen, JSON
    ) STRICT;

    CREATE TABLE identity (
        id              INTEGER PRIMARY KEY,
        profile_id      INTEGER NOT NULL REFERENCES profile (id),
        customer_number TEXT NOT NULL,
        customer_name   TEXT NOT NULL,
        user_id         TEXT NOT NULL,
        protection      TEXT NOT NULL, -- where the key is held
        state           TEXT NOT NULL, -- JSON; see state.rs
        last_used_at    INTEGER,       -- the last login with it
        UNIQUE (profile_id, customer_number, user_id)
    ) STRICT;

    CREATE TABLE setting (
        name  TEXT PRIMARY KEY,
        value TEXT NOT NULL            -- JSON
    ) STRICT, WITHOUT ROWID;
", "
    CREATE TABLE warning ( -- the warnings before an expiry that somebody has been told
        thumbprint TEXT NOT NULL,
        days       INTEGER NOT NULL,   -- of the threshold; 0 for the expiry itself
        PRIMARY KEY (thumbprint, days)
    ) STRICT, WITHOUT ROWID;
", "
    CREATE TABLE lineage ( -- one row; see lineage.rs
        id      TEXT NOT NULL,
        changes INTEGER NOT NULL
    ) STRICT;
    INSERT INTO lineage (id, changes) VALUES (lower(hex(randomblob(16))), 0);

    CREATE TABLE own_key ( -- the keys that this database had made
        name TEXT PRIMARY KEY
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE new_profile ( -- two may be alike while a user has a certificate under each
        id       INTEGER PRIMARY KEY,
        content  TEXT NOT NULL,        -- the connection profile as JSON, checked before it came here
        added_at INTEGER NOT NULL,
        policy   TEXT                  -- the backend's policy as it was last seen, JSON
    ) STRICT;
    INSERT INTO new_profile (id, content, added_at, policy)
        SELECT id, content, added_at, policy FROM profile;
    DROP TABLE profile;
    ALTER TABLE new_profile RENAME TO profile;
", "
    ALTER TABLE profile ADD COLUMN logo TEXT;        -- the provider's, as a data: address
    ALTER TABLE profile ADD COLUMN logo_digest TEXT; -- SHA-256 of its file, hexadecimal
", "
    ALTER TABLE identity ADD COLUMN holder_name TEXT; -- the user's name, as it was last heard
", "
    -- When the user has to change the password, as it was last heard.
    ALTER TABLE identity ADD COLUMN password_expires_at INTEGER;

    CREATE TABLE told ( -- the warnings before an expiry that somebody has been told
        subject TEXT NOT NULL,         -- whose expiry: see warnings.rs
        days    INTEGER NOT NULL,      -- from the warning to the expiry; 0 for the expiry itself
        told_at INTEGER NOT NULL,
        PRIMARY KEY (subject, days)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO told (subject, days, told_at) SELECT thumbprint, days, 0 FROM warning;
    DROP TABLE warning;

    CREATE TABLE notice ( -- what somebody has been told, for reading it again
        id      INTEGER PRIMARY KEY,
        subject TEXT NOT NULL,
        at      INTEGER NOT NULL,
        is_read INTEGER NOT NULL DEFAULT 0,
        content TEXT NOT NULL          -- JSON; see warnings.rs
    ) STRICT;
"];

pub(super) const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// How long to wait for another process that is writing.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// SQLite waits for no other process here: of several that open a new file, all but one are told at
/// once that it is locked.
pub(super) fn use_write_ahead_log(connection: &Connection) -> Result<(), rusqlite::Error> {
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

/// Makes the file so that nobody else reads it, also where it was made by something else; SQLite gives
/// the files beside it the same mode.
pub(super) fn private(path: &Path) -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let file = std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)?;
        let found = file.metadata()?.permissions();
        if found.mode() & 0o077 != 0 {
            file.set_permissions(std::fs::Permissions::from_mode(found.mode() & 0o700))?;
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

pub(super) fn migrate(connection: &mut Connection) -> Result<(), Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > SCHEMA_VERSION {
        return Err(Failure::new(ErrorCode::DatabaseNewer));
    }
    for migration in MIGRATIONS.iter().skip(version as usize) {
        transaction.execute_batch(migration)?;
    }
    if version < SCHEMA_VERSION {
        transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    }
    transaction.commit()?;
    Ok(())
}

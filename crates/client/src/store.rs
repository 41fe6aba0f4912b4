//! What the app remembers on this PC: profiles, identities, settings. SQLite, one file.
//!
//! Calls block for a few milliseconds while a change is made durable; callers on async threads wrap
//! them.

mod lineage;
mod profiles;
mod removal;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};
use serde::{Serialize, de::DeserializeOwned};
use warifu_platform::file::folder_of;
use warifu_protocol::{CustomerNumber, ErrorCode, Policy, Thumbprint, Timestamp, UserId};

use crate::{
    Failure,
    model::{
        identity::{Action, Event, Refused, State},
        profile::Profile,
    },
    view::KeyProtection,
};

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
        state           TEXT NOT NULL, -- JSON; see identity.rs
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
"];

const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// How long to wait for another process that is writing.
const BUSY: Duration = Duration::from_secs(5);

/// The local database.
#[derive(Debug)]
pub(crate) struct Database {
    connection: Mutex<Connection>,
    /// The folder that it is in.
    dir: PathBuf,
}

/// A stored profile.
#[derive(Clone, Debug)]
pub(crate) struct StoredProfile {
    pub(crate) id: i64,
    pub(crate) profile: Profile,
    pub(crate) policy: Option<Policy>,
}

/// A stored identity.
#[derive(Clone, Debug)]
pub(crate) struct StoredIdentity {
    pub(crate) id: i64,
    pub(crate) profile_id: i64,
    pub(crate) customer_number: CustomerNumber,
    pub(crate) customer_name: String,
    pub(crate) user_id: UserId,
    pub(crate) protection: KeyProtection,
    pub(crate) state: State,
    pub(crate) last_used_at: Option<Timestamp>,
}

/// Names a user of a profile.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) profile_id: i64,
    pub(crate) customer_number: CustomerNumber,
    pub(crate) customer_name: String,
    pub(crate) user_id: UserId,
}

impl StoredIdentity {
    /// Whose identity it is.
    pub(crate) fn owner(&self) -> Owner {
        Owner {
            profile_id: self.profile_id,
            customer_number: self.customer_number.clone(),
            customer_name: self.customer_name.clone(),
            user_id: self.user_id.clone(),
        }
    }
}

impl Database {
    /// Opens the database, making or upgrading it.
    ///
    /// # Errors
    ///
    /// `database-newer` if a newer version of the app wrote it, `database-damaged`, `disk-full`,
    /// `storage-failed`.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        private(path)?;
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        use_write_ahead_log(&connection)?;
        // NORMAL loses acknowledged writes when the power fails.
        connection.pragma_update(None, "synchronous", "FULL")?;
        // A migration replaces tables to which others refer.
        connection.pragma_update(None, "foreign_keys", false)?;
        migrate(&mut connection)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let dir = folder_of(path).to_owned();
        let database = Self { connection: Mutex::new(connection), dir };
        database.settle_lineage()?;
        Ok(database)
    }

    /// All identities, last used first.
    pub(crate) fn identities(&self) -> Result<Vec<StoredIdentity>, Failure> {
        let connection = self.lock();
        let mut statement = connection.prepare(&format!(
            "SELECT {IDENTITY_COLUMNS} FROM identity ORDER BY last_used_at DESC NULLS LAST, id"
        ))?;
        let rows = statement.query_map([], identity_row)?;
        rows.map(|row| row?.read()).collect()
    }

    /// One identity; `key-missing` if there is none of this id.
    pub(crate) fn identity(&self, id: i64) -> Result<StoredIdentity, Failure> {
        self.lock()
            .query_row(
                &format!("SELECT {IDENTITY_COLUMNS} FROM identity WHERE id = ?1"),
                [id],
                identity_row,
            )
            .optional()?
            .ok_or_else(|| Failure::new(ErrorCode::KeyMissing))?
            .read()
    }

    /// The identity of a user, if this PC has one.
    pub(crate) fn identity_of(&self, owner: &Owner) -> Result<Option<StoredIdentity>, Failure> {
        identity_of(&self.lock(), owner)
    }

    /// Applies an event to a user's identity and stores the result; `act` runs once that is durable.
    pub(crate) fn apply(
        &self,
        owner: &Owner,
        protection: KeyProtection,
        event: Event,
        act: impl Fn(Action),
    ) -> Result<StoredIdentity, Failure> {
        let connection = self.lock();
        // Another process of the same user waits here.
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
        let current = identity_of(&transaction, owner)?.map(|stored| stored.state);
        let (state, actions) = State::apply(current, event).map_err(|error| {
            let code = match error {
                Refused::Impossible => ErrorCode::AppFailed,
                Refused::Outdated => ErrorCode::RenewalOutdated,
            };
            Failure::new(code).because(&error)
        })?;
        transaction.execute(
            "INSERT INTO identity
                 (profile_id, customer_number, customer_name, user_id, protection, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (profile_id, customer_number, user_id) DO UPDATE
             SET customer_name = ?3, protection = ?5, state = ?6",
            params![
                owner.profile_id,
                owner.customer_number.as_str(),
                owner.customer_name,
                owner.user_id.as_str(),
                to_json(&protection)?,
                to_json(&state)?,
            ],
        )?;
        let stored = identity_of(&transaction, owner)?;
        let counted = self.count_change(&transaction)?;
        transaction.commit()?;
        self.confirm_change(counted);
        drop(connection);
        actions.into_iter().for_each(act);
        stored.ok_or_else(|| Failure::new(ErrorCode::AppFailed))
    }

    /// Remembers that somebody was warned of a certificate's expiry; false if that is known already.
    ///
    /// `days` are those of the threshold, 0 for the expiry itself; the thresholds before it count as
    /// told too.
    pub(crate) fn keep_warning(
        &self,
        thumbprint: &Thumbprint,
        days: u16,
        passed: &[u16],
    ) -> Result<bool, Failure> {
        let connection = self.lock();
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
        let insert = |days: u16| {
            transaction.execute(
                "INSERT INTO warning (thumbprint, days) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![thumbprint.as_str(), days],
            )
        };
        for earlier in passed {
            insert(*earlier)?;
        }
        let new = insert(days)? > 0;
        transaction.commit()?;
        Ok(new)
    }

    /// Remembers which certificate was used for the last login.
    pub(crate) fn keep_last_used(&self, id: i64, now: Timestamp) -> Result<(), Failure> {
        self.lock()
            .execute("UPDATE identity SET last_used_at = ?2 WHERE id = ?1", params![id, now])?;
        Ok(())
    }

    /// A setting, if it was ever saved in a form that this version reads.
    pub(crate) fn setting<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Failure> {
        let json: Option<String> = self
            .lock()
            .query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0))
            .optional()?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// Saves a setting.
    pub(crate) fn keep_setting<T: Serialize>(&self, name: &str, value: &T) -> Result<(), Failure> {
        self.lock().execute(
            "INSERT INTO setting (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = ?2",
            params![name, to_json(value)?],
        )?;
        Ok(())
    }

    /// Whether the file is whole, and the version of its tables.
    pub(crate) fn examine(&self) -> Result<(bool, u32), Failure> {
        let connection = self.lock();
        let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        let version = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok((said == "ok", version))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves SQLite's own state whole: an open transaction rolls back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn identity_of(connection: &Connection, owner: &Owner) -> Result<Option<StoredIdentity>, Failure> {
    connection
        .query_row(
            &format!(
                "SELECT {IDENTITY_COLUMNS} FROM identity
                 WHERE profile_id = ?1 AND customer_number = ?2 AND user_id = ?3"
            ),
            params![owner.profile_id, owner.customer_number.as_str(), owner.user_id.as_str()],
            identity_row,
        )
        .optional()?
        .map(IdentityRow::read)
        .transpose()
}

const IDENTITY_COLUMNS: &str = "id, profile_id, customer_number, customer_name, user_id, \
     protection, state, last_used_at";

struct IdentityRow {
    id: i64,
    profile_id: i64,
    customer_number: String,
    customer_name: String,
    user_id: String,
    protection: String,
    state: String,
    last_used_at: Option<Timestamp>,
}

fn identity_row(row: &Row<'_>) -> rusqlite::Result<IdentityRow> {
    Ok(IdentityRow {
        id: row.get(0)?,
        profile_id: row.get(1)?,
        customer_number: row.get(2)?,
        customer_name: row.get(3)?,
        user_id: row.get(4)?,
        protection: row.get(5)?,
        state: row.get(6)?,
        last_used_at: row.get(7)?,
    })
}

impl IdentityRow {
    fn read(self) -> Result<StoredIdentity, Failure> {
        let damaged =
            |error: &dyn std::error::Error| Failure::new(ErrorCode::DatabaseDamaged).because(error);
        Ok(StoredIdentity {
            id: self.id,
            profile_id: self.profile_id,
            customer_number: self.customer_number.parse().map_err(|e| damaged(&e))?,
            customer_name: self.customer_name,
            user_id: self.user_id.parse().map_err(|e| damaged(&e))?,
            protection: serde_json::from_str(&self.protection).map_err(|e| damaged(&e))?,
            state: serde_json::from_str(&self.state).map_err(|e| damaged(&e))?,
            last_used_at: self.last_used_at,
        })
    }
}

/// SQLite waits for no other process here: of several that open a new file, all but one are told at
/// once that it is locked.
fn use_write_ahead_log(connection: &Connection) -> Result<(), rusqlite::Error> {
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
fn private(path: &Path) -> Result<(), Failure> {
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

fn migrate(connection: &mut Connection) -> Result<(), Failure> {
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

fn to_json<T: Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(dir: &tempfile::TempDir) -> Result<Database, Failure> {
        Database::open(&dir.path().join("warifu.sqlite"))
    }

    #[test]
    fn refuses_a_database_of_a_newer_program_and_leaves_it_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        drop(open(&dir).unwrap());
        let raw = Connection::open(dir.path().join("warifu.sqlite")).unwrap();
        raw.pragma_update(None, "user_version", SCHEMA_VERSION + 1).unwrap();
        assert_eq!(open(&dir).unwrap_err().code, ErrorCode::DatabaseNewer);
        let version: u32 = raw.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap();
        assert_eq!(version, SCHEMA_VERSION + 1);
    }

    #[test]
    fn tells_a_file_that_is_no_database_from_a_folder_that_is_missing() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("warifu.sqlite"), "no database".repeat(1000)).unwrap();
        assert_eq!(open(&dir).unwrap_err().code, ErrorCode::DatabaseDamaged);
        let missing = Database::open(&dir.path().join("missing").join("warifu.sqlite"));
        assert_eq!(missing.unwrap_err().code, ErrorCode::StorageFailed);
    }

    #[test]
    fn many_may_open_it_while_nobody_has_made_it_yet() {
        for _ in 0..50 {
            let dir = tempfile::tempdir().unwrap();
            let at_once = std::sync::Barrier::new(8);
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        at_once.wait();
                        drop(open(&dir).unwrap());
                    });
                }
            });
        }
    }

    /// A database that version 0.1.0 made, with a user in each state and the two profiles that it kept
    /// of one service whose telephone number had changed.
    #[test]
    fn a_database_of_0_1_0_opens_with_all_that_is_in_it() {
        const STORED: &[u8] = include_bytes!("store/testdata/warifu-0.1.0.sqlite");
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("warifu.sqlite"), STORED).unwrap();
        for _ in 0..2 {
            let database = open(&dir).unwrap();
            let settings: crate::view::Settings =
                database.setting(crate::flows::settings::SETTINGS).unwrap().unwrap();
            assert_eq!((settings.text_percent, settings.start_at_login), (150, false));
            let stored = database.identities().unwrap();
            let mut keys: Vec<_> = stored.iter().flat_map(|one| one.state.keys()).collect();
            keys.sort();
            let expected: Vec<_> = (0..6).map(|digit| digit.to_string().repeat(32)).collect();
            assert_eq!(keys, expected.iter().collect::<Vec<_>>());
            assert_eq!(stored.iter().filter(|one| one.state.certificate().is_some()).count(), 4);
            assert_eq!(database.orphaned_keys().unwrap(), [""; 0], "nothing of it is deleted");
            assert_eq!(database.profiles().unwrap().len(), 2);
            assert_eq!(database.examine().unwrap(), (true, SCHEMA_VERSION));
        }
        // The next profile of the service gathers its users, but for the one who is there twice.
        let database = open(&dir).unwrap();
        let newest = database.profiles().unwrap().remove(1).profile;
        let id = database.keep_profile(&newest, false, 0).unwrap();
        let identities = database.identities().unwrap();
        assert_eq!(identities.len(), 5);
        assert_eq!(identities.iter().filter(|one| one.profile_id == id).count(), 4);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_database_even_where_it_was_readable_before() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warifu.sqlite");
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let database = open(&dir).unwrap();
        database.keep_setting("settings", &7_u8).unwrap();
        for entry in std::fs::read_dir(dir.path()).unwrap().map(Result::unwrap) {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode & 0o077, 0, "{:?}: {mode:o}", entry.path());
        }
    }

    #[test]
    fn settings_survive_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        open(&dir).unwrap().keep_setting("settings", &7_u8).unwrap();
        assert_eq!(open(&dir).unwrap().setting::<u8>("settings").unwrap(), Some(7));
        assert_eq!(open(&dir).unwrap().setting::<u8>("other").unwrap(), None);
    }
}

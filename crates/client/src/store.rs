//! What the app remembers on this PC: profiles, identities, settings. SQLite, one file.
//!
//! Calls block for a few milliseconds while a change is made durable; callers on async threads wrap
//! them.

mod identities;
mod lineage;
mod policy;
mod profiles;
mod removal;
mod schema;
mod settings;
pub(crate) mod state;
mod warnings;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::Connection;
use serde::Serialize;
use warifu_platform::file::folder_of;
use warifu_protocol::ErrorCode;

use self::schema::{BUSY, migrate, private, use_write_ahead_log};
use crate::Failure;

/// The local database.
#[derive(Debug)]
pub(crate) struct Database {
    connection: Mutex<Connection>,
    /// The folder that it is in.
    dir: PathBuf,
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

fn to_json<T: Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))
}

#[cfg(test)]
mod tests {
    use super::{schema::SCHEMA_VERSION, *};
    use crate::model::{
        settings::{Language, ProxyChoice, Settings, Theme},
        stored::Notice,
        warning::Expiring,
    };

    fn notice() -> Notice {
        Notice {
            identity_id: 1,
            expiring: Expiring::Certificate,
            service_name: String::new(),
            customer_name: String::new(),
            user_id: String::new(),
            holder_name: None,
            expires_at: 0,
            left: None,
        }
    }

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
        /// As 0.1.0 wrote it; the stored profiles have none.
        const POLICY: &str = concat!(
            r#"{"service_name":"サンプル","server_time":1764000000,"certificate_valid_days":365,"#,
            r#""renewal_days":30,"warning_days":[30,7],"urgent_days":7,"transfer_seconds":1800,"#,
            r#""import_max_users":1000,"password":{"min_length":8,"max_length":16,"#,
            r#""generations":2,"valid_days":90,"notice_days":10,"change_seconds":180,"tries":5},"#,
            r#""app":null}"#,
        );
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warifu.sqlite");
        std::fs::write(&path, STORED).unwrap();
        let raw = Connection::open(path).unwrap();
        raw.execute("UPDATE profile SET policy = ?1 WHERE id = 1", [POLICY]).unwrap();
        drop(raw);
        for _ in 0..2 {
            let database = open(&dir).unwrap();
            let settings = database.settings().unwrap();
            let address = String::from("http://proxy.example.jp:8080");
            let expected = Settings {
                language: Language::En,
                theme: Theme::Dark,
                text_percent: 150,
                start_at_login: false,
                proxy: ProxyChoice::Manual { address },
            };
            assert_eq!(settings, expected);
            let stored = database.identities().unwrap();
            assert_eq!(stored[0].last_used_at, Some(1_764_000_000));
            let mut keys: Vec<_> = stored.iter().flat_map(|one| one.state.keys()).collect();
            keys.sort();
            let expected: Vec<_> = (0..6).map(|digit| digit.to_string().repeat(32)).collect();
            assert_eq!(keys, expected.iter().collect::<Vec<_>>());
            assert_eq!(stored.iter().filter(|one| one.state.certificate().is_some()).count(), 4);
            assert_eq!(database.orphaned_keys().unwrap(), [""; 0], "nothing of it is deleted");
            let profiles = database.profiles().unwrap();
            let days = |at: usize| profiles[at].policy.as_ref().map(|policy| policy.renewal_days);
            assert_eq!((profiles.len(), days(0), days(1)), (2, Some(30), None));
            let (warned, notice) = ("ab".repeat(32), notice());
            assert!(!database.save_warning(&warned, 28, &notice, 0).unwrap(), "told already");
            assert_eq!(database.examine().unwrap(), (true, SCHEMA_VERSION));
        }
        // The next profile of the service gathers its users, but for the one who is there twice.
        let database = open(&dir).unwrap();
        let newest = database.profiles().unwrap().remove(1).profile;
        let id = database.save_profile(&newest, false, 0).unwrap();
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
        database.save_settings(&Settings::default()).unwrap();
        for entry in std::fs::read_dir(dir.path()).unwrap().map(Result::unwrap) {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode & 0o077, 0, "{:?}: {mode:o}", entry.path());
        }
    }
}

//! Which keys are this database's own, and whether it is the newest copy of itself.
//!
//! A key may be deleted only by the database that had it made: the keystore may also hold keys of a
//! database that is away for a while, in quarantine or on a support call, and of one of which an older
//! copy is here instead. So each database writes down the keys that it has made, *before* they are
//! made, under a random number of its own; and how often its certificates have changed is written down
//! twice, in the database and in a file beside it. Where the file knows more, an older copy has been
//! put back; where there is no file, the database has come from another folder. Such a database gets a
//! new number and no keys of its own: it uses those that its states name, and deletes none of them.
//! A change that was announced in the file and never made, on a full disk or by a killed process, is
//! told from that: it was not confirmed.

use std::path::{Path, PathBuf};

use rusqlite::{Transaction, TransactionBehavior};
use warifu_platform::file;
use warifu_protocol::ErrorCode;

use super::Database;
use crate::Failure;

/// Longer than any number of changes, in bytes.
const MAX_LENGTH: usize = 32;

impl Database {
    /// Writes down, before it is made, that a key is this database's.
    pub(crate) fn claim_key(&self, name: &str) -> Result<(), Failure> {
        self.lock().execute("INSERT INTO own_key (name) VALUES (?1)", [name])?;
        Ok(())
    }

    /// The keys that are this database's and that none of its states needs.
    pub(crate) fn orphaned_keys(&self) -> Result<Vec<String>, Failure> {
        let identities = self.identities()?;
        let needed = |name: &String| {
            identities.iter().any(|identity| identity.state.keys().any(|key| key == name))
        };
        let mut own = self.own_keys()?;
        own.retain(|name| !needed(name));
        Ok(own)
    }

    /// Whether a key is this database's.
    pub(crate) fn owns_key(&self, name: &str) -> Result<bool, Failure> {
        Ok(self.own_keys()?.iter().any(|own| own == name))
    }

    /// Strikes out a key that is deleted.
    pub(crate) fn forget_key(&self, name: &str) -> Result<(), Failure> {
        self.lock().execute("DELETE FROM own_key WHERE name = ?1", [name])?;
        Ok(())
    }

    fn own_keys(&self) -> Result<Vec<String>, Failure> {
        let connection = self.lock();
        let mut statement = connection.prepare("SELECT name FROM own_key ORDER BY name")?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Finds out whether this is the newest copy of the database, and gives it a new number if not.
    pub(super) fn settle_lineage(&self) -> Result<(), Failure> {
        let connection = self.lock();
        // While it holds, nobody changes either the database or the file.
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
        let (id, changes) = lineage(&transaction)?;
        let seen = seen(&self.ledger(&id))?;
        let newest = match seen {
            Some(Seen::Confirmed(seen)) => changes >= seen,
            Some(Seen::Announced(seen)) => changes >= seen - 1,
            None => changes == 0,
        };
        if newest && matches!(seen, Some(Seen::Announced(_))) {
            // What is not confirmed now is announced again with the next change.
            self.write_ledger(&id, Seen::Confirmed(changes)).unwrap_or_else(not_confirmed);
        }
        if !newest {
            tracing::warn!("this is an older copy of the database, or another folder's");
            transaction.execute_batch(
                "UPDATE lineage SET id = lower(hex(randomblob(16))), changes = 0;
                 DELETE FROM own_key;",
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Counts a change, announced in the file before it is made: a database without it is an older one.
    pub(super) fn count_change(&self, transaction: &Transaction<'_>) -> Result<Counted, Failure> {
        let (id, changes) = lineage(transaction)?;
        let changes = changes + 1;
        self.write_ledger(&id, Seen::Announced(changes))?;
        transaction.execute("UPDATE lineage SET changes = ?1", [changes])?;
        Ok(Counted { id, changes })
    }

    /// Confirms in the file that a change was made.
    pub(super) fn confirm_change(&self, Counted { id, changes }: Counted) {
        // Another process may have made the next change meanwhile.
        let still = |seen| matches!(seen, Some(Seen::Announced(last)) if last == changes);
        let confirmed = seen(&self.ledger(&id)).and_then(|seen| {
            if still(seen) { self.write_ledger(&id, Seen::Confirmed(changes)) } else { Ok(()) }
        });
        confirmed.unwrap_or_else(not_confirmed);
    }

    fn write_ledger(&self, id: &str, seen: Seen) -> Result<(), Failure> {
        let text = match seen {
            Seen::Confirmed(changes) => format!("{changes}\n"),
            Seen::Announced(changes) => format!("{changes}{ANNOUNCED}\n"),
        };
        Ok(file::replace(&self.ledger(id), text.as_bytes())?)
    }

    /// The file that counts the changes of the database of this number.
    fn ledger(&self, id: &str) -> PathBuf {
        self.dir.join(format!("changes.{id}"))
    }
}

fn lineage(transaction: &Transaction<'_>) -> Result<(String, i64), Failure> {
    let (id, changes): (String, i64) =
        transaction.query_row("SELECT id, changes FROM lineage", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    // It becomes a file's name.
    if id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok((id, changes))
    } else {
        Err(Failure::new(ErrorCode::DatabaseDamaged))
    }
}

/// A change that was counted and not confirmed yet.
#[derive(Debug)]
pub(super) struct Counted {
    id: String,
    changes: i64,
}

/// How many changes the file knows of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Seen {
    /// So many were made.
    Confirmed(i64),
    /// The last of them was about to be made.
    Announced(i64),
}

/// Stands behind the number of a change that was not made yet.
const ANNOUNCED: char = '?';

fn not_confirmed(failure: Failure) {
    // The next start finds out which it was.
    tracing::warn!(%failure, "a change of the database could not be confirmed beside it");
}

/// How many changes the file knows of; more than there can be if it cannot be understood.
fn seen(ledger: &Path) -> Result<Option<Seen>, Failure> {
    match file::read_up_to(ledger, MAX_LENGTH) {
        Ok(content) => {
            let text = std::str::from_utf8(&content).unwrap_or_default().trim();
            let seen = match text.strip_suffix(ANNOUNCED) {
                Some(number) => number.parse().map(Seen::Announced),
                None => text.parse().map(Seen::Confirmed),
            };
            Ok(Some(seen.unwrap_or(Seen::Confirmed(i64::MAX))))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        identity::{Event, State},
        stored::Owner,
    };

    fn open(dir: &Path) -> Database {
        Database::open(&dir.join("warifu.sqlite")).unwrap()
    }

    fn owner(database: &Database) -> Owner {
        let profile = crate::model::profile::tests::sample();
        let profile =
            crate::model::profile::Profile::parse(&serde_json::to_string(&profile).unwrap());
        let kept = database.save_profile(&profile.unwrap(), true, 0).unwrap();
        Owner {
            profile_id: kept,
            customer_number: "12345678".parse().unwrap(),
            customer_name: String::new(),
            user_id: "kanri01".parse().unwrap(),
            holder_name: None,
        }
    }

    /// A copy of the database's files as they are now.
    fn copy(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let files = ["warifu.sqlite", "warifu.sqlite-wal", "warifu.sqlite-shm"];
        let found = files.iter().map(|name| dir.join(name)).filter(|path| path.exists());
        found.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
    }

    fn put_back(dir: &Path, copy: &[(PathBuf, Vec<u8>)]) {
        for name in ["warifu.sqlite", "warifu.sqlite-wal", "warifu.sqlite-shm"] {
            let _ = std::fs::remove_file(dir.join(name));
        }
        for (path, content) in copy {
            std::fs::write(path, content).unwrap();
        }
    }

    fn make(database: &Database, owner: &Owner, key: &str) {
        database.claim_key(key).unwrap();
        let made = Event::KeyMade(key.to_owned());
        database.apply(owner, warifu_protocol::Protection::Software, made, |_| {}).unwrap();
    }

    #[test]
    fn only_keys_that_it_claimed_and_does_not_need_are_orphans() {
        let dir = tempfile::tempdir().unwrap();
        let database = open(dir.path());
        let owner = owner(&database);
        make(&database, &owner, "needed");
        database.claim_key("left").unwrap();
        assert_eq!(database.orphaned_keys().unwrap(), ["left"]);
        assert!(database.owns_key("needed").unwrap() && !database.owns_key("other").unwrap());
        drop(database);
        let database = open(dir.path());
        assert_eq!(database.orphaned_keys().unwrap(), ["left"], "also after a restart");
        database.forget_key("left").unwrap();
        assert_eq!(database.orphaned_keys().unwrap(), [""; 0]);
    }

    #[test]
    fn an_older_copy_has_no_keys_of_its_own_and_the_newest_keeps_its_own_when_it_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let database = open(dir.path());
        let owner = owner(&database);
        // The copy is made at the worst of moments: a key is claimed and not yet named by a state.
        database.claim_key("first").unwrap();
        drop(database);
        let older = copy(dir.path());
        let database = open(dir.path());
        let made = Event::KeyMade(String::from("first"));
        database.apply(&owner, warifu_protocol::Protection::Software, made, |_| {}).unwrap();
        drop(database);
        let newest = copy(dir.path());

        put_back(dir.path(), &older);
        for _ in 0..2 {
            let database = open(dir.path());
            assert_eq!(database.orphaned_keys().unwrap(), [""; 0]);
            assert!(!database.owns_key("first").unwrap());
        }
        // It goes on, further than the newest one had come, and is still another one.
        let database = open(dir.path());
        for key in ["a", "b", "c"] {
            make(&database, &owner, key);
        }
        drop(database);

        put_back(dir.path(), &newest);
        let database = open(dir.path());
        assert!(database.owns_key("first").unwrap());
        assert!(!database.owns_key("a").unwrap());
        let state = &database.identities().unwrap()[0].state;
        assert_eq!(*state, State::KeyReady { key: String::from("first") });
    }

    #[test]
    fn a_change_that_was_announced_and_not_made_takes_no_key_away() {
        let dir = tempfile::tempdir().unwrap();
        let database = open(dir.path());
        let owner = owner(&database);
        make(&database, &owner, "needed");
        database.claim_key("left").unwrap();
        let older = copy(dir.path());
        {
            // As on a full disk: the file takes it, and the database does not.
            let connection = database.lock();
            let transaction =
                Transaction::new_unchecked(&connection, TransactionBehavior::Immediate).unwrap();
            database.count_change(&transaction).unwrap();
        }
        drop(database);
        for _ in 0..2 {
            assert_eq!(open(dir.path()).orphaned_keys().unwrap(), ["left"]);
        }
        // What was confirmed since tells an older copy as before.
        let database = open(dir.path());
        let made = Event::KeyMade(String::from("left"));
        database.apply(&owner, warifu_protocol::Protection::Software, made, |_| {}).unwrap();
        drop(database);
        put_back(dir.path(), &older);
        assert_eq!(open(dir.path()).orphaned_keys().unwrap(), [""; 0]);
    }

    #[test]
    fn a_database_of_another_folder_and_a_damaged_count_delete_nothing() {
        let [here, there] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let database = open(here.path());
        let owner = owner(&database);
        make(&database, &owner, "key");
        database.claim_key("left").unwrap();
        drop(database);
        for (path, content) in copy(here.path()) {
            std::fs::write(there.path().join(path.file_name().unwrap()), content).unwrap();
        }
        assert_eq!(open(there.path()).orphaned_keys().unwrap(), [""; 0]);
        assert_eq!(open(here.path()).orphaned_keys().unwrap(), ["left"]);

        let ledger = std::fs::read_dir(here.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.file_name().unwrap().to_string_lossy().starts_with("changes."))
            .unwrap();
        std::fs::write(ledger, "\0\0").unwrap();
        assert_eq!(open(here.path()).orphaned_keys().unwrap(), [""; 0]);
    }
}

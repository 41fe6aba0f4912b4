//! Backup beside a running backend, and restoring one into an empty folder.

use std::{fs, path::Path};

use anyhow::{Context as _, bail, ensure};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use serde::Serialize;
use warifu_platform::file;
use warifu_protocol::Timestamp;

use super::{operator::Operator, output};
use crate::{
    audit::{self, Act, Verdict},
    config::Config,
    folder::{self, Unfinished},
    store::StoreError,
};

/// What a backup holds beside the database. Not the server's key: `serve` makes a pair where there is
/// none, and a copy of the key that lies about is good until its certificate expires.
const FILES: [&str; 3] = ["warifu.toml", "authority.pem", "authority.key"];

/// What a backup cannot know.
const TO_DO: [&str; 5] = [
    "Certificates that were issued after the backup are unknown here: their users are told \
     certificate-unknown. Reissue each: `user reissue`.",
    "Revocations, suspensions, deletions and new initial passwords of after the backup are undone. Do them \
     again, those for stolen PCs first: `certificate revoke`, `user suspend`, `user reissue`.",
    "Customers and users that were registered after the backup are missing, and passwords that were changed \
     are the old ones.",
    "The audit record ends with the backup: compare it with your last `audit export` to see what is missing.",
    "Letters that waited then may have been sent since: `mail status` shows them as uncertain, and \
     `mail retry` sends none of these.",
];

pub(super) async fn back_up(
    dir: &Path,
    backup: &Path,
    json: bool,
    by: Operator,
) -> anyhow::Result<()> {
    Config::load(dir)?;
    let unfinished = Unfinished::begin(backup)?;
    let store = folder::open_store(dir)?;
    let recorded = store.write(move |connection| {
        Ok::<_, anyhow::Error>(audit::record(connection, &by.entry(Act::BackedUp))?)
    });
    recorded.await.with_context(|| format!("cannot write {}", dir.display()))?;
    let database = unfinished.path().join(folder::DATABASE);
    let cannot = || format!("cannot write {}", backup.display());
    // Private before it holds anything.
    file::write_new(&database, b"").with_context(cannot)?;
    store.copy_into(&database).await.with_context(cannot)?;
    fs::File::open(&database).and_then(|copy| copy.sync_all()).with_context(cannot)?;
    copy_files(dir, unfinished.path(), &FILES).with_context(cannot)?;
    let rows = examine(&database)?;
    unfinished.finish()?;
    done(backup, rows, json)
}

pub(super) async fn restore(
    backup: &Path,
    dir: &Path,
    json: bool,
    by: Operator,
) -> anyhow::Result<()> {
    Config::load(backup)?;
    // Before anything is made: a broken backup leaves nothing behind.
    examine(&backup.join(folder::DATABASE))?;
    let unfinished = Unfinished::begin(dir)?;
    let cannot = || format!("cannot write {}", dir.display());
    copy_files(backup, unfinished.path(), &FILES).with_context(cannot)?;
    copy_files(backup, unfinished.path(), &[folder::DATABASE]).with_context(cannot)?;
    let store = folder::open_store_to_serve(unfinished.path(), by.now).with_context(cannot)?;
    let restored = store.write(move |connection| {
        let restored = end_what_must_not_live_again(connection, by.now)?;
        audit::record(connection, &by.entry(Act::Restored))?;
        Ok::<_, anyhow::Error>(restored)
    });
    let restored = restored.await.with_context(cannot)?;
    store.close();
    let rows = examine(&unfinished.path().join(folder::DATABASE))?;
    unfinished.finish()?;
    tell(dir, rows, restored, json)
}

/// What a restored database was made to forget.
#[derive(Debug, Serialize)]
struct Restored {
    /// When the backup was made; none in one of a program that did not record it.
    backed_up_at: Option<Timestamp>,
    /// Sessions, grants and codes for new PCs.
    ended: usize,
    /// Letters that may have been sent since.
    uncertain_letters: usize,
}

/// Sessions, grants and codes may have been ended since; letters may have been sent, revocation lists
/// signed. Of each, the safe one is taken.
fn end_what_must_not_live_again(
    connection: &Connection,
    now: Timestamp,
) -> Result<Restored, StoreError> {
    let mut ended = 0;
    for table in ["session", "enrolment_grant", "transfer"] {
        ended += connection.execute(&format!("DELETE FROM {table}"), [])?;
    }
    // A relying party that saw a higher number would ignore the new list. As many lists as seconds there
    // are not, so the clock is beyond every number of before, also after a second restore.
    connection.execute(
        "UPDATE crl SET number = max(number + 1000000, ?1), changes = changes + 1",
        [now],
    )?;
    let uncertain_letters = connection.execute(
        "UPDATE outbox SET state = 'uncertain', state_at = ?1,
                           answer = 'restored from a backup: it may have been sent since'
         WHERE state IN ('queued', 'sending')",
        [now],
    )?;
    let backed_up_at = connection
        .query_row(
            "SELECT at FROM audit WHERE act = ?1 ORDER BY seq DESC LIMIT 1",
            [Act::BackedUp.as_str()],
            |row| row.get(0),
        )
        .optional()?;
    Ok(Restored { backed_up_at, ended, uncertain_letters })
}

fn tell(dir: &Path, rows: i64, restored: Restored, json: bool) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Told {
        folder: String,
        audit_rows: i64,
        #[serde(flatten)]
        restored: Restored,
        to_do: [&'static str; 5],
    }
    if json {
        let folder = dir.display().to_string();
        return output::json(&Told { folder, audit_rows: rows, restored, to_do: TO_DO });
    }
    let moment =
        |at| jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |at| at.to_string());
    let when = restored.backed_up_at.map_or_else(|| String::from("an unknown time"), moment);
    let mut lines = vec![
        format!("{}: {rows} rows of the audit record, whole", dir.display()),
        format!("The state of {when}. Ended: {} sessions, grants and codes.", restored.ended),
        format!("Marked uncertain: {} letters.", restored.uncertain_letters),
        String::from("What is to be done now:"),
    ];
    lines.extend((1..).zip(TO_DO).map(|(number, todo)| format!("  {number}. {todo}")));
    output::lines(lines)
}

fn done(folder: &Path, rows: i64, json: bool) -> anyhow::Result<()> {
    if json {
        let folder = folder.display().to_string();
        return output::json(&serde_json::json!({ "folder": folder, "audit_rows": rows }));
    }
    output::line(format!("{}: {rows} rows of the audit record, whole", folder.display()))
}

/// That the database is whole and its audit record unbroken; how many rows that has.
fn examine(database: &Path) -> anyhow::Result<i64> {
    let open = || -> rusqlite::Result<(String, Connection)> {
        let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let said = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        Ok((said, connection))
    };
    let (said, connection) =
        open().with_context(|| format!("{} is no database of a backend", database.display()))?;
    ensure!(said == "ok", "{} is damaged: {said}", database.display());
    match audit::verify(&connection).context("cannot read the audit record")? {
        Verdict::Whole(rows) => Ok(rows),
        Verdict::BrokenAt(row) => bail!("the audit record is broken at row {row}"),
        Verdict::CutOffAfter(row) => bail!("the audit record ends after row {row}, rows are gone"),
    }
}

fn copy_files(from: &Path, to: &Path, names: &[&str]) -> anyhow::Result<()> {
    for name in names {
        let from = from.join(name);
        let content = zeroize::Zeroizing::new(
            fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?,
        );
        file::write_new(&to.join(name), &content)
            .with_context(|| format!("cannot copy {}", from.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory;

    fn number(connection: &Connection) -> i64 {
        connection.query_row("SELECT number FROM crl", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn no_list_gets_the_number_of_one_that_was_signed_after_the_backup() {
        let now = 1_795_000_000;
        let (first, second) = (memory(), memory());
        end_what_must_not_live_again(&first, now).unwrap();
        // Lists of the first restore, then a second one of the same backup an hour later.
        first.execute("UPDATE crl SET number = number + 3000", []).unwrap();
        end_what_must_not_live_again(&second, now + 3600).unwrap();
        assert!(number(&second) > number(&first));
        let before = number(&second);
        end_what_must_not_live_again(&second, now - 86_400).unwrap();
        assert!(number(&second) > before, "the clock was set back");
    }
}

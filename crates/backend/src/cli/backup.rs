//! Backup beside a running backend, and restoring one into an empty folder.

use std::{fs, io::ErrorKind, path::Path};

use anyhow::{Context as _, bail, ensure};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use warifu_protocol::Timestamp;

use super::{print_json, told};
use crate::{
    audit::{self, Act, Actor, Entry, Verdict},
    config::Config,
    error::Error,
    folder,
};

/// What a backend's folder holds beside the database. The server certificate is issued anew wherever
/// the backup is restored; its key has no business in a backup.
const FILES: [&str; 3] = ["warifu.toml", "authority.pem", "authority.key"];

pub(super) async fn back_up(
    dir: &Path,
    backup: &Path,
    json: bool,
    now: Timestamp,
) -> anyhow::Result<()> {
    Config::load(dir)?;
    make_empty(backup)?;
    let store = folder::open_store(dir)?;
    record(&store, Act::BackedUp, now).await?;
    store.copy_into(&backup.join(folder::DATABASE)).await?;
    keep_private(&backup.join(folder::DATABASE))?;
    for name in FILES {
        copy_private(&dir.join(name), &backup.join(name))?;
    }
    let rows = examine(&backup.join(folder::DATABASE))?;
    done(backup, rows, json)
}

pub(super) async fn restore(
    backup: &Path,
    dir: &Path,
    json: bool,
    now: Timestamp,
) -> anyhow::Result<()> {
    Config::load(backup)?;
    // Before anything is made: a broken backup leaves nothing behind.
    examine(&backup.join(folder::DATABASE))?;
    make_empty(dir)?;
    for name in FILES.into_iter().chain([folder::DATABASE]) {
        copy_private(&backup.join(name), &dir.join(name))?;
    }
    let store = folder::open_store_to_serve(dir, now)?;
    record(&store, Act::Restored, now).await?;
    store.close();
    let rows = examine(&dir.join(folder::DATABASE))?;
    done(dir, rows, json)
}

fn done(folder: &Path, rows: i64, json: bool) -> anyhow::Result<()> {
    if json {
        return print_json(&json!({ "folder": folder.display().to_string(), "audit_rows": rows }));
    }
    println!("{}: {rows} rows of the audit record, whole", folder.display());
    Ok(())
}

async fn record(store: &crate::store::Store, act: Act, now: Timestamp) -> anyhow::Result<()> {
    let recorded = store.write(move |connection| {
        let entry = Entry::new(act, Actor::Provider(None), now);
        Ok::<_, Error>(audit::record(connection, &entry)?)
    });
    recorded.await.map_err(told)
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

/// Makes a folder that only its owner can read, or takes an empty one.
fn make_empty(dir: &Path) -> anyhow::Result<()> {
    match fs::read_dir(dir) {
        Ok(mut entries) => {
            ensure!(entries.next().is_none(), "{} is not empty", dir.display());
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", dir.display()));
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
            .with_context(|| format!("cannot keep {} private", dir.display()))?;
    }
    Ok(())
}

fn copy_private(from: &Path, to: &Path) -> anyhow::Result<()> {
    let content = zeroize::Zeroizing::new(
        fs::read(from).with_context(|| format!("cannot read {}", from.display()))?,
    );
    folder::write_private(to, &content)
}

fn keep_private(file: &Path) -> anyhow::Result<()> {
    let open = fs::File::open(file)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        open.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    open.sync_all().with_context(|| format!("cannot write {}", file.display()))
}

//! Backup beside a running backend, and restoring one into an empty folder.

use std::{fs, path::Path};

use anyhow::{Context as _, bail, ensure};
use serde::Serialize;
use warifu_platform::file;
use warifu_store::{Store, StoreError};

use super::{operator::Operator, output};
use crate::{
    audit::{self, Act, Verdict},
    config::Config,
    domain::restoration::{self, Restored},
    folder::{self, Unfinished},
};

/// What a backup holds beside the database. Not the server's key: `serve` makes a pair where there is
/// none, and a copy of the key that lies about is good until its certificate expires.
fn files(config: &Config) -> &'static [&'static str] {
    match config.authority.pkcs11 {
        None => &["warifu.toml", "authority.pem", "authority.key"],
        // The key stays in its token, which has backups of its own.
        Some(_) => &["warifu.toml", "authority.pem"],
    }
}

/// What it holds too, once a checkpoint of the record was made.
const RECORD_FILES: [&str; 2] = [folder::RECORD_KEY, folder::RECORD_PUBLIC];

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
    let config = Config::load(dir)?;
    ensure!(
        config.database.is_none(),
        "the database is on a PostgreSQL server: back it up there (`pg_dump`, or base backups with their \
         archive), and keep copies of warifu.toml, authority.pem and authority.key of {}",
        dir.display()
    );
    let unfinished = Unfinished::begin(backup)?;
    let store = folder::open_store(dir)?;
    let recorded =
        store.write(move |tx| Ok::<_, anyhow::Error>(audit::record(tx, &by.entry(Act::BackedUp))?));
    recorded.await.with_context(|| format!("cannot write {}", dir.display()))?;
    let database = unfinished.path().join(folder::DATABASE);
    let cannot = || format!("cannot write {}", backup.display());
    // Private before it holds anything.
    file::write_new(&database, b"").with_context(cannot)?;
    store.copy_into(&database).await.with_context(cannot)?;
    fs::File::open(&database).and_then(|copy| copy.sync_all()).with_context(cannot)?;
    copy_files(dir, unfinished.path(), files(&config)).with_context(cannot)?;
    copy_files(dir, unfinished.path(), &record_files(dir)).with_context(cannot)?;
    copy_files(dir, unfinished.path(), config.provider.own_file().as_slice())
        .with_context(cannot)?;
    let rows = examine(&database).await?;
    unfinished.finish()?;
    done(backup, rows, json)
}

pub(super) async fn restore(
    backup: &Path,
    dir: &Path,
    json: bool,
    by: Operator,
) -> anyhow::Result<()> {
    let config = Config::load(backup)?;
    // Before anything is made: a broken backup leaves nothing behind.
    examine(&backup.join(folder::DATABASE)).await?;
    let unfinished = Unfinished::begin(dir)?;
    let cannot = || format!("cannot write {}", dir.display());
    copy_files(backup, unfinished.path(), files(&config)).with_context(cannot)?;
    copy_files(backup, unfinished.path(), &record_files(backup)).with_context(cannot)?;
    copy_files(backup, unfinished.path(), config.provider.own_file().as_slice())
        .with_context(cannot)?;
    copy_files(backup, unfinished.path(), &[folder::DATABASE]).with_context(cannot)?;
    let store = folder::open_store_to_serve(unfinished.path(), by.now).with_context(cannot)?;
    let restored =
        store.write(move |tx| Ok::<_, anyhow::Error>(restoration::restore(tx, &by.as_actor())?));
    let restored = restored.await.with_context(cannot)?;
    store.close();
    let rows = examine(&unfinished.path().join(folder::DATABASE)).await?;
    unfinished.finish()?;
    tell(dir, rows, restored, json)
}

/// Ends what must not live again in the database of a folder, which somebody has set back by the server's own
/// means.
pub(super) async fn settle(dir: &Path, json: bool, by: Operator) -> anyhow::Result<()> {
    let _alone = folder::lock(dir)?;
    let store = folder::open_store(dir)?;
    ensure!(
        store.is_shared(),
        "the database is a file of {}: `restore` does this by itself",
        dir.display()
    );
    let rows = verified(&store).await?;
    let restored =
        store.write(move |tx| Ok::<_, anyhow::Error>(restoration::restore(tx, &by.as_actor())?));
    tell(dir, rows, restored.await?, json)
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
async fn examine(database: &Path) -> anyhow::Result<i64> {
    let cannot = || format!("{} is no database of a backend", database.display());
    let store = Store::open_to_look(database).with_context(cannot)?;
    match store.examine().await {
        Err(StoreError::Damaged(said)) => bail!("{} is damaged: {said}", database.display()),
        examined => examined.with_context(cannot)?,
    }
    verified(&store).await
}

/// That the audit record of a database is unbroken; how many rows it has.
pub(super) async fn verified(store: &Store) -> anyhow::Result<i64> {
    let verified = store.read_at_length(audit::verify).await;
    rows_of(verified.context("cannot read the audit record")?)
}

/// How many rows a record has that is unbroken.
pub(super) fn rows_of(verdict: Verdict) -> anyhow::Result<i64> {
    match verdict {
        Verdict::Whole(rows) => Ok(rows),
        Verdict::BrokenAt(row) => bail!("the audit record is broken at row {row}"),
        Verdict::CutOffAfter(row) => bail!("the audit record ends after row {row}, rows are gone"),
    }
}

/// Those of the record's key that are there.
fn record_files(dir: &Path) -> Vec<&'static str> {
    RECORD_FILES.into_iter().filter(|name| dir.join(name).exists()).collect()
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

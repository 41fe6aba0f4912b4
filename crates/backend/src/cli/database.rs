//! The database on a PostgreSQL server: filling it, and setting it back.

use std::path::Path;

use anyhow::{Context as _, ensure};
use clap::Subcommand;
use serde_json::json;
use warifu_protocol::Timestamp;
use warifu_store::{Store, Tx};

use super::{Dir, backup, operator::Operator, output};
use crate::{audit, config::Config, folder};

#[derive(Debug, Subcommand)]
pub(super) enum DatabaseCommand {
    /// Copy everything from the folder's own database into an empty one of the server in [database].
    ///
    /// Nobody may be serving the folder. The counts of all tables and the whole audit record are compared
    /// before the copy counts; if anything is wrong, the server has nothing of it. The folder's own database
    /// stays as it is and is not used any more, also if [database] is taken out again: `database.moved` beside it
    /// says so. JSON: tables (by name, the rows), `audit_rows`.
    Copy {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// End what must not live again, after the server's database was set back to an earlier state.
    ///
    /// No backend may be serving. Every session, grant and code ends; the output says what to do again, as
    /// after `restore`. JSON: folder, `audit_rows`, `backed_up_at`, ended, `uncertain_letters`, `to_do`.
    Restored {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(command: DatabaseCommand, by: Operator) -> anyhow::Result<()> {
    match command {
        DatabaseCommand::Copy { dir, json } => copy(&dir.dir, json, by.now).await,
        DatabaseCommand::Restored { dir, json } => backup::settle(&dir.dir, json, by).await,
    }
}

async fn copy(dir: &Path, json: bool, now: Timestamp) -> anyhow::Result<()> {
    let config = Config::load(dir)?;
    let database = config.database.as_ref().context(
        "warifu.toml has no [database]: name there the empty database that is to be filled",
    )?;
    let server = folder::server(database)?;
    let _alone = folder::lock(dir)?;
    folder::refuse_moved(dir, "what is in the file is of that time")?;
    let path = folder::file_of(dir)?;
    let store =
        Store::open_to_look(&path).with_context(|| format!("cannot read {}", path.display()))?;
    store.examine().await.with_context(|| format!("cannot copy {}", path.display()))?;
    let rows = backup::verified(&store).await?;
    let check = move |copied: &Tx| {
        let copied = backup::rows_of(audit::verify(copied)?)?;
        ensure!(copied == rows, "the copied record has {copied} rows, and not {rows}");
        Ok::<_, anyhow::Error>(())
    };
    let tables = store.copy_to(server, check).await?;
    folder::mark_moved(dir, now)?;
    if json {
        let tables: serde_json::Map<_, _> =
            tables.into_iter().map(|(table, rows)| (table, json!(rows))).collect();
        return output::json(&json!({ "tables": tables, "audit_rows": rows }));
    }
    let mut lines: Vec<_> =
        tables.iter().map(|(table, rows)| format!("{table}: {rows} rows")).collect();
    lines.push(format!("Copied, with {rows} rows of the audit record, whole. Next: serve"));
    lines.push(format!(
        "{} is not used any more. Keep it until the first backup of the server's database.",
        path.display()
    ));
    output::lines(lines)
}

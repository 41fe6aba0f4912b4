//! The audit record: reading, examining, exporting.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Subcommand;
use serde_json::json;
use warifu_protocol::Timestamp;

use super::{Dir, print_json, told};
use crate::{
    audit::{self, Act, Actor, Entry, Record, Verdict},
    error::Error,
    folder,
    store::Store,
};

/// The exit code for a record that is not whole.
const BROKEN: u8 = 3;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Print the record.
    ///
    /// JSON: a list of seq, at, actor, act, customer, subject, certificate, device, address.
    List {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Follow the chain of hashes; names the first broken row, and exits with 3.
    ///
    /// JSON: whole, rows, broken_at, cut_off_after.
    Verify {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write the record to a file, one JSON object on each line; that is recorded too.
    ///
    /// JSON: output, rows.
    Export {
        #[command(flatten)]
        dir: Dir,
        /// The file; it must not exist yet.
        #[arg(long)]
        output: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(command: AuditCommand, now: Timestamp) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::List { dir, json } => list(&dir.dir, json).await?,
        AuditCommand::Verify { dir, json } => return verify(&dir.dir, json).await,
        AuditCommand::Export { dir, output, json } => export(&dir.dir, &output, json, now).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify(dir: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let store = folder::look_at_store(dir)?;
    let verdict = store.read(|connection| Ok::<_, Error>(audit::verify(connection)?)).await;
    let verdict = verdict.map_err(told)?;
    let whole = matches!(verdict, Verdict::Whole(_));
    if json {
        print_json(&match verdict {
            Verdict::Whole(rows) => json!({ "whole": true, "rows": rows }),
            Verdict::BrokenAt(row) => json!({ "whole": false, "broken_at": row }),
            Verdict::CutOffAfter(row) => json!({ "whole": false, "cut_off_after": row }),
        })?;
    } else {
        match verdict {
            Verdict::Whole(rows) => println!("whole: {rows} rows"),
            Verdict::BrokenAt(row) => eprintln!("broken at row {row}"),
            Verdict::CutOffAfter(row) => eprintln!("rows after row {row} are gone"),
        }
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) })
}

async fn export(dir: &Path, output: &Path, json: bool, now: Timestamp) -> anyhow::Result<()> {
    let store = folder::open_store(dir)?;
    let recorded = store.write(move |connection| {
        let exported = Entry::new(Act::Exported, Actor::Provider(None), now);
        Ok::<_, Error>(audit::record(connection, &exported)?)
    });
    recorded.await.map_err(told)?;
    let records = all(&store).await?;
    let mut lines = Vec::new();
    for record in &records {
        serde_json::to_writer(&mut lines, record)?;
        lines.push(b'\n');
    }
    folder::write_private(output, &lines)?;
    if json {
        return print_json(
            &json!({ "output": output.display().to_string(), "rows": records.len() }),
        );
    }
    println!("{} rows", records.len());
    Ok(())
}

async fn list(dir: &Path, json: bool) -> anyhow::Result<()> {
    let all = all(&folder::look_at_store(dir)?).await?;
    if json {
        return print_json(&all);
    }
    for record in all {
        let whose = record.customer.unwrap_or_default();
        let subject = record.subject.unwrap_or_default();
        println!("{}  {}  {}  {whose} {subject}", record.seq, record.at, record.act);
    }
    Ok(())
}

async fn all(store: &Store) -> anyhow::Result<Vec<Record>> {
    const PAGE: u32 = 1000;
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |record: &Record| record.seq);
        let page = store
            .read(move |connection| Ok::<_, Error>(audit::list(connection, None, after, PAGE)?))
            .await
            .map_err(told)?;
        let full = page.len() == PAGE as usize;
        all.extend(page);
        if !full {
            return Ok(all);
        }
    }
}

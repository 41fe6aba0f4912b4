//! The audit record: reading, examining, exporting.

mod checkpoint;
mod export;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;
use warifu_platform::{
    file::Readers,
    output::{Existing, Output},
};
use warifu_protocol::CustomerNumber;
use warifu_store::{
    Store,
    tables::audit::{self as rows, Record},
};

use super::{Dir, operator::Operator, output};
use crate::{
    audit::{self, Act, Verdict},
    folder,
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
    /// Follow the chains of hashes, of every customer and of the provider; names the first broken row, and
    /// exits with 3.
    ///
    /// With a checkpoint it finds too, and exits with 3, that the record was rewritten whole since, or that
    /// rows of that time are gone. A checkpoint that is not believed is told with 1. JSON: whole, rows,
    /// broken_at, cut_off_after; with a checkpoint also signed_at, rewritten (chain, place), removed (chain,
    /// after, signed), rewritten_before.
    Verify {
        #[command(flatten)]
        dir: Dir,
        /// A checkpoint that was kept elsewhere.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        /// The public half of the key that signed it; else `record.pub` of the folder.
        #[arg(long, value_name = "FILE", requires = "checkpoint")]
        key: Option<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make a signed checkpoint: how far all chains are now.
    ///
    /// Kept where nobody can change it, it shows a record that was rewritten whole later. The first one makes
    /// the key: `record.key`, under the passphrase of the authority's key, and `record.pub`.
    Checkpoint {
        #[command(flatten)]
        dir: Dir,
        /// The file, which must not exist yet; else standard output.
        #[arg(long)]
        output: Option<PathBuf>,
    },
    /// Print the public half of the key that signs checkpoints, in PEM, for those who verify; its fingerprint
    /// goes to standard error.
    ///
    /// Give both on ways of their own. JSON: key, fingerprint.
    Key {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write the record to a file, one JSON object on each line; that is recorded too.
    ///
    /// With a customer, that one's part alone, to be handed out: the first line is a signed checkpoint, and
    /// `warifu-cli audit verify` verifies the file with the public half of the key (`audit key`). It names no
    /// person of the provider's, and begins where the record got a chain for each customer. JSON: output, rows;
    /// with a customer also key.
    Export {
        #[command(flatten)]
        dir: Dir,
        /// The customer's number.
        #[arg(long)]
        customer: Option<CustomerNumber>,
        /// The file; it must not exist yet.
        #[arg(long)]
        output: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(command: AuditCommand, by: Operator) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::List { dir, json } => list(&dir.dir, json).await?,
        AuditCommand::Verify { dir, checkpoint: None, key: _, json } => {
            return verify(&dir.dir, json).await;
        }
        AuditCommand::Verify { dir, checkpoint: Some(file), key, json } => {
            return checkpoint::verify(&dir.dir, &file, key.as_deref(), json, by.now).await;
        }
        AuditCommand::Checkpoint { dir, output } => {
            checkpoint::make(&dir.dir, output.as_deref(), by.now).await?;
        }
        AuditCommand::Key { dir, json } => checkpoint::key(&dir.dir, json)?,
        AuditCommand::Export { dir, customer: None, output, json } => {
            export(&dir.dir, &output, json, by).await?;
        }
        AuditCommand::Export { dir, customer: Some(number), output, json } => {
            export::of_customer(&dir.dir, number, &output, json, by).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify(dir: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let store = folder::look_at_store(dir)?;
    let verdict = store.read_at_length(audit::verify).await?;
    tell(verdict, json, None)
}

/// `signed_at` is the checkpoint's that it was compared with.
fn tell(verdict: Verdict, json: bool, signed_at: Option<i64>) -> anyhow::Result<ExitCode> {
    let said = match verdict {
        Verdict::Whole(rows) if json => {
            let mut told = json!({ "whole": true, "rows": rows });
            if let Some(at) = signed_at {
                told["signed_at"] = at.into();
            }
            output::json(&told)
        }
        Verdict::Whole(rows) => match signed_at {
            None => output::line(format!("whole: {rows} rows")),
            Some(at) => output::line(format!(
                "whole: {rows} rows, which go on from what was signed at {}",
                checkpoint::moment(at)
            )),
        },
        Verdict::BrokenAt(row) if json => {
            output::json(&json!({ "whole": false, "broken_at": row }))
        }
        Verdict::BrokenAt(row) => {
            output::say(format!("broken at row {row}"));
            Ok(())
        }
        Verdict::CutOffAfter(row) if json => {
            output::json(&json!({ "whole": false, "cut_off_after": row }))
        }
        Verdict::CutOffAfter(row) => {
            output::say(format!("rows after row {row} are gone"));
            Ok(())
        }
    };
    match verdict {
        Verdict::Whole(_) => said.map(|()| ExitCode::SUCCESS),
        // Told by the exit code, even where nobody reads the rest.
        Verdict::BrokenAt(_) | Verdict::CutOffAfter(_) => Ok(ExitCode::from(BROKEN)),
    }
}

async fn export(dir: &Path, path: &Path, json: bool, by: Operator) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let file = Output::open(path, Existing::Refused, Readers::Owner).with_context(cannot)?;
    let store = folder::open_store(dir)?;
    let recorded =
        store.write(move |tx| Ok::<_, anyhow::Error>(audit::record(tx, &by.entry(Act::Exported))?));
    recorded.await?;
    let records = all(&store).await?;
    let mut lines = Vec::new();
    for record in &records {
        serde_json::to_writer(&mut lines, record)?;
        lines.push(b'\n');
    }
    file.write(&lines).with_context(cannot)?.keep();
    if json {
        return output::json(
            &json!({ "output": path.display().to_string(), "rows": records.len() }),
        );
    }
    // Not among the rows, if they went to standard output.
    output::say(format!("{} rows", records.len()));
    Ok(())
}

async fn list(dir: &Path, json: bool) -> anyhow::Result<()> {
    let all = all(&folder::look_at_store(dir)?).await?;
    if json {
        return output::json(&all);
    }
    output::lines(all.into_iter().map(|record| {
        let whose = record.customer.unwrap_or_default();
        let subject = record.subject.unwrap_or_default();
        let Record { seq, at, act, actor, .. } = record;
        format!("{seq}  {at}  {act}  {actor}  {whose} {subject}")
    }))
}

async fn all(store: &Store) -> anyhow::Result<Vec<Record>> {
    const PAGE: u32 = 1000;
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |record: &Record| record.seq);
        let page = store.read(move |tx| Ok::<_, anyhow::Error>(rows::after(tx, after, PAGE)?));
        let page = page.await?;
        let full = page.len() == PAGE as usize;
        all.extend(page);
        if !full {
            return Ok(all);
        }
    }
}

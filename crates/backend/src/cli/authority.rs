//! The authority's key.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::{Dir, operator::Operator, output};
use crate::{
    audit::{self, Act},
    config::Config,
    domain::sso::keys,
    folder,
};

/// The environment variable with the passphrase that takes the place of the present one.
const NEW_PASSPHRASE_VARIABLE: &str = "WARIFU_NEW_AUTHORITY_PASSPHRASE";

#[derive(Debug, Subcommand)]
pub(super) enum AuthorityCommand {
    /// Put the authority's key under another passphrase.
    ///
    /// The present one is read as always. `authority.key` is replaced as a whole, or stays as it is; put the
    /// new passphrase into `passphrase_file` afterwards. Backups keep the passphrase of their time. JSON: key.
    Passphrase {
        #[command(flatten)]
        dir: Dir,
        /// A file with the new passphrase; else `WARIFU_NEW_AUTHORITY_PASSPHRASE`.
        #[arg(long)]
        new_passphrase_file: Option<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(command: AuthorityCommand, by: Operator) -> anyhow::Result<()> {
    let AuthorityCommand::Passphrase { dir, new_passphrase_file, json } = command;
    let config = Config::load(&dir.dir)?;
    let next = folder::new_passphrase(new_passphrase_file.as_deref(), NEW_PASSPHRASE_VARIABLE)?;
    let store = folder::open_store(&dir.dir)?;
    folder::change_passphrase(&dir.dir, &config, &next)?;
    let recorded = store.write(move |tx| {
        // What signs for services is under the same one, and is made anew.
        keys::forget_private_halves(tx, by.now)?;
        Ok::<_, anyhow::Error>(audit::record(tx, &by.entry(Act::PassphraseChanged))?)
    });
    recorded.await?;
    if json {
        let key = dir.dir.join("authority.key").display().to_string();
        return output::json(&json!({ "key": key }));
    }
    let place = config.passphrase_file.map_or_else(
        || format!("the environment variable {}", folder::PASSPHRASE_VARIABLE),
        |file| file.display().to_string(),
    );
    output::line(format!("changed; put the new passphrase into {place} before the next start"))
}

//! The authority's key.

mod status;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Dir, operator::Operator, output};
use crate::{
    audit::{self, Act},
    config::{
        Config,
        authority::{TokenConfig, key_id},
    },
    domain::sso::keys,
    folder::{self, TokenPlan},
};

/// The environment variable with the passphrase that takes the place of the present one.
const NEW_PASSPHRASE_VARIABLE: &str = "WARIFU_NEW_AUTHORITY_PASSPHRASE";

/// Where `init` is to have the authority's key, if not in a file.
#[derive(Debug, Args)]
pub(super) struct InToken {
    /// Have the authority's key in a PKCS#11 token: the module's whole path. The key is made there and
    /// cannot leave it.
    #[arg(long, value_name = "FILE", requires_all = ["pkcs11_token", "pin_file"])]
    pkcs11_module: Option<PathBuf>,
    /// The token's label.
    #[arg(long, value_name = "LABEL", requires = "pkcs11_module")]
    pkcs11_token: Option<String>,
    /// The key's label.
    #[arg(
        long,
        value_name = "LABEL",
        default_value = "warifu-authority",
        requires = "pkcs11_module"
    )]
    pkcs11_key: String,
    /// The key's CKA_ID, in hexadecimal digits.
    #[arg(long, value_name = "HEX", requires = "pkcs11_module", value_parser = parse_key_id)]
    pkcs11_key_id: Option<KeyId>,
    /// A file with the PIN of the token's user.
    #[arg(long, value_name = "FILE", requires = "pkcs11_module")]
    pin_file: Option<PathBuf>,
    /// Take the key that the token has instead of making one.
    #[arg(long, requires = "pkcs11_module")]
    take_key: bool,
}

#[derive(Clone, Debug)]
struct KeyId(Vec<u8>);

fn parse_key_id(text: &str) -> Result<KeyId, String> {
    key_id(text).map(KeyId)
}

impl InToken {
    pub(super) fn plan(self) -> anyhow::Result<Option<TokenPlan>> {
        let (Some(module), Some(token), Some(pin_file)) =
            (self.pkcs11_module, self.pkcs11_token, self.pin_file)
        else {
            return Ok(None);
        };
        let config = TokenConfig {
            module,
            token,
            key: self.pkcs11_key,
            key_id: self.pkcs11_key_id.map(|id| id.0),
            pin_file: std::path::absolute(pin_file)?,
        };
        Ok(Some(TokenPlan { config, is_there: self.take_key }))
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum AuthorityCommand {
    /// Say until when the authority's certificate is valid, and where its key is.
    ///
    /// Needs neither the key nor its passphrase; whether it signs, `check` says. Certificates that the authority
    /// issues end with its own at the latest, so they become shorter towards its end. JSON: subject,
    /// thumbprint, not_before, not_after, days_left, full_validity_until, key (kind, which is file or token;
    /// file; module, token, key, key_id).
    Status {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Put the authority's key under another passphrase, and with it the key that signs checkpoints of the record.
    ///
    /// The present one is read as always. `authority.key` is replaced as a whole, or stays as it is; put the
    /// new passphrase into `passphrase_file` afterwards. Backups keep the passphrase of their time. A key in a
    /// PKCS#11 token has a PIN instead, which its own tools change; the passphrase is then of what signs for
    /// services and checkpoints. JSON: key.
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
    match command {
        AuthorityCommand::Status { dir, json } => status::print(&dir.dir, json, by.now),
        AuthorityCommand::Passphrase { dir, new_passphrase_file, json } => {
            change_passphrase(&dir.dir, new_passphrase_file.as_deref(), json, by).await
        }
    }
}

async fn change_passphrase(
    dir: &Path,
    new_passphrase_file: Option<&Path>,
    json: bool,
    by: Operator,
) -> anyhow::Result<()> {
    let config = Config::load(dir)?;
    let next = folder::new_passphrase(new_passphrase_file, NEW_PASSPHRASE_VARIABLE)?;
    let store = folder::open_store(dir)?;
    let in_token = config.authority.pkcs11.is_some();
    if !in_token {
        // A wrong passphrase ends here, before anything is changed.
        folder::open_issuer(dir, &config)?;
    }
    folder::change_record_passphrase(dir, &config, &next)?;
    if !in_token {
        folder::change_passphrase(dir, &config, &next)?;
    }
    let recorded = store.write(move |tx| {
        // What signs for services is under the same one, and is made anew.
        keys::forget_private_halves(tx, by.now)?;
        Ok::<_, anyhow::Error>(audit::record(tx, &by.entry(Act::PassphraseChanged))?)
    });
    recorded.await?;
    if json {
        let key = (!in_token).then(|| folder::key_file(dir).display().to_string());
        return output::json(&json!({ "key": key }));
    }
    let place = config.passphrase_file.map_or_else(
        || format!("the environment variable {}", folder::PASSPHRASE_VARIABLE),
        |file| file.display().to_string(),
    );
    output::line(format!("changed; put the new passphrase into {place} before the next start"))
}

//! Certificates: listing and revoking.

use std::path::Path;

use anyhow::ensure;
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};
use warifu_pki::pem::{self, Label};
use warifu_protocol::{IdentifierError, RevocationReason, Thumbprint};
use warifu_store::tables::{
    account::{self, User},
    certificate::{self, Certificate},
};

use super::{
    Dir, Who, find,
    operator::Operator,
    output::{self, Mistake, told},
    text,
};
use crate::{domain::accounts, folder};

#[derive(Debug, Subcommand)]
pub(super) enum CertificateCommand {
    /// List a user's certificates, newest first.
    ///
    /// JSON: a list of thumbprint, state, state_at, not_before, not_after.
    List {
        #[command(flatten)]
        dir: Dir,
        #[command(flatten)]
        who: Who,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show a certificate, and whose it is, by the thumbprint that the app shows.
    ///
    /// JSON: as of `list`, and customer_number, customer_name, user_id, serial, pem.
    Show {
        #[command(flatten)]
        dir: Dir,
        /// The thumbprint (SHA-256), with or without colons.
        #[arg(value_parser = thumbprint)]
        thumbprint: Thumbprint,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Revoke a user's certificate at once; only a reissue gives another.
    ///
    /// JSON: revoked (how many).
    Revoke {
        #[command(flatten)]
        dir: Dir,
        #[command(flatten)]
        who: Who,
        /// Why; told in the revocation list (RFC 5280 §5.3.1).
        #[arg(long, value_enum, default_value_t = Why::Unspecified)]
        reason: Why,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Why a certificate is revoked.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Why {
    Unspecified,
    KeyCompromise,
    AffiliationChanged,
    Superseded,
    CessationOfOperation,
}

impl From<Why> for RevocationReason {
    fn from(why: Why) -> Self {
        match why {
            Why::Unspecified => Self::Unspecified,
            Why::KeyCompromise => Self::KeyCompromise,
            Why::AffiliationChanged => Self::AffiliationChanged,
            Why::Superseded => Self::Superseded,
            Why::CessationOfOperation => Self::CessationOfOperation,
        }
    }
}

pub(super) async fn run(command: CertificateCommand, by: Operator) -> anyhow::Result<()> {
    match command {
        CertificateCommand::List { dir, who, json } => list(&dir.dir, who, json).await,
        CertificateCommand::Show { dir, thumbprint, json } => {
            show(&dir.dir, thumbprint, json).await
        }
        CertificateCommand::Revoke { dir, who, reason, json } => {
            revoke(&dir.dir, who, reason.into(), json, by).await
        }
    }
}

async fn list(dir: &Path, who: Who, json: bool) -> anyhow::Result<()> {
    let store = folder::look_at_store(dir)?;
    let found = store.read(move |tx| {
        let user = find(tx, &who)?;
        Ok::<_, anyhow::Error>(certificate::of_account(tx, user.id)?)
    });
    let found: Vec<_> = found.await?.iter().map(described).collect();
    if json {
        return output::json(&found);
    }
    output::lines(found.iter().map(|certificate| {
        format!("{}  {}", text(&certificate["state"]), text(&certificate["thumbprint"]))
    }))
}

async fn show(dir: &Path, thumbprint: Thumbprint, json: bool) -> anyhow::Result<()> {
    let store = folder::look_at_store(dir)?;
    let found = store.read(move |tx| {
        let certificate =
            certificate::by_thumbprint(tx, &thumbprint)?.ok_or(Mistake::NoCertificate)?;
        let user = account::get(tx, certificate.account)?;
        Ok::<_, anyhow::Error>((certificate, user))
    });
    let (certificate, User { customer, user_id, .. }) = found.await?;
    let pem = pem::encode(Label::Certificate, &certificate.der)?;
    let mut shown = described(&certificate);
    shown["customer_number"] = json!(customer.customer_number);
    shown["customer_name"] = json!(customer.customer_name);
    shown["user_id"] = json!(user_id);
    shown["serial"] = json!(warifu_pki::serial_number(&certificate.der)?);
    shown["pem"] = json!(pem);
    if json {
        return output::json(&shown);
    }
    output::print(&format!(
        "{}  {}\n{}  {}  {user_id}\n{pem}",
        certificate.state.as_str(),
        certificate.thumbprint,
        customer.customer_number,
        customer.customer_name
    ))
}

fn described(certificate: &Certificate) -> Value {
    json!({
        "thumbprint": certificate.thumbprint,
        "state": certificate.state.as_str(),
        "state_at": certificate.state_at,
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
    })
}

/// As it is read from a screen, or copied from another program.
fn thumbprint(text: &str) -> Result<Thumbprint, IdentifierError> {
    let digits: String = text.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
    digits.to_ascii_lowercase().parse()
}

async fn revoke(
    dir: &Path,
    who: Who,
    reason: RevocationReason,
    json: bool,
    by: Operator,
) -> anyhow::Result<()> {
    let store = folder::open_store(dir)?;
    let revoked = store.write(move |tx| {
        let user = find(tx, &who)?;
        accounts::revoke(tx, &by.as_actor(), &user, reason).map_err(told)
    });
    let count = revoked.await?;
    ensure!(count > 0, "this user has no certificate that could be revoked");
    if json {
        return output::json(&json!({ "revoked": count }));
    }
    output::line(format!("revoked {count}"))
}

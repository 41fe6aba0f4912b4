//! What there is to know of the authority without its key.

use std::path::Path;

use anyhow::Context as _;
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::{Value, json};
use warifu_calendar::{DAY, day_in_japan};
use warifu_protocol::{Thumbprint, Timestamp};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::{cli::output, config::Config, folder};

/// The authority's certificate.
struct Certificate {
    subject: String,
    thumbprint: Thumbprint,
    from: Timestamp,
    until: Timestamp,
}

impl Certificate {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("cannot read {}", path.display());
        let der = CertificateDer::from_pem_file(path).with_context(cannot)?;
        let (_, parsed) = X509Certificate::from_der(&der).with_context(cannot)?;
        let validity = parsed.validity();
        Ok(Self {
            subject: parsed.subject().to_string(),
            thumbprint: warifu_pki::thumbprint(&der),
            from: validity.not_before.timestamp(),
            until: validity.not_after.timestamp(),
        })
    }
}

/// Neither opens the key nor the database: as good on a copy, and while the token is out.
pub(super) fn print(dir: &Path, json: bool, now: Timestamp) -> anyhow::Result<()> {
    let config = Config::load(dir)?;
    let certificate = Certificate::read(&dir.join("authority.pem"))?;
    let days = (certificate.until - now).div_euclid(DAY);
    // What it issues ends with it (SPEC A6).
    let full_until = certificate.until - i64::from(config.certificate_valid_days) * DAY;
    let Certificate { subject, thumbprint, from, until } = certificate;
    if json {
        return output::json(&json!({
            "subject": subject,
            "thumbprint": thumbprint,
            "not_before": from,
            "not_after": until,
            "days_left": days,
            "full_validity_until": full_until,
            "key": key(dir, &config),
        }));
    }
    let left = if until < now { String::from("it has ended") } else { format!("{days} days left") };
    output::lines([
        subject,
        format!("Its certificate (SHA-256): {thumbprint}"),
        format!("Valid from {} until {} in Japan: {left}", day_in_japan(from), day_in_japan(until)),
        format!(
            "Certificates issued after {} are shorter than {} days: none outlives it",
            day_in_japan(full_until),
            config.certificate_valid_days
        ),
        format!("Its key: {}", place(dir, &config)),
    ])
}

fn key(dir: &Path, config: &Config) -> Value {
    match &config.authority.pkcs11 {
        None => json!({ "kind": "file", "file": folder::key_file(dir) }),
        Some(token) => json!({
            "kind": "token",
            "module": token.module,
            "token": token.token,
            "key": token.key,
            "key_id": token.key_id.as_deref().map(digits),
        }),
    }
}

fn place(dir: &Path, config: &Config) -> String {
    let Some(token) = &config.authority.pkcs11 else {
        return folder::key_file(dir).display().to_string();
    };
    let id = token.key_id.as_deref().map(|id| format!(" ({})", digits(id))).unwrap_or_default();
    format!("{}{id} in token {}, by {}", token.key, token.token, token.module.display())
}

fn digits(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

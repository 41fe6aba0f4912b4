//! `check`: all that the backend needs, looked at before it is served and while it is.

#[cfg(unix)]
mod files;

use std::path::Path;

use anyhow::Context as _;
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::json;
use warifu_protocol::Timestamp;
use warifu_store::tables::audit as rows;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::{
    findings::{Findings, State},
    output, web,
};
use crate::{config::Config, folder, http::oidc, mail::smtp::Mailer};

const DAY: i64 = 86_400;

/// Days before its end at which the authority wants a successor.
const AUTHORITY_SOON: i64 = 400;

/// Seconds by which a clock may be off.
const SKEW: i64 = 5;

/// Looks at everything, and says what it saw.
///
/// # Errors
///
/// A configuration that cannot be read; that something has to be put right.
pub(super) async fn run(dir: &Path, json: bool, now: Timestamp) -> anyhow::Result<()> {
    let config = Config::load(dir)?;
    let notes = config.provider.notes();
    let mut findings = Findings::default();
    #[cfg(unix)]
    files::check(dir, &config, &mut findings);
    check_authority(dir, &config, now, &mut findings);
    check_server_certificate(dir, now, &mut findings);
    check_database(dir, &config, now, &mut findings).await;
    check_mail(&config, &mut findings).await;
    if let Some(web) = &config.web {
        web::check::check_certificate(web, now, &mut findings);
        match oidc::Clients::open(&config) {
            Ok(_) => findings.add(
                State::Good,
                "clients",
                "what they prove themselves with can be read; `web check` tries the rest",
            ),
            Err(error) => findings.add(State::Wrong, "clients", format!("{error:#}")),
        }
    }
    say(dir, &config, &notes, &findings, json)?;
    findings.verdict()
}

fn say(
    dir: &Path,
    config: &Config,
    notes: &[String],
    findings: &Findings,
    json: bool,
) -> anyhow::Result<()> {
    let face = config.face();
    if json {
        return output::json(&json!({ "provider": face, "notes": notes, "findings": findings.0 }));
    }
    let logo = config.provider.logo().map_or_else(
        || String::from("none"),
        |logo| {
            let (width, height) = logo.size();
            format!("{}, {width} by {height}, {} bytes", logo.media_type(), logo.content().len())
        },
    );
    let mut lines = vec![
        format!("{}: can be read", dir.join("warifu.toml").display()),
        format!("The provider: {} / {}", face.name.ja, face.name.en),
        format!("The service: {} / {}", face.service_name.ja, face.service_name.en),
        format!("Its logo: {logo}"),
        format!("Its colour: {}", face.accent.as_deref().unwrap_or("the app's own")),
    ];
    lines.extend(notes.iter().map(|note| format!("Note: {note}")));
    lines.extend(findings.lines());
    output::lines(lines)
}

fn check_authority(dir: &Path, config: &Config, now: Timestamp, findings: &mut Findings) {
    const ABOUT: &str = "authority";
    match dates(&dir.join("authority.pem")) {
        Err(error) => findings.add(State::Wrong, ABOUT, format!("{error:#}")),
        Ok((from, _)) if from > now + SKEW => {
            let text = format!("it begins in {} seconds: this clock is behind", from - now);
            findings.add(State::Wrong, "clock", text);
        }
        Ok((_, until)) => match (until - now) / DAY {
            _ if until <= now => findings.add(State::Wrong, ABOUT, "its certificate has ended"),
            days if days < AUTHORITY_SOON => {
                findings.add(State::Note, ABOUT, format!("its certificate ends in {days} days"));
            }
            days => {
                findings.add(State::Good, ABOUT, format!("its certificate ends in {days} days"))
            }
        },
    }
    let in_token = config.authority.pkcs11.is_some();
    if !in_token && config.passphrase_file.is_none() && folder::passphrase(None).is_err() {
        // As where systemd hands it to the service alone.
        let text = "the passphrase is not here, so the key was not tried";
        return findings.add(State::Note, ABOUT, text);
    }
    match folder::open_issuer(dir, config) {
        Ok(_) if in_token => {
            findings.add(State::Good, ABOUT, "its key in the token signs and fits its certificate");
        }
        Ok(_) => findings.add(State::Good, ABOUT, "its key opens and fits its certificate"),
        Err(error) => findings.add(State::Wrong, ABOUT, format!("{error:#}")),
    }
}

/// The listeners' own, which `serve` replaces in time.
fn check_server_certificate(dir: &Path, now: Timestamp, findings: &mut Findings) {
    const ABOUT: &str = "server certificate";
    let (state, text) = match dates(&dir.join("server.pem")) {
        Ok((_, until)) if until > now => {
            (State::Good, format!("good for {} days; `serve` renews it", (until - now) / DAY))
        }
        Ok(_) => (State::Note, String::from("it has ended; `serve` issues another one")),
        // As after a restore.
        Err(_) => (State::Note, String::from("there is none yet; `serve` issues one")),
    };
    findings.add(state, ABOUT, text);
}

/// From when until when the first certificate of a file is good.
fn dates(path: &Path) -> anyhow::Result<(Timestamp, Timestamp)> {
    let cannot = || format!("cannot read {}", path.display());
    let der = CertificateDer::from_pem_file(path).with_context(cannot)?;
    let (_, certificate) = X509Certificate::from_der(&der).with_context(cannot)?;
    let validity = certificate.validity();
    Ok((validity.not_before.timestamp(), validity.not_after.timestamp()))
}

/// That it can be read, and that this clock is not behind what was recorded.
async fn check_database(dir: &Path, config: &Config, now: Timestamp, findings: &mut Findings) {
    const ABOUT: &str = "database";
    let read = async {
        let store = folder::look_at_store(dir)?;
        let found = store
            .read(|tx| Ok::<_, anyhow::Error>((rows::count(tx)?, rows::last_time(tx)?)))
            .await?;
        Ok::<_, anyhow::Error>(found)
    };
    match read.await {
        Err(error) => findings.add(State::Wrong, ABOUT, format!("{error:#}")),
        Ok((count, last)) => {
            let place = config.database.as_ref().map_or("it", |_| "PostgreSQL");
            let text = format!("{place} can be read; its record has {count} rows");
            findings.add(State::Good, ABOUT, text);
            match last.map_or(0, |last| last - now) {
                behind if behind > SKEW => {
                    let text = format!(
                        "it is {behind} seconds behind the last row of the record; set it by NTP"
                    );
                    findings.add(State::Wrong, "clock", text);
                }
                _ => findings.add(State::Good, "clock", "not behind the record"),
            }
        }
    }
}

/// Goes as far as a letter could be announced.
async fn check_mail(config: &Config, findings: &mut Findings) {
    const ABOUT: &str = "mail";
    let Some(mail) = &config.mail else {
        let text = "there is no [mail] in warifu.toml: nobody is warned by e-mail";
        return findings.add(State::Note, ABOUT, text);
    };
    let greeted = match Mailer::new(mail, &config.server_names) {
        Ok(mailer) => mailer.greet().await,
        Err(error) => Err(format!("{error:#}")),
    };
    match greeted {
        Ok(()) => findings.add(State::Good, ABOUT, "the mail server takes letters"),
        Err(why) => findings.add(State::Wrong, ABOUT, why),
    }
}

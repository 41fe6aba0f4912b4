//! The file that users send to support: what a diagnosis found, the settings, the log. No secret is in
//! it: nothing that is secret is looked at, and the log, which others write into, is scrubbed.

use std::{
    io::{Cursor, Write as _},
    sync::Arc,
};

use serde_json::{Value, json};
use warifu_protocol::ErrorCode;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::scrub;
use crate::{
    Failure,
    context::Context,
    flows::{overview, settings},
    view::{DiagnosisResult, Fact, FactName, FactValue, Outcome},
};

/// Most bytes of the log, its end.
const LOG: usize = 1024 * 1024;

/// The support bundle, a zip file, with the results of a diagnosis and the app's log.
///
/// # Errors
///
/// The database's.
pub(crate) async fn bundle(
    context: &Arc<Context>,
    results: &[DiagnosisResult],
    log: Vec<u8>,
) -> Result<Vec<u8>, Failure> {
    let overview = overview::overview(context).await?;
    let settings = settings::settings(context).await?;
    let now = context.now();
    let profiles: Vec<_> = overview
        .profiles
        .iter()
        .map(|profile| json!({ "service_name": profile.service_name, "host": profile.host }))
        .collect();
    let identities: Vec<_> = overview
        .identities
        .iter()
        .map(|identity| {
            json!({
                "customer_number": identity.customer_number,
                "user_id": identity.user_id,
                "protection": identity.protection,
                "standing": identity.standing,
                "renewal": identity.renewal,
                "certificate": identity.certificate,
            })
        })
        .collect();
    let environment = json!({
        "app_version": overview.app_version,
        "os": std::env::consts::OS,
        "arch": std::env::consts::ARCH,
        "written_at": now,
        "managed": overview.managed,
        // What is no text elsewhere in the environment is no reason to fail.
        "proxy": proxies(std::env::vars_os().map(|(name, value)| {
            (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
        })),
        "profiles": profiles,
        "certificates": identities,
    });
    let home = home();
    let certificates = overview.identities.iter().filter_map(|one| one.certificate.as_ref());
    let mut known: Vec<_> =
        certificates.map(|certificate| certificate.thumbprint.to_string()).collect();
    known.extend(results.iter().flat_map(|result| &result.facts).filter_map(thumbprint));
    let clean = |text: &str| scrub::scrub(text, home.as_deref(), &known);
    // Value by value, so that it stays JSON whatever is taken out.
    let json = |value: Value| format!("{:#}\n", cleaned(value, &clean));
    let files = [
        ("diagnosis.json", json(serde_json::to_value(results).unwrap_or_default())),
        ("diagnosis.txt", clean(&readable(results))),
        ("settings.json", json(serde_json::to_value(settings).unwrap_or_default())),
        ("environment.json", json(environment)),
        ("log.txt", clean(end_of(&String::from_utf8_lossy(&log)))),
    ];
    tokio::task::spawn_blocking(move || {
        archive(&files).map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))
    })
    .await?
}

/// The thumbprint that a fact is.
fn thumbprint(fact: &Fact) -> Option<String> {
    match (&fact.value, fact.name) {
        (FactValue::Text(text), FactName::Thumbprint | FactName::PresentedThumbprint) => {
            Some(text.clone())
        }
        (FactValue::Text(_) | FactValue::Number(_), _) => None,
    }
}

fn archive(files: &[(&str, String)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The value with every text in it cleaned.
fn cleaned(value: Value, clean: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(clean(&text).trim_end().to_owned()),
        Value::Array(values) => {
            values.into_iter().map(|value| cleaned(value, clean)).collect::<Vec<_>>().into()
        }
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, cleaned(value, clean)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// The end of the log, from the begin of a line: half a token or half a key is not seen to be one.
fn end_of(log: &str) -> &str {
    let Some(cut) = log.len().checked_sub(LOG).filter(|cut| *cut > 0) else { return log };
    let next_line = |at: usize| {
        let after = log.as_bytes().get(at..).unwrap_or_default();
        after.iter().position(|byte| *byte == b'\n').map_or(log.len(), |line| at + line + 1)
    };
    let end = log.get(next_line(cut)..).unwrap_or_default();
    // A key that was cut through.
    match (end.find("-----END"), end.find("-----BEGIN")) {
        (Some(last), begin) if begin.is_none_or(|begin| last < begin) => {
            end.get(last..).and_then(|rest| rest.split_once('\n')).map_or("", |(_, rest)| rest)
        }
        (Some(_) | None, _) => end,
    }
}

/// One line for each check, for people: the names are those that the screens explain.
fn readable(results: &[DiagnosisResult]) -> String {
    let mut text = String::from("接続診断の結果 / Connection diagnosis\n\n");
    for result in results {
        let (mark, why) = match &result.outcome {
            Outcome::Passed => ("OK  ", String::new()),
            Outcome::Warning { because } => ("WARN", format!("{because:?}")),
            Outcome::Failed { failure } => ("FAIL", failure.code.as_str().to_owned()),
            Outcome::Skipped { because } => ("-   ", format!("{because:?}")),
        };
        let subject = result.subject.as_deref().unwrap_or_default();
        text.push_str(&format!("{mark} {:?} {subject} {why}\n", result.check));
        for fact in &result.facts {
            let value = match &fact.value {
                FactValue::Text(value) => value.clone(),
                FactValue::Number(value) => value.to_string(),
            };
            text.push_str(&format!("       {:?}: {value}\n", fact.name));
        }
    }
    text
}

/// The environment's proxies, without the user names and passwords that may be in them.
fn proxies(environment: impl Iterator<Item = (String, String)>) -> Value {
    let proxies = environment.filter(|(name, _)| name.to_lowercase().ends_with("_proxy"));
    proxies
        .map(|(name, value)| {
            // `user:password@host` parses as an address of the scheme `user`.
            let url = url::Url::parse(&value).ok().filter(url::Url::has_host);
            let shown = match url {
                Some(mut url) => {
                    let had = !url.username().is_empty() || url.password().is_some();
                    let removed = url.set_username("").and_then(|()| url.set_password(None));
                    let address = if removed.is_ok() { url.as_str() } else { "(not shown)" };
                    json!({ "address": address, "credentials": had })
                }
                None if value.contains('@') => json!({ "address": "(not shown)" }),
                None => json!({ "address": value }),
            };
            (name, shown)
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn home() -> Option<String> {
    let home = std::env::home_dir()?.display().to_string();
    (home.len() > 1).then_some(home)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_cut_between_lines_and_never_through_a_key() {
        let filler = "x\n".repeat(LOG / 2 - 30);
        let key = "-----BEGIN PRIVATE KEY-----\nMIGHcanary\ncanary\n-----END PRIVATE KEY-----\n";
        for padding in 0..100 {
            let log = format!("{key}{}\n{filler}last\n", "y".repeat(padding));
            let end = end_of(&log);
            assert!(!end.contains("canary"), "{padding}");
            assert!(end.ends_with("last\n") && end.len() <= LOG, "{padding}");
        }
        assert_eq!(end_of("short\n"), "short\n");
        let long = "あ".repeat(LOG);
        assert_eq!(end_of(&long), "");
    }

    #[test]
    fn json_stays_json_whatever_is_taken_out() {
        let value = json!({ "subject": "auth-token:443", "list": ["password=canary", 1, null] });
        let clean = cleaned(value, &|text| scrub::scrub(text, None, &[]));
        let text = clean.to_string();
        assert!(!text.contains("canary"), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), clean);
        assert_eq!(clean["list"][1], 1);
    }

    #[test]
    fn a_proxys_password_is_not_shown() {
        let environment =
            [("HTTPS_PROXY", "http://user:canary@proxy.example:8080"), ("X", "canary")];
        let shown = proxies(environment.map(|(a, b)| (a.to_owned(), b.to_owned())).into_iter());
        assert!(!shown.to_string().contains("canary"), "{shown}");
        assert_eq!(shown["HTTPS_PROXY"]["credentials"], true);
        let bare = [("https_proxy".to_owned(), "user:canary@proxy.example:8080".to_owned())];
        assert!(!proxies(bare.into_iter()).to_string().contains("canary"));
    }
}

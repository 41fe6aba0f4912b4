//! `doctor`: 「接続診断」 and the support bundle (SPEC L).

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde_json::json;
use warifu_client::{
    Failure,
    view::{DiagnosisResult, Fact, FactName, FactValue, Outcome},
};
use warifu_protocol::Details;

use super::{Context, Ended};
use crate::{
    exit::Exit,
    text::{Words, trouble},
    trouble::{Refusal, Trouble},
};

pub(super) async fn run(context: &Context<'_>, bundle: Option<PathBuf>) -> Ended {
    let Context { client, words, output } = context;
    if let Some(path) = &bundle
        && path.exists()
    {
        return Err(exists(path));
    }
    let results = client.diagnose(|result| output.line(told(result, words))).await;
    let (failed, warnings) = count(&results);
    output.line(if failed + warnings == 0 {
        words.checks_good.to_owned()
    } else {
        (words.checks_bad)(failed, warnings)
    });
    if let Some(path) = &bundle {
        let asked = client.clone();
        let log = tokio::task::spawn_blocking(move || asked.app_log()).await;
        let content = client.support_bundle(&results, log.map_err(Failure::from)?).await?;
        write(path, &content)?;
        output.line((words.labelled)(words.bundle_written, &path.display().to_string()));
    }
    output.document(&json!({
        "failed": failed,
        "warnings": warnings,
        "results": results,
        "bundle": bundle.map(|path| path.display().to_string()),
    }));
    Ok(match (failed, warnings) {
        (0, 0) => Exit::Good,
        (0, _) => Exit::Attention,
        (_, _) => Exit::Failed,
    })
}

/// How many checks failed, and how many are to be looked at.
fn count(results: &[DiagnosisResult]) -> (usize, usize) {
    let of = |kind: fn(&Outcome) -> bool| results.iter().filter(|one| kind(&one.outcome)).count();
    let failed = of(|outcome| matches!(outcome, Outcome::Failed { .. }));
    (failed, of(|outcome| matches!(outcome, Outcome::Warning { .. })))
}

/// A check in lines: what came of it, why, what was seen if it is not well, and what to do.
fn told(result: &DiagnosisResult, words: &Words) -> String {
    let (mark, about) = match &result.outcome {
        Outcome::Passed => (words.passed, Vec::new()),
        Outcome::Warning { because } => {
            (words.warning, vec![(words.warning_reason)(*because).to_owned()])
        }
        Outcome::Failed { failure } => {
            let mut about = vec![(words.labelled)(words.error, failure.code.as_str())];
            about.extend(trouble::details(&failure.details, words));
            about.extend(result.facts.iter().map(|fact| seen(fact, words)));
            about.push((words.labelled)(words.next, trouble::next_after(failure, words)));
            (words.failed, about)
        }
        Outcome::Skipped { because } => {
            (words.skipped, vec![(words.skip_reason)(*because).to_owned()])
        }
    };
    let subject = result.subject.as_deref().map_or_else(String::new, |one| format!(" ({one})"));
    let mut text = format!("[{mark}] {}{subject}", (words.check)(result.check));
    for line in about {
        text.push_str("\n    ");
        text.push_str(&line);
    }
    text
}

/// What was seen, under the name that the support bundle and the JSON have for it.
fn seen(fact: &Fact, words: &Words) -> String {
    let name = serde_json::to_value(fact.name).unwrap_or_default();
    let value = match (&fact.value, fact.name) {
        (FactValue::Number(at), FactName::NotBefore | FactName::NotAfter) => words.moment(*at),
        (FactValue::Number(number), _) => number.to_string(),
        (FactValue::Text(text), _) => text.clone(),
    };
    (words.labelled)(name.as_str().unwrap_or_default(), &value)
}

fn exists(path: &Path) -> Trouble {
    Refusal::FileExists(path.display().to_string()).into()
}

/// Writes a new file; what cannot be written whole is not left behind.
fn write(path: &Path, content: &[u8]) -> Result<(), Trouble> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = options.open(path).map_err(|error| not_written(path, &error))?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.map_err(|error| {
        drop(file);
        if let Err(error) = std::fs::remove_file(path) {
            tracing::warn!(%error, "a part of the file is left behind");
        }
        not_written(path, &error)
    })
}

fn not_written(path: &Path, error: &io::Error) -> Trouble {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return exists(path);
    }
    let place = Some(path.display().to_string());
    Failure::from(error).with(Details { place, ..Details::default() }).into()
}

#[cfg(test)]
mod tests {
    use warifu_client::view::{CheckName, Language, SkipReason, WarningReason};
    use warifu_protocol::ErrorCode;

    use super::*;

    fn result(outcome: Outcome) -> DiagnosisResult {
        DiagnosisResult {
            check: CheckName::CertificateValidity,
            subject: Some(String::from("kanri01")),
            outcome,
            facts: vec![Fact { name: FactName::DaysLeft, value: FactValue::Number(3) }],
            milliseconds: 1,
        }
    }

    #[test]
    fn each_outcome_says_what_it_is_and_what_to_do() {
        let failure = Failure::new(ErrorCode::CertificateExpired);
        let table = [
            (Outcome::Passed, "[good] Validity of the certificate (kanri01)", 1),
            (Outcome::Warning { because: WarningReason::RenewSoon }, "`warifu-cli renew`", 2),
            (Outcome::Skipped { because: SkipReason::NoCertificate }, "no certificate.", 2),
            (
                Outcome::Failed { failure },
                "what to do: If you are not the primary administrator: ask",
                4,
            ),
        ];
        for (outcome, part, lines) in table {
            let told = told(&result(outcome), Words::of(Language::En));
            assert!(told.contains(part), "{told}");
            assert_eq!(told.lines().count(), lines, "{told}");
        }
    }

    #[test]
    fn failures_and_warnings_are_counted_apart() {
        let failure = Failure::new(ErrorCode::ClockWrong);
        let results = [
            result(Outcome::Passed),
            result(Outcome::Failed { failure }),
            result(Outcome::Warning { because: WarningReason::RenewSoon }),
            result(Outcome::Warning { because: WarningReason::DiskSpaceLow }),
        ];
        assert_eq!(count(&results), (1, 2));
    }

    #[test]
    fn a_file_that_is_there_is_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zip");
        write(&path, b"new").unwrap();
        assert_eq!(write(&path, b"other").unwrap_err().code(), "file-exists");
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        let gone = dir.path().join("gone").join("a.zip");
        assert_eq!(write(&gone, b"").unwrap_err().code(), "storage-failed");
    }
}

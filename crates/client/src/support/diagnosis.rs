//! 「接続診断」: everything between this PC and a login, checked one by one (SPEC L). Changes nothing.
//!
//! `route` gets to a listener, `presented` looks at the certificate that it shows, `listener` makes the
//! checks of that; `service` asks the backend, `login_page` looks at what browsers are shown, `desktop` at
//! who opens links, `keys` and `folder` look at this PC.

pub(crate) mod desktop;
mod folder;
mod keys;
mod listener;
mod login_page;
mod presented;
mod route;
mod service;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::timeout;
use warifu_protocol::ErrorCode;

use crate::{
    Failure,
    context::Context,
    view::{CheckName, DiagnosisResult, Fact, Outcome, SkipReason, WarningReason},
};

/// Makes every check; `told` hears of each result as it comes.
///
/// Dropping the future ends it between two checks.
pub(crate) async fn diagnose(
    context: &Arc<Context>,
    told: impl Fn(&DiagnosisResult) + Send + Sync,
) -> Vec<DiagnosisResult> {
    let limits = context.dialer.limits;
    // Later than the limits inside, which know better what took so long.
    let limit = limits.connect + limits.request;
    let mut report = Report { results: Vec::new(), told: &told, limit };
    let profiles = match context.blocking(|context| context.database.profiles()).await {
        Ok(profiles) => {
            if profiles.is_empty() {
                report.skip(CheckName::NameResolution, None, SkipReason::NoProfile);
            }
            profiles
        }
        Err(_) => {
            // The check of the database says why; folder and disk may be the reason.
            report.skip(CheckName::NameResolution, None, SkipReason::EarlierFailure);
            Vec::new()
        }
    };
    let mut browsers_log_in = false;
    for profile in &profiles {
        let mut reached = true;
        for url in [&profile.profile.enrolment, &profile.profile.service] {
            reached &= listener::check(context, &mut report, &profile.profile, url).await;
        }
        service::check(context, &mut report, profile, reached).await;
        browsers_log_in |= login_page::check(context, &mut report, profile, reached).await;
    }
    if browsers_log_in {
        desktop::check(&mut report).await;
    }
    keys::check(context, &mut report, &profiles).await;
    folder::check(context, &mut report).await;
    report.results
}

/// The results so far.
struct Report<'a> {
    results: Vec<DiagnosisResult>,
    told: &'a (dyn Fn(&DiagnosisResult) + Send + Sync),
    /// How long a check may take.
    limit: Duration,
}

/// What a check found.
#[derive(Debug)]
struct Finding {
    outcome: Outcome,
    facts: Vec<Fact>,
}

impl Finding {
    fn passed(facts: Vec<Fact>) -> Self {
        Self { outcome: Outcome::Passed, facts }
    }

    fn failed(failure: Failure, facts: Vec<Fact>) -> Self {
        Self { outcome: Outcome::Failed { failure }, facts }
    }

    fn warning(because: WarningReason, facts: Vec<Fact>) -> Self {
        Self { outcome: Outcome::Warning { because }, facts }
    }
}

impl From<Failure> for Finding {
    fn from(failure: Failure) -> Self {
        Self::failed(failure, Vec::new())
    }
}

impl From<ErrorCode> for Finding {
    fn from(code: ErrorCode) -> Self {
        Self::from(Failure::new(code))
    }
}

impl Report<'_> {
    /// Makes a check; whether those that build on it can be made.
    async fn check(
        &mut self,
        check: CheckName,
        subject: Option<&str>,
        work: impl Future<Output = Finding>,
    ) -> bool {
        self.check_within(self.limit, check, subject, work).await
    }

    /// The same with a time limit of its own.
    async fn check_within(
        &mut self,
        limit: Duration,
        check: CheckName,
        subject: Option<&str>,
        work: impl Future<Output = Finding>,
    ) -> bool {
        let begun = Instant::now();
        let finding = timeout(limit, work).await;
        let Finding { outcome, facts } =
            finding.unwrap_or_else(|_| Finding::from(ErrorCode::TimedOut));
        let milliseconds = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        self.add(check, subject, outcome, facts, milliseconds)
    }

    fn skip(&mut self, check: CheckName, subject: Option<&str>, because: SkipReason) {
        self.add(check, subject, Outcome::Skipped { because }, Vec::new(), 0);
    }

    fn skip_all(&mut self, checks: &[CheckName], subject: Option<&str>) {
        for check in checks {
            self.skip(*check, subject, SkipReason::EarlierFailure);
        }
    }

    fn add(
        &mut self,
        check: CheckName,
        subject: Option<&str>,
        outcome: Outcome,
        facts: Vec<Fact>,
        milliseconds: u32,
    ) -> bool {
        let good = !matches!(outcome, Outcome::Failed { .. });
        let subject = subject.map(str::to_owned);
        let result = DiagnosisResult { check, subject, outcome, facts, milliseconds };
        (self.told)(&result);
        self.results.push(result);
        good
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use warifu_keystore::{DeviceKey, KeyError, KeyReference, KeyStore, OsSecretStore, Stores};

    use super::*;
    use crate::{Client, system_clock};

    /// Holds a key that nothing needs, and is locked.
    #[derive(Debug)]
    struct Locked;

    impl KeyStore for Locked {
        fn create(&self, _: &KeyReference) -> Result<Arc<dyn DeviceKey>, KeyError> {
            Err(KeyError::Locked)
        }

        fn open(&self, _: &KeyReference) -> Result<Arc<dyn DeviceKey>, KeyError> {
            Err(KeyError::Locked)
        }

        fn delete(&self, _: &KeyReference) -> Result<(), KeyError> {
            Err(KeyError::Locked)
        }

        fn list(&self) -> Result<Vec<KeyReference>, KeyError> {
            Ok(vec!["0".repeat(32).parse().unwrap()])
        }
    }

    fn locked(dir: &Path) -> Stores {
        Stores { keys: Arc::new(Locked), secrets: Arc::new(OsSecretStore::new(dir.join("keys"))) }
    }

    #[track_caller]
    fn outcome(results: &[DiagnosisResult], check: CheckName) -> &Outcome {
        &results.iter().find(|result| result.check == check).unwrap().outcome
    }

    #[track_caller]
    fn code(results: &[DiagnosisResult], check: CheckName) -> ErrorCode {
        let found = outcome(results, check);
        let Outcome::Failed { failure } = found else { panic!("{check:?}: {found:?}") };
        failure.code
    }

    #[tokio::test]
    async fn a_keystore_is_not_taken_to_work_because_it_holds_keys() {
        let dir = tempfile::tempdir().unwrap();
        let client = Client::open(dir.path(), locked(dir.path()), system_clock()).unwrap();
        let results = client.diagnose(|_| {}).await;
        assert_eq!(code(&results, CheckName::Keystore), ErrorCode::KeystoreLocked);
        let orphaned = Outcome::Warning { because: WarningReason::OrphanedKeys };
        assert_eq!(*outcome(&results, CheckName::Leftovers), orphaned);
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_read_does_not_hide_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let client = Client::open(dir.path(), locked(dir.path()), system_clock()).unwrap();
        let raw = rusqlite::Connection::open(dir.path().join("warifu.sqlite")).unwrap();
        raw.execute("INSERT INTO profile (content, added_at) VALUES ('{', 0)", []).unwrap();
        let results = client.diagnose(|_| {}).await;
        assert_eq!(code(&results, CheckName::Database), ErrorCode::DatabaseDamaged);
        assert_eq!(*outcome(&results, CheckName::Folder), Outcome::Passed);
        let skipped = Outcome::Skipped { because: SkipReason::EarlierFailure };
        assert_eq!(*outcome(&results, CheckName::NameResolution), skipped);
    }

    #[tokio::test]
    async fn a_check_that_does_not_end_is_ended() {
        let told = |_: &DiagnosisResult| {};
        let limit = Duration::from_millis(20);
        let mut report = Report { results: Vec::new(), told: &told, limit };
        assert!(!report.check(CheckName::Folder, None, std::future::pending()).await);
        assert_eq!(code(&report.results, CheckName::Folder), ErrorCode::TimedOut);
    }
}

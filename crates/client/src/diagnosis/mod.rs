//! 「接続診断」: everything between this PC and a login, checked one by one (SPEC L). Changes nothing.
//!
//! `route` gets to a listener, `presented` looks at the certificate that it shows, `listener` makes the
//! checks of that; `service` asks the backend, `keys` and `folder` look at this PC.

mod folder;
mod keys;
mod listener;
mod presented;
mod route;
mod service;
pub(crate) mod view;

use std::time::Instant;

use warifu_protocol::ErrorCode;

use self::view::{CheckName, DiagnosisResult, Fact, Outcome, SkipReason};
use crate::{Client, Failure};

impl Client {
    /// Makes every check; `told` hears of each result as it comes.
    ///
    /// Dropping the future ends it between two checks.
    pub async fn diagnose(
        &self,
        told: impl Fn(&DiagnosisResult) + Send + Sync,
    ) -> Vec<DiagnosisResult> {
        let mut report = Report { results: Vec::new(), told: &told };
        let profiles = match self.blocking(|inner| inner.database.profiles()).await {
            Ok(profiles) => profiles,
            Err(failure) => {
                report.check(CheckName::Database, None, async { Finding::from(failure) }).await;
                return report.results;
            }
        };
        if profiles.is_empty() {
            report.skip(CheckName::NameResolution, None, SkipReason::NoProfile);
        }
        for profile in &profiles {
            let mut reached = true;
            for url in [&profile.profile.enrolment, &profile.profile.service] {
                reached &= listener::check(self, &mut report, &profile.profile, url).await;
            }
            service::check(self, &mut report, profile, reached).await;
        }
        keys::check(self, &mut report, &profiles).await;
        folder::check(self, &mut report).await;
        report.results
    }
}

/// The results so far.
struct Report<'a> {
    results: Vec<DiagnosisResult>,
    told: &'a (dyn Fn(&DiagnosisResult) + Send + Sync),
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

    fn warning(because: view::WarningReason, facts: Vec<Fact>) -> Self {
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
        let begun = Instant::now();
        let Finding { outcome, facts } = work.await;
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

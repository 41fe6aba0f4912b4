//! What this PC does with links: which program the pages in the browser reach when they call the app, and
//! which browser the app's own links reach (SPEC M).

mod entry;
mod invocation;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as system;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as system;

use std::time::Duration;

use tokio::time::timeout;

use super::{Finding, Report};
use crate::{
    model::link::SCHEME,
    view::{CheckName, Fact, FactName, Outcome, SkipReason, WarningReason},
};

#[cfg(feature = "fuzzing")]
pub(crate) use self::{
    entry::{Entry, is_name_of_entry},
    invocation::{is_named, program_of},
};

/// What the packages call the app's program.
const PROGRAM: &str = "warifu";

/// A program that opens links.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Opener {
    /// What people know it as, and where it is.
    shown: String,
    /// Whether it is the app.
    is_app: bool,
}

/// Who opens the links of a scheme.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Opened {
    /// A program.
    By(Opener),
    /// Nobody.
    ByNobody,
    /// This PC does not say.
    Unknown,
}

/// How long this PC may take to say it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Makes both checks; to be asked for only where a service has a page that browsers log in at.
pub(super) async fn check(report: &mut Report<'_>) {
    let scheme = SCHEME.trim_end_matches(':');
    let links = async {
        match opened(scheme).await {
            Opened::By(Opener { shown, is_app }) => {
                let facts = vec![Fact::text(FactName::LinkProgram, shown)];
                if is_app {
                    Finding::passed(facts)
                } else {
                    Finding::warning(WarningReason::LinksLeadElsewhere, facts)
                }
            }
            Opened::ByNobody => Finding::warning(WarningReason::LinksLeadNowhere, Vec::new()),
            Opened::Unknown => not_said(),
        }
    };
    report.check(CheckName::LinkHandler, None, links).await;
    let browser = async {
        match opened("https").await {
            Opened::By(Opener { shown, .. }) => {
                Finding::passed(vec![Fact::text(FactName::Browser, shown)])
            }
            Opened::ByNobody => Finding::warning(WarningReason::NoBrowser, Vec::new()),
            Opened::Unknown => not_said(),
        }
    };
    report.check(CheckName::DefaultBrowser, None, browser).await;
}

async fn opened(scheme: &str) -> Opened {
    timeout(PATIENCE, system::opener(scheme)).await.unwrap_or(Opened::Unknown)
}

fn not_said() -> Finding {
    Finding { outcome: Outcome::Skipped { because: SkipReason::NotSaid }, facts: Vec::new() }
}

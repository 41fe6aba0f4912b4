//! What the backend itself says: that it is one, and the time.

use std::sync::Arc;

use warifu_protocol::{Health, Policy};

use super::{Finding, Report};
use crate::{
    Failure,
    context::{CLOCK_TOLERANCE, Context},
    model::stored::StoredProfile,
    net::Connection,
    view::{CheckName, Fact, FactName},
};

pub(super) async fn check(
    context: &Arc<Context>,
    report: &mut Report<'_>,
    profile: &StoredProfile,
    reached: bool,
) {
    let subject = Some(profile.profile.content.service_name.as_str());
    if !reached {
        report.skip_all(&[CheckName::Backend], subject);
    } else {
        let answers = async {
            match ask::<Health>(context.dialer.enrolment(&profile.profile), "/health").await {
                Ok(health) => Finding::passed(vec![
                    Fact::text(FactName::ServiceName, profile.profile.content.service_name.clone()),
                    Fact::text(FactName::BackendVersion, health.version),
                ]),
                Err(failure) => Finding::from(failure),
            }
        };
        report.check(CheckName::Backend, subject, answers).await;
    }

    // The time can be asked for even if the certificate seems out of it.
    let clock = async {
        match ask::<Policy>(context.dialer.ignoring_validity(&profile.profile), "/policy").await {
            Ok(policy) => {
                let facts = vec![
                    Fact::number(FactName::ClockAheadSeconds, context.now() - policy.server_time),
                    Fact::number(FactName::ClockToleranceSeconds, CLOCK_TOLERANCE),
                ];
                match context.compare_clocks(&policy) {
                    Ok(()) => Finding::passed(facts),
                    Err(wrong) => Finding::failed(wrong, facts),
                }
            }
            Err(failure) => Finding::from(failure),
        }
    };
    if reached {
        report.check(CheckName::Clock, subject, clock).await;
    } else {
        let finding = clock.await;
        // Whatever else is wrong has been told already.
        if finding.facts.is_empty() {
            report.skip_all(&[CheckName::Clock], subject);
        } else {
            report.check(CheckName::Clock, subject, async { finding }).await;
        }
    }
}

async fn ask<T: serde::de::DeserializeOwned>(
    connection: Result<Connection, Failure>,
    path: &str,
) -> Result<T, Failure> {
    connection?.get(path, None).await
}

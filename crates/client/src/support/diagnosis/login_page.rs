//! The provider's page that browsers log in at: the way there and its certificate, with the eyes of a
//! browser, which trusts whom this PC trusts and takes a proxy that inspects its traffic (SPEC M).

use std::sync::Arc;

use rustls::version::{TLS12, TLS13};
use tokio::{net::TcpStream, time::timeout};
use url::Url;
use warifu_protocol::{ErrorCode, Policy};

use super::{Finding, Report, presented::Presented, route::Route};
use crate::{
    context::Context,
    model::stored::StoredProfile,
    net::{Broken, ServerTrust},
    view::{CheckName, Fact, FactName, Outcome, SkipReason, WarningReason},
};

/// Whether there is such a page. `reached` is whether the backend can be asked where; if not, what it said
/// last counts.
pub(super) async fn check(
    context: &Arc<Context>,
    report: &mut Report<'_>,
    profile: &StoredProfile,
    reached: bool,
) -> bool {
    let both = [CheckName::LoginPage, CheckName::LoginCertificate];
    let service = Some(profile.profile.content.service_name.as_str());
    let Some(policy) = policy(context, profile, reached).await else {
        report.skip_all(&both, service);
        return false;
    };
    let Some(login_url) = policy.login_url else {
        for check in both {
            report.skip(check, service, SkipReason::NoLoginPage);
        }
        return false;
    };
    let limit = context.dialer.limits.connect;
    let url = Url::parse(&login_url).ok();
    let route = url.as_ref().and_then(|url| Route::to(url, &context.dialer.network, limit));
    let Some((url, route)) = url.as_ref().zip(route) else {
        report
            .check(CheckName::LoginPage, service, async { ErrorCode::UnexpectedAnswer.into() })
            .await;
        report.skip_all(&both[1..], service);
        return true;
    };
    let subject = route.subject();
    let subject = Some(subject.as_str());

    let mut stream = None;
    let reach = async {
        let (connected, finding) = reach(&route).await;
        stream = connected;
        finding
    };
    report.check(CheckName::LoginPage, subject, reach).await;
    let Some(stream) = stream else {
        report.skip_all(&both[1..], subject);
        return true;
    };
    if url.scheme() == "http" {
        report.skip(CheckName::LoginCertificate, subject, SkipReason::NotEncrypted);
        return true;
    }
    let examined = async {
        match timeout(limit, certificate(context, &route, stream)).await {
            Ok(finding) => finding,
            Err(_) => Finding::from(route.broken(&Broken::TooSlow)),
        }
    };
    report.check(CheckName::LoginCertificate, subject, examined).await;
    true
}

async fn policy(context: &Arc<Context>, profile: &StoredProfile, reached: bool) -> Option<Policy> {
    if reached
        && let Ok(connection) = context.dialer.enrolment(&profile.profile)
        && let Ok(policy) = connection.get("/policy", None).await
    {
        return Some(policy);
    }
    profile.policy.clone()
}

/// A connection there as the app would make it, which is a browser's way too unless a script decides.
async fn reach(route: &Route) -> (Option<TcpStream>, Finding) {
    let (tunnel, finding) = route.through_proxy().await;
    if tunnel.is_some() || matches!(finding.outcome, Outcome::Failed { .. }) {
        return (tunnel, finding);
    }
    match route.straight().await {
        Ok(stream) => (Some(stream), Finding::passed(finding.facts)),
        // The browser evaluates the script, and may find a way.
        Err(_) if matches!(finding.outcome, Outcome::Warning { .. }) => {
            (None, Finding::warning(WarningReason::ProxyScript, finding.facts))
        }
        Err(failure) => (None, Finding::failed(failure, finding.facts)),
    }
}

/// Whether a browser on this PC accepts the certificate that is shown there.
async fn certificate(context: &Context, route: &Route, stream: TcpStream) -> Finding {
    let presented = match Presented::by(stream, &route.host, None, &[&TLS13, &TLS12]).await {
        Ok(presented) => presented,
        Err(why) => return Finding::from(route.broken(&why)),
    };
    let mut facts = presented.facts();
    if let Some((begin, end)) = presented.validity() {
        facts.push(Fact::number(FactName::NotBefore, begin));
        facts.push(Fact::number(FactName::NotAfter, end));
    }
    let anchors = match ServerTrust::of_this_pc() {
        Ok(anchors) => anchors,
        Err(failure) => return Finding::failed(failure, facts),
    };
    if !presented.is_trusted(&anchors) {
        return Finding::failed(route.failure(ErrorCode::BackendUntrusted), facts);
    }
    match presented.check(&route.host, context.now()) {
        Ok(()) => Finding::passed(facts),
        Err(code) => Finding::failed(route.failure(code), facts),
    }
}

//! The checks of one listener, from its name to its certificate.

use std::sync::Arc;

use rustls::version::TLS13;
use tokio::time::timeout;
use url::Url;
use warifu_protocol::ErrorCode;

use super::{
    Finding, Report,
    presented::{Presented, authorities},
    route::Route,
};
use crate::{
    context::Context,
    model::profile::Profile,
    net::Broken,
    view::{CheckName, Fact, FactName, SkipReason},
};

const AFTER_NAME: [CheckName; 5] = [
    CheckName::Proxy,
    CheckName::Reachability,
    CheckName::TlsVersion,
    CheckName::TlsInterception,
    CheckName::ServerCertificate,
];

/// Whether the listener can be talked to.
pub(super) async fn check(
    context: &Arc<Context>,
    report: &mut Report<'_>,
    profile: &Profile,
    url: &Url,
) -> bool {
    let limit = context.dialer.limits.connect;
    let Some(route) = Route::to(url, &context.dialer.network, limit) else { return false };
    let subject = route.subject();
    let subject = Some(subject.as_str());

    if !route.has_name() {
        report.skip(CheckName::NameResolution, subject, SkipReason::NoName);
    } else if !report.check(CheckName::NameResolution, subject, route.resolve()).await {
        report.skip_all(&AFTER_NAME, subject);
        return false;
    }

    let mut tunnel = None;
    let through = async {
        let (stream, finding) = route.through_proxy().await;
        tunnel = stream;
        finding
    };
    if !report.check(CheckName::Proxy, subject, through).await {
        report.skip_all(&AFTER_NAME[1..], subject);
        return false;
    }

    let reach = async {
        if tunnel.is_none() {
            match route.straight().await {
                Ok(stream) => tunnel = Some(stream),
                Err(failure) => return Finding::from(failure),
            }
        }
        Finding::passed(Vec::new())
    };
    report.check(CheckName::Reachability, subject, reach).await;
    let Some(stream) = tunnel else {
        report.skip_all(&AFTER_NAME[2..], subject);
        return false;
    };

    let mut presented = None;
    let shake = async {
        // Without any authority there is nothing to name; the next check tells why.
        let known = context.dialer.known_authorities(profile).unwrap_or_default();
        match timeout(limit, Presented::by(stream, &route.host, known, &[&TLS13])).await {
            Ok(Ok(shown)) => {
                presented = Some(shown);
                Finding::passed(vec![Fact::text(FactName::TlsVersion, "TLS 1.3")])
            }
            Ok(Err(why)) => Finding::from(route.broken(&why)),
            Err(_) => Finding::from(route.broken(&Broken::TooSlow)),
        }
    };
    report.check(CheckName::TlsVersion, subject, shake).await;
    let Some(presented) = presented else {
        report.skip_all(&AFTER_NAME[3..], subject);
        return false;
    };

    let trusted = async {
        let mut facts = presented.facts();
        facts.extend(authorities(profile));
        match context.dialer.anchors(profile) {
            Err(failure) => Finding::failed(failure, facts),
            Ok(anchors) if presented.is_trusted(&anchors) => Finding::passed(facts),
            // It claims to come from whom the profile trusts: a newer profile may know its key.
            Ok(anchors) if presented.names_one_of(&anchors) => {
                Finding::failed(route.failure(ErrorCode::AuthorityChanged), facts)
            }
            // A stranger speaks under the service's own name.
            Ok(_) if presented.is_for(&route.host) => {
                Finding::failed(route.failure(ErrorCode::TlsIntercepted), facts)
            }
            Ok(_) => Finding::failed(route.failure(ErrorCode::BackendUntrusted), facts),
        }
    };
    if !report.check(CheckName::TlsInterception, subject, trusted).await {
        report.skip_all(&AFTER_NAME[4..], subject);
        return false;
    }

    let now = context.now();
    let examined = async {
        let mut facts = Vec::new();
        if let Some((begin, end)) = presented.validity() {
            facts.push(Fact::number(FactName::NotBefore, begin));
            facts.push(Fact::number(FactName::NotAfter, end));
            facts.push(Fact::number(FactName::DaysLeft, (end - now).max(0) / 86_400));
        }
        match presented.check(&route.host, now) {
            Ok(()) => Finding::passed(facts),
            Err(code) => Finding::failed(route.failure(code), facts),
        }
    };
    report.check(CheckName::ServerCertificate, subject, examined).await
}

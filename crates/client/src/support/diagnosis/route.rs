//! The way to a listener: straight, or through the proxy that the requests take.

use std::{net::IpAddr, sync::Arc, time::Duration};

use tokio::{net::TcpStream, time::Instant};
use url::Url;
use warifu_protocol::{Details, ErrorCode};

use super::Finding;
use crate::{
    Failure,
    net::{Broken, Network, Way, dial, resolve, target},
    view::{Fact, FactName, WarningReason},
};

/// Where a listener is, and how to get there.
pub(super) struct Route {
    pub(super) host: String,
    pub(super) port: u16,
    url: Url,
    way: Way,
    network: Arc<Network>,
    limit: Duration,
}

impl Route {
    pub(super) fn to(url: &Url, network: &Arc<Network>, limit: Duration) -> Option<Self> {
        let (host, port) = target(url)?;
        let way = network.way_to(url);
        Some(Self { host, port, url: url.clone(), way, network: Arc::clone(network), limit })
    }

    pub(super) fn subject(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    pub(super) fn has_name(&self) -> bool {
        self.host.parse::<IpAddr>().is_err()
    }

    pub(super) async fn resolve(&self) -> Finding {
        match resolve(&self.host, self.port, self.deadline()).await {
            Ok(found) => Finding::passed(
                found.iter().map(|at| Fact::text(FactName::Address, at.ip().to_string())).collect(),
            ),
            // Nobody but the proxy needs to know it. If there is none, its own check says so.
            Err(_) if matches!(self.way, Way::Proxy(..) | Way::NotUnderstood(_)) => {
                Finding::warning(WarningReason::ResolvedByProxy, Vec::new())
            }
            Err(error) => Finding::from(error.failure(&self.host)),
        }
    }

    /// A connection through the proxy, if there is one, and what to say of it.
    pub(super) async fn through_proxy(&self) -> (Option<TcpStream>, Finding) {
        let direct = || vec![Fact::text(FactName::Route, "direct")];
        let (proxy, from) = match &self.way {
            Way::Direct => return (None, Finding::passed(direct())),
            Way::Script(script) => {
                let mut facts = direct();
                facts.push(Fact::text(FactName::ProxyScript, script.as_str()));
                return (None, Finding::warning(WarningReason::ProxyScript, facts));
            }
            Way::NotUnderstood(odd) => {
                let facts = vec![Fact::text(FactName::ProxySource, odd.source)];
                return (None, Finding::failed(odd.failure(), facts));
            }
            Way::Proxy(proxy, from) => (proxy, from),
        };
        let mut facts = vec![
            Fact::text(FactName::Route, "proxy"),
            Fact::text(FactName::Proxy, proxy.place()),
            Fact::text(FactName::ProxySource, from.source),
        ];
        let odd = from.odd_exceptions.iter();
        facts.extend(odd.map(|one| Fact::text(FactName::ProxyException, one.as_str())));
        let tunnel = self.network.tunnel(proxy, &self.host, self.port, self.deadline());
        match tunnel.await {
            Ok(stream) if from.odd_exceptions.is_empty() => (Some(stream), Finding::passed(facts)),
            Ok(stream) => (Some(stream), Finding::warning(WarningReason::ProxyExceptions, facts)),
            Err(error) => {
                facts.extend(
                    error.status().map(|status| Fact::number(FactName::HttpStatus, status)),
                );
                (None, Finding::failed(error.failure(), facts))
            }
        }
    }

    /// A connection without the proxy.
    pub(super) async fn straight(&self) -> Result<TcpStream, Failure> {
        let dialled = dial(&self.host, self.port, self.deadline()).await;
        dialled.map_err(|error| error.failure(&self.host))
    }

    pub(super) fn failure(&self, code: ErrorCode) -> Failure {
        Failure::new(code).with(Details { place: Some(self.host.clone()), ..Details::default() })
    }

    /// What became of a connection there.
    pub(super) fn broken(&self, why: &Broken) -> Failure {
        why.failure(&self.url)
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.limit
    }
}

#[cfg(test)]
mod tests {
    use warifu_keystore::OsSecretStore;

    use super::*;
    use crate::view::{Outcome, ProxyChoice};

    fn through(proxy: &str) -> Route {
        let secrets = Arc::new(OsSecretStore::new("/nowhere"));
        let choice = ProxyChoice::Manual { address: proxy.to_owned() };
        let network = Arc::new(Network::new(secrets, choice));
        let url = Url::parse("https://service.example.jp").unwrap();
        Route::to(&url, &network, Duration::from_secs(5)).unwrap()
    }

    /// The code, the place that is named, and the request's failure, which must be the same.
    async fn found(proxy: &str) -> (ErrorCode, String) {
        let route = through(proxy);
        let (stream, finding) = route.through_proxy().await;
        assert!(stream.is_none());
        assert!(!format!("{finding:?}").contains("canary"), "{finding:?}");
        let Outcome::Failed { failure } = finding.outcome else { panic!("{finding:?}") };
        let asked = route.network.connect(&route.url, route.deadline()).await.unwrap_err();
        assert_eq!((asked.code, &asked.details), (failure.code, &failure.details));
        (failure.code, failure.details.place.unwrap())
    }

    #[tokio::test]
    async fn the_diagnosis_and_the_requests_name_the_same_culprit() {
        // No system gives this port to anybody who does not ask for it.
        let gone = String::from("127.0.0.1:1");
        for (proxy, code, place) in [
            (format!("http://{gone}"), ErrorCode::ProxyUnreachable, gone.clone()),
            (
                String::from("http://u:canary@no-such-proxy.invalid:8080"),
                ErrorCode::ProxyNameNotResolved,
                String::from("no-such-proxy.invalid:8080"),
            ),
            (format!("https://{gone}"), ErrorCode::ProxyUnsupported, gone.clone()),
            (format!("socks5://u:canary@{gone}"), ErrorCode::ProxyUnsupported, gone.clone()),
            (
                String::from("\"http://u:canary@127.0.0.1:1\""),
                ErrorCode::ProxySettingInvalid,
                String::from("proxy_address=\"http://…@127.0.0.1:…"),
            ),
        ] {
            assert_eq!(found(&proxy).await, (code, place), "{proxy}");
        }
    }
}

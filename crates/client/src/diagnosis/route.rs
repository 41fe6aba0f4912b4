//! The way to a listener: straight, or through the proxy that the requests take.

use std::{net::IpAddr, time::Duration};

use reqwest::Url;
use tokio::{net::TcpStream, time::timeout};
use warifu_protocol::{Details, ErrorCode};

use super::{
    Finding,
    view::{Fact, FactName, WarningReason},
};
use crate::{
    Failure,
    network::{Network, Proxy},
};

/// Where a listener is, and how to get there.
pub(super) struct Route {
    pub(super) host: String,
    pub(super) port: u16,
    proxy: Option<Proxy>,
    /// A proxy auto-configuration script that was left aside.
    script: Option<String>,
    limit: Duration,
}

impl Route {
    pub(super) fn to(url: &Url, network: &Network, limit: Duration) -> Option<Self> {
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default()?;
        let proxy = network.proxy_for(url);
        let script = if proxy.is_none() { network.script() } else { None };
        Some(Self { host, port, proxy, script, limit })
    }

    pub(super) fn subject(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    pub(super) fn has_name(&self) -> bool {
        self.host.parse::<IpAddr>().is_err()
    }

    pub(super) async fn resolve(&self) -> Finding {
        let lookup = tokio::net::lookup_host((self.host.as_str(), self.port));
        match timeout(self.limit, lookup).await {
            Ok(Ok(found)) => Finding::passed(
                found.map(|at| Fact::text(FactName::Address, at.ip().to_string())).collect(),
            ),
            Ok(Err(_)) | Err(_) if self.proxy.is_some() => {
                Finding::warning(WarningReason::ResolvedByProxy, Vec::new())
            }
            Ok(Err(error)) => {
                Finding::from(self.failure(ErrorCode::NameNotResolved).because(&error))
            }
            Err(_) => Finding::from(self.failure(ErrorCode::TimedOut)),
        }
    }

    /// A connection through the proxy, if there is one, and what to say of it.
    pub(super) async fn through_proxy(&self) -> (Option<TcpStream>, Finding) {
        let Some(proxy) = &self.proxy else {
            let mut facts = vec![Fact::text(FactName::Route, "direct")];
            let Some(script) = &self.script else { return (None, Finding::passed(facts)) };
            facts.push(Fact::text(FactName::ProxyScript, script.as_str()));
            return (None, Finding::warning(WarningReason::ProxyScript, facts));
        };
        let mut facts =
            vec![Fact::text(FactName::Route, "proxy"), Fact::text(FactName::Proxy, proxy.place())];
        match proxy.tunnel(&self.host, self.port, self.limit, true).await {
            Ok(stream) => (Some(stream), Finding::passed(facts)),
            Err(error) => {
                facts.extend(
                    error.status().map(|status| Fact::number(FactName::HttpStatus, status)),
                );
                let failure = error.failure(proxy, proxy.login.is_some());
                (None, Finding::failed(failure, facts))
            }
        }
    }

    /// A connection without the proxy.
    pub(super) async fn straight(&self) -> Result<TcpStream, Failure> {
        let connect = TcpStream::connect((self.host.as_str(), self.port));
        match timeout(self.limit, connect).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(self.failure(ErrorCode::BackendUnreachable).because(&error)),
            Err(_) => Err(self.failure(ErrorCode::TimedOut)),
        }
    }

    pub(super) fn failure(&self, code: ErrorCode) -> Failure {
        Failure::new(code).with(Details { place: Some(self.host.clone()), ..Details::default() })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };
    use warifu_keystore::SoftwareKeyStore;

    use super::*;
    use crate::view::{Outcome, ProxyChoice};

    /// What a proxy on `scheme` that says `answer` is found to be; and what it has heard.
    async fn found(scheme: &str, answer: &'static str) -> (Option<ErrorCode>, String) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = [0; 1024];
            let read = stream.read(&mut heard).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&heard[..read]).into_owned()
        });
        let route = through(&format!("{scheme}://user:canary@{address}"));
        let (stream, finding) = route.through_proxy().await;
        assert!(!format!("{finding:?}").contains("canary"));
        let code = match finding.outcome {
            Outcome::Failed { failure } => Some(failure.code),
            Outcome::Passed | Outcome::Warning { .. } | Outcome::Skipped { .. } => None,
        };
        assert_eq!(stream.is_some(), code.is_none());
        let heard = timeout(Duration::from_millis(300), proxy).await;
        (code, heard.map(Result::unwrap).unwrap_or_default())
    }

    fn through(proxy: &str) -> Route {
        let keystore = Arc::new(SoftwareKeyStore::new("/nowhere"));
        let network = Network::new(keystore, ProxyChoice::Manual { address: proxy.to_owned() });
        let url = Url::parse("https://service.example.jp").unwrap();
        Route::to(&url, &network, Duration::from_secs(2)).unwrap()
    }

    #[tokio::test]
    async fn each_answer_of_a_proxy_has_its_code() {
        let table = [
            ("HTTP/1.1 200 Connection established\r\n\r\n", None),
            (
                "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n",
                Some(ErrorCode::ProxyCredentialsRefused),
            ),
            (
                "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\n\r\n",
                Some(ErrorCode::ProxyUnsupported),
            ),
            ("HTTP/1.1 403 Forbidden\r\n\r\n", Some(ErrorCode::ProxyRefused)),
            ("SSH-2.0-OpenSSH\r\n\r\n", Some(ErrorCode::ProxyRefused)),
            ("", Some(ErrorCode::ProxyRefused)),
        ];
        for (answer, code) in table {
            let (found, heard) = found("http", answer).await;
            assert_eq!(found, code, "{answer}");
            assert!(heard.starts_with("CONNECT service.example.jp:443 HTTP/1.1\r\n"), "{heard}");
        }
    }

    #[tokio::test]
    async fn a_proxy_that_is_not_there_is_unreachable() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let (_, finding) = through(&format!("http://{address}")).through_proxy().await;
        let Outcome::Failed { failure } = finding.outcome else { panic!("{finding:?}") };
        assert_eq!(failure.code, ErrorCode::ProxyUnreachable);
    }

    #[tokio::test]
    async fn a_proxy_of_another_kind_hears_no_password() {
        for scheme in ["https", "socks5"] {
            let (code, heard) = found(scheme, "").await;
            assert_eq!((code, heard.as_str()), (Some(ErrorCode::ProxyUnsupported), ""), "{scheme}");
        }
    }
}

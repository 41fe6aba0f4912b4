//! The way to a listener: straight, or through the proxy that the HTTP library would take.

use std::{net::IpAddr, time::Duration};

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::Url;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use warifu_protocol::{Details, ErrorCode};

use super::{
    Finding,
    view::{Fact, FactName, WarningReason},
};
use crate::Failure;

/// The longest head of a proxy's answer that is read, in bytes.
const MOST: usize = 16 * 1024;

/// Where a listener is, and how to get there.
pub(super) struct Route {
    pub(super) host: String,
    pub(super) port: u16,
    proxy: Option<Intercept>,
    limit: Duration,
}

impl Route {
    pub(super) fn to(url: &Url, limit: Duration) -> Option<Self> {
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default()?;
        let proxy =
            url.as_str().parse().ok().and_then(|uri| Matcher::from_system().intercept(&uri));
        Some(Self { host, port, proxy, limit })
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
            return (None, Finding::passed(vec![Fact::text(FactName::Route, "direct")]));
        };
        let host = proxy.uri().host().unwrap_or_default().trim_matches(['[', ']']);
        let port = proxy.uri().port_u16().unwrap_or(80);
        let mut facts = vec![
            Fact::text(FactName::Route, "proxy"),
            Fact::text(FactName::Proxy, format!("{host}:{port}")),
        ];
        let failure = |code| {
            let place = Some(format!("{host}:{port}"));
            Failure::new(code).with(Details { place, ..Details::default() })
        };
        // A proxy that is spoken to otherwise (TLS, SOCKS) must not be told its password in the clear.
        if proxy.uri().scheme_str() != Some("http") {
            return (None, Finding::failed(failure(ErrorCode::ProxyRefused), facts));
        }
        let connect = timeout(self.limit, TcpStream::connect((host, port)));
        let mut stream = match connect.await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                let failure = failure(ErrorCode::ProxyUnreachable).because(&error);
                return (None, Finding::failed(failure, facts));
            }
            Err(_) => return (None, Finding::failed(failure(ErrorCode::TimedOut), facts)),
        };
        let status = match timeout(self.limit, self.tunnel(&mut stream, proxy)).await {
            Ok(Some(status)) => status,
            Ok(None) => return (None, Finding::failed(failure(ErrorCode::ProxyRefused), facts)),
            Err(_) => return (None, Finding::failed(failure(ErrorCode::TimedOut), facts)),
        };
        facts.push(Fact::number(FactName::HttpStatus, status));
        match status {
            200..=299 => (Some(stream), Finding::passed(facts)),
            407 => {
                let failure = failure(ErrorCode::ProxyAuthenticationRequired);
                (None, Finding::failed(failure, facts))
            }
            _ => (None, Finding::failed(failure(ErrorCode::ProxyRefused), facts)),
        }
    }

    /// Asks the proxy for a tunnel (RFC 9110 §9.3.6); its status.
    async fn tunnel(&self, stream: &mut TcpStream, proxy: &Intercept) -> Option<u16> {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let target = format!("{host}:{}", self.port);
        let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
        if let Some(credentials) = proxy.basic_auth() {
            request.extend_from_slice(b"Proxy-Authorization: ");
            request.extend_from_slice(credentials.as_bytes());
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"\r\n");
        stream.write_all(&request).await.ok()?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && head.len() < MOST {
            head.push(stream.read_u8().await.ok()?);
        }
        let line = std::str::from_utf8(&head).ok()?.lines().next()?;
        let mut words = line.split(' ');
        words.next().filter(|version| version.starts_with("HTTP/1."))?;
        words.next()?.parse().ok()
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
    use tokio::net::TcpListener;

    use super::*;
    use crate::view::Outcome;

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
        let uri = "https://service.example.jp".parse().unwrap();
        Route {
            host: String::from("service.example.jp"),
            port: 443,
            proxy: Matcher::builder().all(proxy).build().intercept(&uri),
            limit: Duration::from_secs(2),
        }
    }

    #[tokio::test]
    async fn each_answer_of_a_proxy_has_its_code() {
        let table = [
            ("HTTP/1.1 200 Connection established\r\n\r\n", None),
            (
                "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
                Some(ErrorCode::ProxyAuthenticationRequired),
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
            assert_eq!((code, heard.as_str()), (Some(ErrorCode::ProxyRefused), ""), "{scheme}");
        }
    }
}

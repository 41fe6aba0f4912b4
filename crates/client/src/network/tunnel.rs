//! Asking a proxy for a tunnel, and what it answers (RFC 9110 §9.3.6).

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use warifu_protocol::{Details, ErrorCode};

use super::Proxy;
use crate::Failure;

/// The longest head of a proxy's answer that is read, in bytes.
const MOST: usize = 16 * 1024;

/// Why a proxy gave no tunnel.
#[derive(Debug)]
pub(crate) enum TunnelError {
    /// It is to be spoken to in a way that this app does not know.
    NotUnderstood,
    /// It cannot be reached.
    Unreachable(io::Error),
    /// It took longer than the limit.
    TimedOut,
    /// It answered with something else than HTTP, or hung up.
    NoAnswer,
    /// It wants to be told who asks. `basic`: in the one way that this app knows (RFC 7617).
    Authentication { basic: bool },
    /// It answered with this status.
    Refused(u16),
}

impl TunnelError {
    /// The status that the proxy answered with.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Authentication { .. } => Some(407),
            Self::Refused(status) => Some(*status),
            Self::NotUnderstood | Self::Unreachable(_) | Self::TimedOut | Self::NoAnswer => None,
        }
    }

    /// What the user is told; `told` is whether the proxy was told a name and password.
    pub(crate) fn failure(&self, proxy: &Proxy, told: bool) -> Failure {
        let (code, cause): (_, Option<&dyn std::error::Error>) = match self {
            Self::NotUnderstood | Self::Authentication { basic: false } => {
                (ErrorCode::ProxyUnsupported, None)
            }
            Self::Unreachable(error) => (ErrorCode::ProxyUnreachable, Some(error)),
            Self::TimedOut => (ErrorCode::TimedOut, None),
            Self::NoAnswer | Self::Refused(_) => (ErrorCode::ProxyRefused, None),
            Self::Authentication { basic: true } if told => {
                (ErrorCode::ProxyCredentialsRefused, None)
            }
            Self::Authentication { basic: true } => (ErrorCode::ProxyAuthenticationRequired, None),
        };
        let place = Some(proxy.place());
        let failure = Failure::new(code).with(Details { place, ..Details::default() });
        match cause {
            Some(cause) => failure.because(cause),
            None => failure,
        }
    }
}

impl Proxy {
    /// A tunnel to `host` and `port`. With `login` the proxy is told what it may be told; without, an
    /// account is spared the failed attempts that would lock it.
    pub(crate) async fn tunnel(
        &self,
        host: &str,
        port: u16,
        limit: Duration,
        login: bool,
    ) -> Result<TcpStream, TunnelError> {
        if !self.is_understood() {
            return Err(TunnelError::NotUnderstood);
        }
        let connect = TcpStream::connect((self.host.as_str(), self.port));
        let mut stream = match timeout(limit, connect).await {
            Ok(connected) => connected.map_err(TunnelError::Unreachable)?,
            Err(_) => return Err(TunnelError::TimedOut),
        };
        let ask = self.ask(&mut stream, host, port, login);
        let head = timeout(limit, ask).await.map_err(|_| TunnelError::TimedOut)?;
        match head.as_deref().and_then(status) {
            Some(200..=299) => Ok(stream),
            Some(407) => {
                let basic = head.as_deref().is_some_and(offers_basic);
                Err(TunnelError::Authentication { basic })
            }
            Some(status) => Err(TunnelError::Refused(status)),
            None => Err(TunnelError::NoAnswer),
        }
    }

    /// The head of the proxy's answer.
    async fn ask(
        &self,
        stream: &mut TcpStream,
        host: &str,
        port: u16,
        login: bool,
    ) -> Option<String> {
        let target =
            if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
        if let Some(login) = self.login.as_ref().filter(|_| login) {
            request.push_str("Proxy-Authorization: ");
            request.push_str(&login.header());
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && head.len() < MOST {
            head.push(stream.read_u8().await.ok()?);
        }
        Some(String::from_utf8_lossy(&head).into_owned())
    }
}

fn status(head: &str) -> Option<u16> {
    let mut words = head.lines().next()?.split(' ');
    words.next().filter(|version| version.starts_with("HTTP/1."))?;
    words.next()?.parse().ok()
}

/// Whether the answer offers Basic among its schemes (RFC 9110 §11.7.1). One that names none is taken
/// to mean it: nothing else can be tried.
fn offers_basic(head: &str) -> bool {
    let mut offers = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("proxy-authenticate"))
        .flat_map(|(_, value)| value.split(','))
        .filter_map(|offer| offer.split_whitespace().next())
        .peekable();
    offers.peek().is_none() || offers.any(|scheme| scheme.eq_ignore_ascii_case("basic"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_schemes_that_an_answer_offers() {
        let head = |lines: &str| format!("HTTP/1.1 407 No\r\n{lines}\r\n\r\n");
        for (lines, basic) in [
            ("Proxy-Authenticate: Basic realm=\"squid\"", true),
            ("proxy-authenticate: NTLM\r\nProxy-Authenticate: basic realm=\"x\"", true),
            ("Proxy-Authenticate: Negotiate, Basic realm=\"x, y\"", true),
            ("Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM", false),
            ("Content-Length: 0", true),
        ] {
            assert_eq!(offers_basic(&head(lines)), basic, "{lines}");
        }
    }
}

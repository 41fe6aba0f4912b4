//! Asking a proxy for a tunnel, and what it answers (RFC 9110 §9.3.6).

use std::io;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, timeout_at},
};
use warifu_protocol::{Details, ErrorCode};

use crate::{
    Failure,
    model::proxy::{Proxy, place},
    net::{DialError, dial},
};

/// The longest that a proxy's answers are read, in bytes.
const MOST: usize = 64 * 1024;

/// Why a proxy gave no tunnel.
#[derive(Debug)]
pub(crate) struct TunnelError {
    pub(super) why: Why,
    /// The proxy's host and port.
    place: String,
    /// Whether it was told a name and password.
    told: bool,
}

#[derive(Debug)]
pub(super) enum Why {
    /// It is to be spoken to in a way that this app does not know.
    Unsupported,
    /// Its name leads to no address.
    NotResolved(Option<io::Error>),
    /// It cannot be reached.
    Unreachable(Option<io::Error>),
    /// It was reached, and took longer than the limit to answer.
    TimedOut,
    /// It answered with something else than HTTP, or hung up.
    NoAnswer,
    /// It wants to be told who asks. `basic`: in the one way that this app knows (RFC 7617).
    Authentication { basic: bool },
    /// It answered with this status.
    Refused(u16),
    /// What it is to be told could not be taken from the keystore.
    Keystore(Failure),
}

impl TunnelError {
    /// The status that the proxy answered with.
    pub(crate) fn status(&self) -> Option<u16> {
        match &self.why {
            Why::Authentication { .. } => Some(407),
            Why::Refused(status) => Some(*status),
            Why::Unsupported
            | Why::NotResolved(_)
            | Why::Unreachable(_)
            | Why::TimedOut
            | Why::NoAnswer
            | Why::Keystore(_) => None,
        }
    }

    /// What the user is told: it is the proxy's place that is named.
    pub(crate) fn failure(&self) -> Failure {
        let (code, cause) = match &self.why {
            Why::Unsupported | Why::Authentication { basic: false } => {
                (ErrorCode::ProxyUnsupported, None)
            }
            Why::NotResolved(error) => (ErrorCode::ProxyNameNotResolved, error.as_ref()),
            Why::Unreachable(error) => (ErrorCode::ProxyUnreachable, error.as_ref()),
            Why::TimedOut => (ErrorCode::TimedOut, None),
            Why::NoAnswer | Why::Refused(_) => (ErrorCode::ProxyRefused, None),
            Why::Authentication { basic: true } if self.told => {
                (ErrorCode::ProxyCredentialsRefused, None)
            }
            Why::Authentication { basic: true } => (ErrorCode::ProxyAuthenticationRequired, None),
            Why::Keystore(failure) => return failure.clone(),
        };
        let place = Some(self.place.clone());
        let failure = Failure::new(code).with(Details { place, ..Details::default() });
        match cause {
            Some(cause) => failure.because(cause),
            None => failure,
        }
    }
}

impl Proxy {
    /// A tunnel to `host` and `port`; the proxy is told what it is known to want.
    pub(super) async fn tunnel(
        &self,
        host: &str,
        port: u16,
        deadline: Instant,
    ) -> Result<TcpStream, TunnelError> {
        let asked = self.ask(host, port, deadline).await;
        asked.map_err(|why| self.refused(why))
    }

    pub(super) fn refused(&self, why: Why) -> TunnelError {
        TunnelError { why, place: self.place(), told: self.login.is_some() }
    }

    async fn ask(&self, host: &str, port: u16, deadline: Instant) -> Result<TcpStream, Why> {
        if !self.is_understood() {
            return Err(Why::Unsupported);
        }
        let dialled = dial(&self.host, self.port, deadline).await;
        let mut stream = dialled.map_err(|error| match error {
            DialError::NotResolved(error) => Why::NotResolved(Some(error)),
            DialError::ResolvingTooSlow => Why::NotResolved(None),
            DialError::Unreachable(error) => Why::Unreachable(Some(error)),
            DialError::TooSlow => Why::Unreachable(None),
        })?;
        let talk = async {
            self.say(&mut stream, host, port).await.ok()?;
            final_answer(&mut stream).await
        };
        let head = timeout_at(deadline, talk).await.map_err(|_| Why::TimedOut)?;
        let head = head.ok_or(Why::NoAnswer)?;
        match status(&head) {
            Some(200..=299) => Ok(stream),
            Some(407) => Err(Why::Authentication { basic: offers_basic(&head) }),
            Some(status) => Err(Why::Refused(status)),
            None => Err(Why::NoAnswer),
        }
    }

    async fn say(&self, stream: &mut TcpStream, host: &str, port: u16) -> io::Result<()> {
        let target = place(host, port);
        let mut request = zeroize::Zeroizing::new(format!(
            "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: Warifu\r\n"
        ));
        if let Some(login) = &self.login {
            request.push_str("Proxy-Authorization: ");
            request.push_str(&login.header());
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).await
    }
}

/// The head of the proxy's answer after those that only announce it (RFC 9110 §15.2); none if what
/// comes is no such answer, or more than is read.
async fn final_answer(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut answer = Answer::default();
    let mut seen = vec![0; MOST];
    loop {
        // Looked at before it is taken, so that the tunnel's own bytes stay where they are.
        let there = stream.peek(&mut seen).await.ok().filter(|there| *there > 0)?;
        let (taken, head) = answer.take(&seen[..there])?;
        stream.read_exact(&mut seen[..taken]).await.ok()?;
        if head.is_some() {
            return head;
        }
    }
}

/// What a proxy answers, as far as it has come.
#[derive(Debug)]
struct Answer {
    head: Vec<u8>,
    left: usize,
}

impl Default for Answer {
    fn default() -> Self {
        Self { head: Vec::new(), left: MOST }
    }
}

impl Answer {
    /// Takes the next bytes up to the empty line that ends a head, and not one more: what follows the
    /// final head belongs to the tunnel. Says how many it took, and the final head once it is whole.
    fn take(&mut self, there: &[u8]) -> Option<(usize, Option<Vec<u8>>)> {
        let before = self.head.len();
        self.head.extend_from_slice(there);
        let end = end_of_head(&self.head);
        let taken = end.unwrap_or(self.head.len()) - before;
        self.left = self.left.checked_sub(taken)?;
        let Some(end) = end else { return Some((taken, None)) };
        let mut head = std::mem::take(&mut self.head);
        head.truncate(end);
        // Switching protocols was not asked for, and is an end.
        let is_final = matches!(status(&head)?, 101 | 200..);
        Some((taken, is_final.then_some(head)))
    }
}

/// Reads an answer of which `piece` bytes can be seen at once, as a tunnel does: how much of it is the
/// answer's, its status, and whether it offers Basic.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_answer(bytes: &[u8], piece: usize) -> Option<(usize, u16, bool)> {
    let mut answer = Answer::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (taken, head) = answer.take(&rest[..rest.len().min(piece)])?;
        rest = &rest[taken..];
        if let Some(head) = head {
            return Some((bytes.len() - rest.len(), status(&head)?, offers_basic(&head)));
        }
    }
    None
}

/// Where the empty line ends. A recipient may take a line feed alone for the end of a line (RFC 9112
/// §2.2).
fn end_of_head(head: &[u8]) -> Option<usize> {
    let mut line_is_empty = false;
    for (at, byte) in head.iter().enumerate() {
        match byte {
            b'\n' if line_is_empty => return Some(at + 1),
            b'\n' => line_is_empty = true,
            b'\r' => {}
            _ => line_is_empty = false,
        }
    }
    None
}

fn lines(head: &[u8]) -> impl Iterator<Item = String> {
    head.split(|byte| *byte == b'\n')
        .map(|line| String::from_utf8_lossy(line).trim_end_matches('\r').to_owned())
}

/// The status of an answer (RFC 9112 §4): three digits after the version.
fn status(head: &[u8]) -> Option<u16> {
    let first = lines(head).next()?;
    let mut words = first.split(' ');
    words.next().filter(|version| version.starts_with("HTTP/1."))?;
    let digits = words.next().filter(|digits| digits.len() == 3)?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Whether the answer offers Basic among its schemes (RFC 9110 §11.7.1). One that names none is taken
/// to mean it: nothing else can be tried.
fn offers_basic(head: &[u8]) -> bool {
    let offers: Vec<String> = lines(head)
        .filter_map(|line| {
            line.split_once(':').map(|(name, value)| (name.to_owned(), value.to_owned()))
        })
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("proxy-authenticate"))
        .flat_map(|(_, value)| schemes(&value))
        .collect();
    offers.is_empty() || offers.iter().any(|scheme| scheme.eq_ignore_ascii_case("basic"))
}

/// The schemes in one header's value: each stands first between two commas that are not quoted, and is
/// followed by no `=`, as a parameter would be.
fn schemes(value: &str) -> Vec<String> {
    let mut quoted = false;
    value
        .split(|c: char| {
            quoted ^= c == '"';
            c == ',' && !quoted
        })
        .filter_map(|part| part.split_whitespace().next())
        .filter(|word| !word.contains('='))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn knows_the_schemes_that_an_answer_offers() {
        let head = |lines: &str| format!("HTTP/1.1 407 No\r\n{lines}\r\n\r\n").into_bytes();
        for (lines, basic) in [
            ("Proxy-Authenticate: Basic realm=\"squid\"", true),
            ("proxy-authenticate: NTLM\r\nProxy-Authenticate: basic realm=\"x\"", true),
            ("Proxy-Authenticate: Negotiate, Basic realm=\"x, y\"", true),
            ("Proxy-Authenticate: Digest realm=\"x, Basic y\", qop=\"auth\"", false),
            ("Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM", false),
            ("Content-Length: 0", true),
        ] {
            assert_eq!(offers_basic(&head(lines)), basic, "{lines}");
        }
    }

    #[test]
    fn a_status_is_three_digits_after_the_version() {
        for (head, expected) in [
            ("HTTP/1.1 200 Connection established\r\n\r\n", Some(200)),
            ("HTTP/1.0 200\r\n\r\n", Some(200)),
            ("HTTP/1.1 200\n\n", Some(200)),
            ("HTTP/1.1 2000 OK\r\n\r\n", None),
            ("HTTP/1.1 20 OK\r\n\r\n", None),
            ("HTTP/1.1 +20 OK\r\n\r\n", None),
            ("HTTP/2 200\r\n\r\n", None),
            ("ICY 200 OK\r\n\r\n", None),
            ("\r\n\r\n", None),
        ] {
            assert_eq!(status(head.as_bytes()), expected, "{head}");
        }
    }

    /// What a proxy that says this in these pieces leads to: what then comes through the tunnel, or
    /// the code.
    async fn answered(pieces: &[&[u8]]) -> Result<String, ErrorCode> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
        let proxy = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut heard = [0; 1024];
            let read = stream.read(&mut heard).await.unwrap();
            for piece in pieces {
                // Hung up on: the other side has read enough.
                if stream.write_all(&piece).await.is_err() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            String::from_utf8_lossy(&heard[..read]).into_owned()
        });
        let proxy_address = Proxy::parse(&format!("http://user:canary@{address}")).unwrap();
        let deadline = Instant::now() + Duration::from_secs(5);
        let tunnel = proxy_address.tunnel("service.example.jp", 443, deadline).await;
        let result = match tunnel {
            Ok(mut stream) => {
                let mut rest = String::new();
                stream.read_to_string(&mut rest).await.unwrap();
                Ok(rest)
            }
            Err(error) => {
                let failure = error.failure();
                assert_eq!(failure.details.place, Some(address.to_string()));
                assert!(!format!("{failure:?}{error:?}").contains("canary"));
                Err(failure.code)
            }
        };
        let heard = proxy.await.unwrap();
        assert!(heard.starts_with("CONNECT service.example.jp:443 HTTP/1.1\r\n"), "{heard}");
        assert!(heard.contains("Host: service.example.jp:443\r\n"), "{heard}");
        result
    }

    #[tokio::test]
    async fn any_success_opens_the_tunnel_and_nothing_of_it_is_lost() {
        let large =
            [b"HTTP/1.1 200 OK\r\nX: ".as_slice(), &[b'x'; 12_000], b"\r\n\r\nhello"].concat();
        for pieces in [
            &[b"HTTP/1.1 200 Connection established\r\n\r\nhello".as_slice()][..],
            &[b"HTTP/1.1 201 Tunnel\r\n\r\nhello"],
            &[b"HTTP/1.1 299\r\nX: y\r\n\r\nhello"],
            &[b"HTTP/1.0 200 OK\n\nhello"],
            &[b"HTTP/1.1 2", b"00 OK\r\n\r", b"\nhel", b"lo"],
            &[b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello"],
            &[
                b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n",
                b"HTTP/1.1 100 C\r\n\r\n",
                b"HTTP/1.1 200 \r\n\r\nhello",
            ],
            &[&large],
            &[b"HTTP/1.1 200 \xff\xfe\r\nX-\xe9: \x83\x76\r\n\r\nhello"],
        ] {
            assert_eq!(answered(pieces).await.as_deref(), Ok("hello"), "{pieces:?}");
        }
    }

    #[tokio::test]
    async fn each_refusal_has_its_code() {
        let basic = b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n".as_slice();
        let endless = [b"HTTP/1.1 200 OK\r\nX: ".as_slice(), &[b'x'; MOST + 10]].concat();
        let hints = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(MOST / 25 + 1);
        for (pieces, expected) in [
            (&[basic][..], ErrorCode::ProxyCredentialsRefused),
            (
                &[b"HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\n\r\n"],
                ErrorCode::ProxyUnsupported,
            ),
            (&[b"HTTP/1.1 101 Switching\r\n\r\n"], ErrorCode::ProxyRefused),
            (&[b"HTTP/1.1 302 Found\r\nLocation: https://x\r\n\r\n"], ErrorCode::ProxyRefused),
            (&[b"HTTP/1.1 403 Forbidden\r\n\r\n"], ErrorCode::ProxyRefused),
            (&[b"HTTP/1.1 502 Bad Gateway\r\n\r\n"], ErrorCode::ProxyRefused),
            (&[b"HTTP/1.1 2000 OK\r\n\r\n"], ErrorCode::ProxyRefused),
            (&[b"SSH-2.0-OpenSSH\r\n\r\n"], ErrorCode::ProxyRefused),
            (&[b"HTTP/1.1 200 OK\r\n"], ErrorCode::ProxyRefused),
            (&[b"HTTP/1.1 100 Continue\r\n\r\n"], ErrorCode::ProxyRefused),
            (&[], ErrorCode::ProxyRefused),
            (&[&endless], ErrorCode::ProxyRefused),
            (&[&hints], ErrorCode::ProxyRefused),
        ] {
            assert_eq!(
                answered(pieces).await,
                Err(expected),
                "{:?}",
                pieces.first().map(|p| p.len())
            );
        }
    }

    #[tokio::test]
    async fn a_proxy_that_is_not_there_is_named_itself() {
        // No system gives this port to anybody who does not ask for it.
        let there = "127.0.0.1:1";
        for (place, code) in [
            (there.to_string(), ErrorCode::ProxyUnreachable),
            (String::from("no-such-proxy.invalid:8080"), ErrorCode::ProxyNameNotResolved),
        ] {
            let deadline = Instant::now() + Duration::from_secs(10);
            let error = Proxy::parse(&place).unwrap().tunnel("localhost", 443, deadline).await;
            let failure = error.unwrap_err().failure();
            assert_eq!((failure.code, failure.details.place), (code, Some(place)));
        }
    }

    #[tokio::test]
    async fn a_proxy_of_another_kind_hears_nothing() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        for scheme in ["https", "socks5", "socks5h"] {
            let proxy = Proxy::parse(&format!("{scheme}://user:canary@{address}")).unwrap();
            let deadline = Instant::now() + Duration::from_secs(5);
            let error = proxy.tunnel("localhost", 443, deadline).await.unwrap_err();
            assert_eq!(error.failure().code, ErrorCode::ProxyUnsupported, "{scheme}");
        }
        let nobody = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
        assert!(nobody.is_err());
    }
}

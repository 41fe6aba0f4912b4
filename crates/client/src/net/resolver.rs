//! A connection to a host, by whichever of its addresses answers first (RFC 8305).

use std::{collections::VecDeque, io, net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpStream, lookup_host},
    task::JoinSet,
    time::{Instant, timeout_at},
};
use warifu_protocol::{Details, ErrorCode};

use crate::Failure;

/// How long one address may be tried alone (RFC 8305 §5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Why there is no connection. The operating system's errors of resolving and of connecting are told
/// apart here, where they come from: later only their texts would, which are in the user's language.
#[derive(Debug)]
pub(crate) enum DialError {
    /// The name leads to no address.
    NotResolved(io::Error),
    /// No address takes a connection.
    Unreachable(io::Error),
    /// The name was not resolved in time.
    ResolvingTooSlow,
    /// No address has answered in time.
    TooSlow,
}

impl DialError {
    /// What the user is told when `host` itself was to be reached.
    pub(crate) fn failure(&self, host: &str) -> Failure {
        let (code, cause) = match self {
            Self::NotResolved(error) => (ErrorCode::NameNotResolved, Some(error)),
            Self::Unreachable(error) => (ErrorCode::BackendUnreachable, Some(error)),
            Self::ResolvingTooSlow | Self::TooSlow => (ErrorCode::TimedOut, None),
        };
        let place = Some(host.to_owned());
        let failure = Failure::new(code).with(Details { place, ..Details::default() });
        match cause {
            Some(cause) => failure.because(cause),
            None => failure,
        }
    }
}

/// The addresses of a host, an address standing for itself.
pub(crate) async fn resolve(
    host: &str,
    port: u16,
    deadline: Instant,
) -> Result<Vec<SocketAddr>, DialError> {
    let found = timeout_at(deadline, lookup_host((host, port))).await;
    let found: Vec<_> = match found {
        Ok(found) => found.map_err(DialError::NotResolved)?.collect(),
        Err(_) => return Err(DialError::ResolvingTooSlow),
    };
    if found.is_empty() {
        return Err(DialError::NotResolved(io::ErrorKind::NotFound.into()));
    }
    Ok(found)
}

/// Connects to a host.
pub(crate) async fn dial(host: &str, port: u16, deadline: Instant) -> Result<TcpStream, DialError> {
    let addresses = resolve(host, port, deadline).await?;
    let connected = timeout_at(deadline, race(alternating(addresses))).await;
    let stream = connected.map_err(|_| DialError::TooSlow)?.map_err(|error| {
        // Windows and Linux give up by themselves, after times of their own.
        if error.kind() == io::ErrorKind::TimedOut {
            DialError::TooSlow
        } else {
            DialError::Unreachable(error)
        }
    })?;
    // A handshake is many small messages. One that is merely slower is a connection all the same.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// The two families by turns, the first one's first (RFC 8305 §4).
fn alternating(addresses: Vec<SocketAddr>) -> VecDeque<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut one, mut other): (VecDeque<_>, VecDeque<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    let mut mixed = VecDeque::with_capacity(one.len() + other.len());
    while !one.is_empty() || !other.is_empty() {
        mixed.extend(one.pop_front());
        mixed.extend(other.pop_front());
    }
    mixed
}

/// Tries one address after the other, the next when one has failed or has had its head start.
async fn race(mut waiting: VecDeque<SocketAddr>) -> io::Result<TcpStream> {
    let mut running = JoinSet::new();
    let mut failed = None;
    loop {
        match waiting.pop_front() {
            Some(address) => {
                running.spawn(TcpStream::connect(address));
            }
            None if running.is_empty() => {
                return Err(failed.unwrap_or_else(|| io::ErrorKind::NotFound.into()));
            }
            None => {}
        }
        let next = running.join_next();
        let ended = if waiting.is_empty() {
            next.await
        } else {
            match tokio::time::timeout(HEAD_START, next).await {
                Ok(ended) => ended,
                Err(_) => continue,
            }
        };
        match ended {
            Some(Ok(Ok(stream))) => return Ok(stream),
            // The first one's reason is told: it is the one that the system prefers.
            Some(Ok(Err(error))) => failed = failed.or(Some(error)),
            Some(Err(error)) => failed = failed.or(Some(io::Error::other(error))),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Where nobody listens: no system gives this port to anybody who does not ask for it.
    const NOBODY: &str = "127.0.0.1:1";

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(5)
    }

    #[tokio::test]
    async fn an_address_that_refuses_does_not_hide_one_that_answers() {
        let there: SocketAddr = NOBODY.parse().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stream = race(VecDeque::from([there, there, address])).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), address);
        assert!(race(VecDeque::from([there, there])).await.is_err());
        assert!(race(VecDeque::new()).await.is_err());
    }

    #[test]
    fn both_families_are_tried_by_turns() {
        let of = |texts: &[&str]| texts.iter().map(|one| one.parse().unwrap()).collect::<Vec<_>>();
        let found = of(&["[::1]:1", "[::2]:1", "[::3]:1", "1.0.0.1:1", "1.0.0.2:1"]);
        let expected = of(&["[::1]:1", "1.0.0.1:1", "[::2]:1", "1.0.0.2:1", "[::3]:1"]);
        assert_eq!(Vec::from(alternating(found)), expected);
    }

    #[tokio::test]
    async fn a_name_and_an_address_are_not_taken_for_each_other() {
        let there: SocketAddr = NOBODY.parse().unwrap();
        let unknown = dial("nowhere.invalid", 1, soon()).await.unwrap_err();
        assert!(matches!(unknown, DialError::NotResolved(_)), "{unknown:?}");
        let refused = dial("127.0.0.1", there.port(), soon()).await.unwrap_err();
        assert!(matches!(refused, DialError::Unreachable(_)), "{refused:?}");
    }
}

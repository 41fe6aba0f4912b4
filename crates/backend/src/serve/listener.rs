//! A listener: its TLS, its router and its limits, as many of them as are needed, each on a socket of its
//! own or several on one.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::Router;
use ipnet::IpNet;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use super::{
    connection::{self, Standing},
    places::{Places, Policy},
};
use crate::{
    metrics::{Door, Metrics},
    network::Network,
};

/// How long requests may go on when the backend stops.
const DRAIN: Duration = Duration::from_secs(10);
/// Seconds between two lines about connections that were turned away.
const TURNED_AWAY: Duration = Duration::from_secs(10);

/// A socket, and who is behind it.
pub(crate) struct Front {
    pub(crate) socket: TcpListener,
    /// Who alone may connect, and says for whom; empty where clients connect by themselves.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// One that whoever connects is for; or several, told apart by the server name that is asked for.
    pub(crate) listeners: Vec<Listener>,
}

impl Front {
    /// For the log.
    pub(crate) fn name(&self) -> &'static str {
        match self.listeners.as_slice() {
            [only] => only.name,
            _ => "one-port",
        }
    }
}

/// What one listener is.
pub(crate) struct Listener {
    /// For the log.
    pub(crate) name: &'static str,
    /// The host of its address: whoever shares a socket with others is asked for by it.
    pub(crate) host: String,
    /// None where reverse proxies on this machine ask, or a trial is made on it.
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) router: Router,
    pub(crate) limits: Limits,
    /// Whether a connection comes from who asks: each network then has its share of the places.
    pub(crate) counts_networks: bool,
    /// Says what the database thinks of a certificate; without one, nobody is asked for any.
    pub(crate) standing: Option<Standing>,
    /// Where its handshakes are counted.
    pub(crate) counted: Option<(Metrics, Door)>,
}

/// How many connections a listener has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Limits {
    /// Whoever may be served: with a certificate that the database knows, where one is demanded.
    served: usize,
    /// In the middle of the handshake.
    unfinished: usize,
    /// With a certificate that the database refuses: they are told why and closed.
    refused: usize,
}

impl Limits {
    /// The limits of a listener that serves so many connections.
    pub(crate) fn of(served: usize) -> Self {
        let unfinished = (served / 4).clamp(16, 256);
        Self { served, unfinished, refused: (served / 16).max(4) }
    }

    /// The most connections that are open at the same time.
    pub(crate) fn all(self) -> usize {
        self.served.saturating_add(self.unfinished).saturating_add(self.refused)
    }
}

/// What the connections of a socket share.
pub(super) struct Shared {
    name: &'static str,
    trusted_proxies: Vec<IpNet>,
    pub(super) counts_networks: bool,
    pub(super) unfinished: Arc<Places>,
    behind: Vec<Behind>,
    turned_away: TurnedAway,
}

/// What the connections of a listener share.
pub(super) struct Behind {
    host: String,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) router: Router,
    pub(super) counts_networks: bool,
    pub(super) standing: Option<Standing>,
    pub(super) counted: Option<(Metrics, Door)>,
    pub(super) served: Arc<Places>,
    pub(super) refused: Arc<Places>,
}

/// Serves until `stop` says so, then lets requests finish for ten seconds.
pub(crate) async fn serve(front: Arc<Front>, mut stop: watch::Receiver<bool>) {
    let behind = front.listeners.iter().map(|listener| {
        let Limits { served, refused, .. } = listener.limits;
        Behind {
            host: listener.host.clone(),
            tls: listener.tls.clone(),
            router: listener.router.clone(),
            counts_networks: listener.counts_networks,
            standing: listener.standing.clone(),
            counted: listener.counted.clone(),
            served: Places::new(served, Policy::WorkStays),
            refused: Places::new(refused, Policy::OldestOut),
        }
    });
    let unfinished = front.listeners.iter().map(|listener| listener.limits.unfinished).sum();
    let shared = Arc::new(Shared {
        name: front.name(),
        trusted_proxies: front.trusted_proxies.clone(),
        counts_networks: front.listeners.iter().all(|listener| listener.counts_networks),
        unfinished: Places::new(unfinished, Policy::OldestOut),
        behind: behind.collect(),
        turned_away: TurnedAway::default(),
    });
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            Some(ended) = connections.join_next() => {
                note(ended);
                continue;
            }
            accepted = front.socket.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => accept(&shared, stream, address, &stop, &mut connections),
            Err(error) => {
                tracing::warn!(listener = shared.name, %error, "could not accept a connection");
                // Most often there are no file descriptors left; others must finish first.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    let drain = async {
        while let Some(ended) = connections.join_next().await {
            note(ended);
        }
    };
    if tokio::time::timeout(DRAIN, drain).await.is_err() {
        tracing::warn!(listener = shared.name, "some requests did not finish in time");
    }
}

fn accept(
    shared: &Arc<Shared>,
    stream: TcpStream,
    address: SocketAddr,
    stop: &watch::Receiver<bool>,
    connections: &mut JoinSet<()>,
) {
    let is_direct = !shared.is_behind_balancers();
    if !is_direct && !shared.trusts(address) {
        tracing::debug!(listener = shared.name, %address, "closed unread: not a trusted proxy");
        return;
    }
    let network = (is_direct && shared.counts_networks).then(|| Network::of(address.ip()));
    let Some(unfinished) = shared.unfinished.take(network, None) else {
        shared.turn_away(address);
        return;
    };
    let (shared, stop) = (Arc::clone(shared), stop.clone());
    connections.spawn(async move {
        let serving = connection::run(&shared, stream, address, unfinished, stop);
        if let Err(why) = serving.await {
            tracing::debug!(listener = shared.name, %address, why, "a connection ended");
        }
    });
}

impl Shared {
    /// Whether load balancers connect, and nobody else.
    pub(super) fn is_behind_balancers(&self) -> bool {
        !self.trusted_proxies.is_empty()
    }

    /// Who is behind the socket for everybody; none if that depends on the name that is asked for.
    pub(super) fn only(&self) -> Option<&Behind> {
        match self.behind.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Who is asked for by a server name (RFC 6066 §3), in lower case.
    pub(super) fn named(&self, name: &str) -> Option<&Behind> {
        self.behind.iter().find(|behind| behind.host == name)
    }

    /// Whether a load balancer connects from there.
    fn trusts(&self, address: SocketAddr) -> bool {
        let address = address.ip().to_canonical();
        self.trusted_proxies.iter().any(|network| network.contains(&address))
    }

    /// Notes that there was no place.
    pub(super) fn turn_away(&self, address: SocketAddr) {
        if let Some(number) = self.turned_away.note(Instant::now()) {
            let listener = self.name;
            tracing::warn!(listener, number, last = %address, "connections were turned away");
        }
    }
}

impl Behind {
    /// Whether a request is for this listener, by the host that it names (RFC 9110 §7.4).
    pub(super) fn is_meant(&self, host: Option<&str>) -> bool {
        let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
        name.is_some_and(|name| name.eq_ignore_ascii_case(&self.host))
    }
}

/// Counts who was turned away; a flood must not fill the log as well.
#[derive(Debug, Default)]
struct TurnedAway {
    number: AtomicU64,
    told: Mutex<Option<Instant>>,
}

impl TurnedAway {
    /// The number since the last line, when it is time for one.
    fn note(&self, now: Instant) -> Option<u64> {
        self.number.fetch_add(1, Ordering::Relaxed);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_some_and(|told| now < told + TURNED_AWAY) {
            return None;
        }
        *told = Some(now);
        Some(self.number.swap(0, Ordering::Relaxed))
    }
}

fn note(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection's task panicked");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_that_is_turned_away_costs_a_line_each_ten_seconds() {
        let (turned_away, begun) = (TurnedAway::default(), Instant::now());
        let lines: Vec<u64> = (0..25_000)
            .filter_map(|turn| turned_away.note(begun + Duration::from_millis(turn)))
            .collect();
        assert_eq!(lines, [1, 10_000, 10_000]);
    }
}

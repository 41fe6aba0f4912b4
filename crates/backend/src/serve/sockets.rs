//! The sockets that are listened on. They outlive a change of the configuration.

use std::net::SocketAddr;

use anyhow::Context as _;
use ipnet::IpNet;
use tokio::net::TcpListener;

use super::listener::{Front, Listener};
use crate::config::Config;

/// The sockets, by the addresses that the configuration names.
#[derive(Debug, Default)]
pub(super) struct Sockets(Vec<(SocketAddr, std::net::TcpListener)>);

impl Sockets {
    /// One for each address of a configuration: those that are here, and new ones.
    pub(super) async fn for_all(&self, config: &Config) -> anyhow::Result<Self> {
        let mut wanted = vec![config.enrolment_listen, config.service_listen];
        wanted.extend(config.web.as_ref().map(|web| web.listen));
        wanted.extend(config.metrics.as_ref().map(|metrics| metrics.address));
        let mut all = Self::default();
        for address in wanted {
            if all.find(address).is_some() {
                continue;
            }
            let socket = match self.find(address) {
                Some(socket) => socket.try_clone()?,
                None => {
                    let bound = TcpListener::bind(address).await;
                    bound.and_then(TcpListener::into_std).with_context(|| self.cannot(address))?
                }
            };
            all.0.push((address, socket));
        }
        Ok(all)
    }

    fn cannot(&self, address: SocketAddr) -> String {
        let same = |bound: &&SocketAddr| bound.port() == address.port() && bound.port() != 0;
        match self.0.iter().map(|(bound, _)| bound).find(same) {
            Some(bound) => format!(
                "cannot listen on {address} while {bound} is listened on: the same port on another \
                 address needs a restart"
            ),
            None => format!("cannot listen on {address}"),
        }
    }

    fn find(&self, address: SocketAddr) -> Option<&std::net::TcpListener> {
        self.0.iter().find_map(|(bound, socket)| (*bound == address).then_some(socket))
    }

    /// Where that is; the configuration may leave the port to the system.
    pub(super) fn address(&self, address: SocketAddr) -> anyhow::Result<SocketAddr> {
        let socket = self.find(address).with_context(|| format!("nobody listens on {address}"))?;
        Ok(socket.local_addr()?)
    }

    /// Puts each in front of the listeners that are to be reached there.
    pub(super) fn in_front_of(
        &self,
        mut listeners: Vec<(SocketAddr, Listener)>,
        trusted_proxies: &[IpNet],
    ) -> anyhow::Result<Vec<Front>> {
        let mut fronts = Vec::new();
        for (address, socket) in &self.0 {
            let behind = listeners.extract_if(.., |(listen, _)| listen == address);
            let behind: Vec<_> = behind.map(|(_, listener)| listener).collect();
            if behind.is_empty() {
                continue;
            }
            // Without TLS, reverse proxies ask, each request for another client; or a monitoring system.
            // Neither shares a socket (`Config`).
            let speaks_tls = behind.iter().all(|listener| listener.tls.is_some());
            let trusted_proxies = if speaks_tls { trusted_proxies.to_vec() } else { Vec::new() };
            let socket = TcpListener::from_std(socket.try_clone()?)?;
            fronts.push(Front { socket, trusted_proxies, listeners: behind });
        }
        Ok(fronts)
    }
}

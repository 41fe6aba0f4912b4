//! The section `[metrics]` of `warifu.toml`.

use std::net::{Ipv4Addr, SocketAddr};

use serde::Deserialize;

/// Where a monitoring system asks how the backend is.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricsConfig {
    #[serde(default = "this_machine")]
    pub(crate) address: SocketAddr,
}

fn this_machine() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 9464).into()
}

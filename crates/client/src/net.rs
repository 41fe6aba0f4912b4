//! The way to the backend: which proxy, which address, TLS 1.3 to one of two listeners, JSON over it.

mod connection;
pub(crate) mod device_key;
mod dialer;
mod failure;
mod pool;
pub(crate) mod proxy;
mod resolver;
mod tls;
mod verifier;

pub(crate) use self::{
    connection::{Connection, Limits},
    dialer::Dialer,
    failure::Broken,
    proxy::{Network, Way, target},
    resolver::{DialError, dial, resolve},
    tls::ServerTrust,
};
use crate::model::proxy::place;

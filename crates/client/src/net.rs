//! The way to the backend: which proxy, which address, TLS 1.3 to one of two listeners, JSON over it.

mod connection;
pub(crate) mod device_key;
mod failure;
mod pool;
pub(crate) mod proxy;
mod resolver;
mod verifier;

pub(crate) use self::{
    connection::{Connection, Limits},
    failure::Broken,
    proxy::{Network, Way, manual_address, place, target},
    resolver::{DialError, dial, resolve},
    verifier::known_authorities,
};

#![doc = include_str!("../README.md")]

mod audit;
pub mod cli;
mod clock;
mod config;
mod delivery;
mod domain;
mod error;
mod folder;
mod http;
mod mail;
mod metrics;
mod network;
mod notice;
mod pace;
mod random;
mod serve;
mod server_certificate;
mod trust;

pub use crate::{
    clock::{Clock, system_clock},
    http::openapi,
    serve::{Running, serve},
};

/// Takes the public key, a SubjectPublicKeyInfo, out of a certificate request as the backend does.
#[cfg(feature = "fuzzing")]
#[must_use]
pub fn requested_key(der: &[u8]) -> Option<Vec<u8>> {
    warifu_pki::PublicKey::of_request(der).ok().map(|key| key.spki())
}

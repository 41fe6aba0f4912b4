//! Whole flows between the real client and a real backend: TLS on loopback, SQLite files, the
//! operating system's keystore. One flow per file; `world` is the equipment.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "all of this program is tests")]

mod attacks;
mod issuance;
mod login;
mod mail;
mod mail_server;
mod network;
mod provider;
mod relay;
mod restart;
mod secrets;
mod typescript;
mod world;

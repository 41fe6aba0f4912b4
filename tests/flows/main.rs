//! Whole flows between the real client and a real backend: TLS on loopback, SQLite files, the
//! operating system's keystore. One flow per file; `world` is the equipment.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "all of this program is tests")]

mod administration;
mod attacks;
mod backup;
mod crl;
mod diagnosis;
mod issuance;
mod login;
mod mail;
mod mail_server;
mod network;
mod paper;
mod passwords;
mod provider;
mod relay;
mod renewal;
mod restart;
mod secrets;
mod support;
mod transfer;
mod typescript;
mod update;
mod world;

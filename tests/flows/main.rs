//! Whole flows between the real client and a real backend: TLS on loopback, SQLite files, the
//! operating system's keystore. One flow per file; `world` is the equipment.

mod issuance;
mod login;
mod network;
mod provider;
mod relay;
mod restart;
mod secrets;
mod typescript;
mod world;

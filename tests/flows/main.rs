//! Whole flows between the real client and a real backend: TLS on loopback, SQLite files, the
//! operating system's keystore. One flow per file; `world` is the equipment.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "all of this program is tests")]

mod administration;
mod attacker;
mod attacks;
mod backup;
mod balancer;
#[cfg(target_os = "linux")]
mod check;
#[cfg(target_os = "linux")]
mod cli;
#[cfg(target_os = "linux")]
mod console;
mod crl;
mod diagnosis;
#[cfg(target_os = "linux")]
mod disk;
mod face;
mod greeting;
mod issuance;
mod killed;
#[cfg(target_os = "linux")]
mod load;
mod login;
mod mail;
mod mail_server;
mod managed;
mod metrics;
mod names;
mod network;
#[cfg(target_os = "linux")]
mod one_port;
#[cfg(target_os = "linux")]
mod other_make;
#[cfg(target_os = "linux")]
mod outdated;
mod paper;
mod passwords;
#[cfg(target_os = "linux")]
mod postgresql;
mod provider;
mod proxy;
mod record;
mod relay;
mod reload;
mod removal;
mod renewal;
mod restart;
mod scale;
mod secrets;
#[cfg(target_os = "linux")]
mod services;
#[cfg(target_os = "linux")]
mod serving;
mod support;
#[cfg(target_os = "linux")]
mod terminal;
#[cfg(target_os = "linux")]
mod token;
mod transfer;
mod update;
mod web;
mod world;

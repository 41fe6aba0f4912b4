//! Warifu's app without its windows.
//!
//! [`Client`] is the one door: it keeps the connection profiles and the certificates of this PC
//! ([`Client::overview`]), obtains a certificate ([`Client::start_enrolment`] → [`Enrolment`]) and
//! logs in with one ([`Client::prove_identity`] → [`Login`] → [`Session`]).
//!
//! Inside, from the outside in: the flows (`enrolment`, `login`), the way to the backend
//! (`transport`), what is remembered (`database`, `identity`), and the pure rules (`certificate`,
//! `profile`, `identity::State`). Whatever fails becomes a [`Failure`] with a stable code at the
//! place that knows why.

mod administration;
mod certificate;
mod client;
mod columns;
mod database;
mod device_key;
mod diagnosis;
mod encoding;
mod enrolment;
mod failure;
pub mod folder;
mod identity;
mod issuing;
mod login;
mod managed;
mod network;
mod profile;
mod renewal;
mod settings;
mod spreadsheet;
mod support;
mod transport;
mod update;
pub mod view;
mod warning;

pub use administration::UserImport;
pub use client::{Client, Clock, Options, ProfileRemoval, system_clock};
pub use columns::import_headings;
pub use encoding::{Undecodable, decode};
pub use enrolment::Enrolment;
pub use failure::Failure;
pub use login::{Login, LoginStep, PasswordChange, Session};

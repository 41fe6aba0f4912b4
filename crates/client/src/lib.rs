//! Warifu's app without its windows.
//!
//! [`Client`] is the one door: it keeps the connection profiles and the certificates of this PC
//! ([`Client::overview`]), obtains a certificate ([`Client::start_enrolment`] → [`Enrolment`]) and
//! logs in with one ([`Client::prove_identity`] → [`Login`] → [`Session`]).
//!
//! Inside, from the outside in: what is done (`support`, `flows`), what that may use (`context`), the way
//! to the backend (`net`), what is remembered (`store`), and the pure rules (`model`). Whatever fails
//! becomes a [`Failure`] with a stable code at the place that knows why.

mod client;
mod clock;
mod context;
mod flows;
pub mod folder;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod model;
mod net;
mod store;
mod support;
pub mod view;

pub use client::{Client, Options};
pub use clock::{Clock, system_clock};
pub use flows::{
    Approval, Approved, Enrolment, Login, LoginStep, OpenedEntry, PasswordChange, ProfileRemoval,
    Session, Undecodable, UserImport, decode, import_headings,
};
pub use model::{
    Failure,
    browser::BrowserAddress,
    link::{Link, SCHEME as LINK_SCHEME},
    warning::NEAR_DAYS,
};

//! Single sign-on: a login in the app opens the provider's services in the browser, and whatever ends the
//! login ends that too (SPEC M). The backend is an OpenID Provider (OpenID Connect Core 1.0); what travels
//! over HTTP is the edge's affair.
//!
//! Three kinds of login hang on each other: the app's session, a *browser*'s login that came from it, and
//! the logins at *services* that came from that one. Each is good only while the one above it is, which is
//! asked of the database at every step, under a lock on the user's row: what ends a login finds every login
//! that hangs on it, or that one finds that it has ended.
//!
//! Every secret, and the name of the piece of work itself, is made before a transaction begins. So the work
//! may run again: it finds what it did before, under its own name, and answers the same.

pub(crate) mod approval;
pub(crate) mod authorize;
pub(crate) mod browsers;
pub(crate) mod claims;
mod entering;
pub(crate) mod handoff;
pub(crate) mod keys;
pub(crate) mod logout;
pub(crate) mod refusal;
mod secret;
mod standing;
mod tidy;
pub(crate) mod token;
pub(crate) mod userinfo;

pub(crate) use self::{
    claims::LogoutClaims,
    entering::{Cookies, Fresh},
    secret::{Operation, Secret, Visitor},
    tidy::tidy,
};

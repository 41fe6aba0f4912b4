//! What every program of Warifu asks of the operating system in the same way.
//!
//! Private folders and files that are wholly there or not at all ([`file`]), outputs to a place that
//! the user names ([`output`]), texts and secrets out of files and variables that people wrote with
//! whatever editor they have ([`text`], [`secret`], [`env`]). It knows nothing of certificates, users
//! or databases, and touches nothing that it was not told to.

pub mod env;
pub mod file;
pub mod output;
#[cfg(any(test, feature = "testing"))]
pub mod port;
pub mod secret;
pub mod text;

//! The values and rules of a certificate's life on this PC. Nothing here touches a disk or a network.
//!
//! What the screens are told too says here how it is written for them. How it is written on disk is the
//! business of `store` alone.

pub(crate) mod browser;
pub(crate) mod certificate;
mod failure;
pub(crate) mod identity;
pub(crate) mod link;
pub(crate) mod managed;
pub(crate) mod profile;
pub(crate) mod proxy;
pub(crate) mod removal;
pub(crate) mod settings;
pub(crate) mod standing;
pub(crate) mod stored;
pub(crate) mod update;
pub(crate) mod warning;

pub use self::failure::Failure;

//! The values and rules of a certificate's life on this PC. Nothing here touches a disk or a network.

pub(crate) mod certificate;
pub(crate) mod failure;
pub(crate) mod identity;
pub(crate) mod profile;
pub(crate) mod update;

pub use self::failure::Failure;

#![doc = include_str!("../README.md")]

mod certificate;
mod crl;
mod error;
mod file_key;
mod issuer;
pub mod pem;
mod profile;
mod public_key;
mod request;
mod server;
mod signer;
mod thumbprint;

pub use self::{
    certificate::serial_number,
    crl::{CRL_DAYS, Revoked},
    error::Error,
    file_key::{FileKey, SecretPem, change_passphrase},
    issuer::{Issued, Issuer},
    profile::{AuthorityProfile, ClientProfile, ProfileError, ServerProfile, Subject},
    public_key::PublicKey,
    request::RequestError,
    server::{ServerCertificate, Window},
    signer::{Signer, SigningError},
    thumbprint::thumbprint,
};

/// Seconds of a day.
const DAY: i64 = 86_400;

//! What is read of a certificate.

use warifu_protocol::Timestamp;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::Error;

/// A certificate, read.
///
/// # Errors
///
/// [`Error::Unreadable`].
pub(crate) fn read(der: &[u8]) -> Result<X509Certificate<'_>, Error> {
    let (rest, parsed) = X509Certificate::from_der(der).map_err(|_| Error::Unreadable)?;
    if rest.is_empty() { Ok(parsed) } else { Err(Error::Unreadable) }
}

/// From when until when a certificate is valid, both included (RFC 5280 §4.1.2.5).
pub(crate) fn validity(parsed: &X509Certificate<'_>) -> (Timestamp, Timestamp) {
    let validity = parsed.validity();
    (validity.not_before.timestamp(), validity.not_after.timestamp())
}

/// The serial number of a certificate in hexadecimal digits.
///
/// # Errors
///
/// [`Error::Unreadable`].
pub fn serial_number(der: &[u8]) -> Result<String, Error> {
    Ok(base16ct::lower::encode_string(read(der)?.raw_serial()))
}

//! DER as text (RFC 7468).

use pem_rfc7468::LineEnding;

use crate::Error;

/// What a text says that it holds (RFC 7468 §4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Label {
    /// A certificate (§5).
    Certificate,
    /// A revocation list (§6).
    RevocationList,
    /// A private key in PKCS#8, which nothing protects (§10).
    PrivateKey,
}

impl Label {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "CERTIFICATE",
            Self::RevocationList => "X509 CRL",
            Self::PrivateKey => "PRIVATE KEY",
        }
    }
}

/// A structure as text, alike on every system.
///
/// # Errors
///
/// [`Error::Failed`] for what is too long to be told.
pub fn encode(label: Label, der: &[u8]) -> Result<String, Error> {
    pem_rfc7468::encode_string(label.as_str(), LineEnding::LF, der)
        .map_err(|error| Error::Failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, pem::PemObject as _};

    use super::*;

    #[test]
    fn a_text_has_lines_of_64_letters_and_is_read_again() {
        let der: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let text = encode(Label::Certificate, &der).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "-----BEGIN CERTIFICATE-----");
        assert_eq!(lines[lines.len() - 1], "-----END CERTIFICATE-----");
        let (last, full) = lines[1..lines.len() - 1].split_last().unwrap();
        assert!(full.iter().all(|line| line.len() == 64) && (1..=64).contains(&last.len()));
        assert!(text.ends_with('\n') && !text.contains('\r'));
        let read = CertificateDer::from_pem_slice(text.as_bytes()).unwrap();
        assert_eq!(read.as_ref(), der);

        let text = encode(Label::RevocationList, &der).unwrap();
        assert!(text.starts_with("-----BEGIN X509 CRL-----\n"), "{text}");
        let read = CertificateRevocationListDer::from_pem_slice(text.as_bytes()).unwrap();
        assert_eq!(read.as_ref(), der);
    }
}

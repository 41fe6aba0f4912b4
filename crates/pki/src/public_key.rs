//! The public keys that are certified: P-256 alone (RFC 5480).

use rcgen::SignatureAlgorithm;
use warifu_protocol::Thumbprint;

use crate::thumbprint;

/// What stands in front of the point in a SubjectPublicKeyInfo: `id-ecPublicKey`, `secp256r1`, and the
/// lengths (RFC 5480 §2.1.1).
const HEAD: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// The first octet of a point that is not compressed (RFC 5480 §2.2).
const UNCOMPRESSED: u8 = 0x04;

/// A public key on P-256. Whether the point is on the curve is known where a signature was verified with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    point: [u8; 65],
    thumbprint: Thumbprint,
}

impl PublicKey {
    /// The key of a SubjectPublicKeyInfo; none if it is of another kind, or its point is compressed.
    #[must_use]
    pub fn of_spki(der: &[u8]) -> Option<Self> {
        let point: [u8; 65] = der.strip_prefix(&HEAD)?.try_into().ok()?;
        (point[0] == UNCOMPRESSED).then(|| Self { point, thumbprint: thumbprint(der) })
    }

    /// The key of a point that is not compressed (RFC 5480 §2.2); none if it has another form.
    #[must_use]
    pub fn of_point(point: &[u8]) -> Option<Self> {
        Self::of_spki(&[&HEAD[..], point].concat())
    }

    /// The point, not compressed.
    #[must_use]
    pub fn point(&self) -> &[u8] {
        &self.point
    }

    /// The SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn spki(&self) -> Vec<u8> {
        [&HEAD[..], &self.point].concat()
    }

    /// SHA-256 of the SubjectPublicKeyInfo.
    #[must_use]
    pub fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }
}

impl rcgen::PublicKeyData for PublicKey {
    fn der_bytes(&self) -> &[u8] {
        &self.point
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{KeyPair, PublicKeyData as _};

    use super::*;

    #[test]
    fn a_key_is_written_as_it_was_read_and_as_certificates_have_it() {
        let spki = KeyPair::generate().unwrap().subject_public_key_info();
        let key = PublicKey::of_spki(&spki).unwrap();
        assert_eq!((key.spki(), key.subject_public_key_info()), (spki.clone(), spki.clone()));
        assert_eq!(key.thumbprint(), &thumbprint(&spki));
        assert_eq!(PublicKey::of_point(key.point()), Some(key.clone()));
        assert_eq!(PublicKey::of_point(&key.point()[1..]), None);
    }

    #[test]
    fn another_kind_another_form_or_another_length_is_none() {
        let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
        assert_eq!(PublicKey::of_spki(&p384.subject_public_key_info()), None);
        let ed25519 = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
        assert_eq!(PublicKey::of_spki(&ed25519.subject_public_key_info()), None);

        let spki = KeyPair::generate().unwrap().subject_public_key_info();
        assert_eq!(PublicKey::of_spki(&[&spki[..], &[0]].concat()), None);
        assert_eq!(PublicKey::of_spki(&spki[..spki.len() - 1]), None);
        for first in [0x02, 0x03, 0x06, 0x07] {
            let mut other = spki.clone();
            other[HEAD.len()] = first;
            assert_eq!(PublicKey::of_spki(&other), None, "{first}");
        }
    }
}

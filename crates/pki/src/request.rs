//! Certification requests (PKCS#10, RFC 2986), of which the public key alone is taken.

use x509_parser::prelude::{FromDer as _, X509CertificationRequest};

use crate::PublicKey;

/// Why a certification request is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// It has more bytes than [`PublicKey::MAX_REQUEST`].
    #[error("the request is too long")]
    TooLong,
    /// It is no request in DER, or more than one.
    #[error("the request is unreadable")]
    Unreadable,
    /// It is for a key that is not certified.
    #[error("the request is for another kind of key than P-256")]
    OtherKey,
    /// Its signature is not of its key, so that nothing shows that the sender has it (RFC 2986 §3).
    #[error("the request is not signed with its key")]
    Unproved,
}

impl PublicKey {
    /// The most bytes that a request for a P-256 key sensibly has.
    pub const MAX_REQUEST: usize = 8 * 1024;

    /// Takes the public key out of a request in DER, if it is a P-256 key and the request is signed with
    /// it. Whatever else the request asks for is not looked at (RFC 5280 §4.2, SPEC A).
    ///
    /// # Errors
    ///
    /// [`RequestError`].
    pub fn of_request(der: &[u8]) -> Result<Self, RequestError> {
        if der.len() > Self::MAX_REQUEST {
            return Err(RequestError::TooLong);
        }
        let (rest, request) =
            X509CertificationRequest::from_der(der).map_err(|_| RequestError::Unreadable)?;
        if !rest.is_empty() {
            return Err(RequestError::Unreadable);
        }
        let key = Self::of_spki(request.certification_request_info.subject_pki.raw)
            .ok_or(RequestError::OtherKey)?;
        request.verify_signature().map_err(|_| RequestError::Unproved)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, KeyPair, PublicKeyData as _};

    use super::*;

    fn request(key: &KeyPair) -> Vec<u8> {
        CertificateParams::default().serialize_request(key).unwrap().der().to_vec()
    }

    #[test]
    fn the_key_of_a_request_is_taken() {
        let key = KeyPair::generate().unwrap();
        let taken = PublicKey::of_request(&request(&key)).unwrap();
        assert_eq!(taken.spki(), key.subject_public_key_info());
    }

    #[test]
    fn a_request_for_another_kind_of_key_or_without_its_proof_is_refused() {
        let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
        assert_eq!(PublicKey::of_request(&request(&p384)), Err(RequestError::OtherKey));

        let good = request(&KeyPair::generate().unwrap());
        let mut forged = good.clone();
        let last = forged.len() - 1;
        forged[last] ^= 1;
        assert_eq!(PublicKey::of_request(&forged), Err(RequestError::Unproved));
        // Another's key in one's own request.
        let others = KeyPair::generate().unwrap().subject_public_key_info();
        let mut stolen = good.clone();
        let at = stolen.windows(26).position(|bytes| bytes == &others[..26]).unwrap();
        stolen[at..at + others.len()].copy_from_slice(&others);
        assert_eq!(PublicKey::of_request(&stolen), Err(RequestError::Unproved));

        let long = vec![0x30; PublicKey::MAX_REQUEST + 1];
        assert_eq!(PublicKey::of_request(&long), Err(RequestError::TooLong));
        let two = [&good[..], &good].concat();
        assert_eq!(PublicKey::of_request(&two), Err(RequestError::Unreadable));
    }

    #[test]
    fn no_changed_bit_gives_another_key() {
        let key = KeyPair::generate().unwrap();
        let der = request(&key);
        for at in 0..der.len() {
            for bit in 0..8 {
                let mut changed = der.clone();
                changed[at] ^= 1 << bit;
                let same = |taken: PublicKey| taken.spki() == key.subject_public_key_info();
                assert!(PublicKey::of_request(&changed).map_or(true, same), "bit {bit} of {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_request_makes_the_reader_panic(der in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(PublicKey::of_request(&der).is_err());
        }
    }
}

//! Signatures (TPM 2.0 Library, Part 2 §11.3), and a P-256 key and its signatures in DER.

use crate::wire::{Malformed, Reader};

/// What signs and how, `TPMI_ALG_SIG_SCHEME`.
pub(crate) const ECDSA: u16 = 0x0018;
pub(crate) const HMAC: u16 = 0x0005;
pub(crate) const NULL: u16 = 0x0010;
pub(crate) const SHA256: u16 = 0x000B;

/// A signature, `TPMT_SIGNATURE`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Signature {
    /// ECDSA over SHA-256, in DER (RFC 3279 §2.2.3).
    Ecdsa(Vec<u8>),
    /// HMAC with SHA-256.
    Hmac([u8; 32]),
}

impl Signature {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// Cut, or neither of both.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let (algorithm, hash) = (reader.u16()?, reader.u16()?);
        if hash != SHA256 {
            return Err(Malformed("a signature over another hash than SHA-256"));
        }
        match algorithm {
            ECDSA => {
                let [r, s] = [number(reader.sized()?)?, number(reader.sized()?)?];
                Ok(Self::Ecdsa(sequence(&[integer(r), integer(s)].concat())))
            }
            HMAC => {
                let digest = reader.take(32)?;
                digest
                    .try_into()
                    .map(Self::Hmac)
                    .map_err(|_| Malformed("an HMAC of another length"))
            }
            _ => Err(Malformed("a signature of another kind")),
        }
    }
}

/// A number of a P-256 signature without leading zeros.
fn number(bytes: &[u8]) -> Result<&[u8], Malformed> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    match &bytes[zeros..] {
        number if (1..=32).contains(&number.len()) && bytes.len() <= 32 => Ok(number),
        _ => Err(Malformed("no number of a P-256 signature")),
    }
}

/// A positive INTEGER. Both lengths fit into one byte: at most 33.
fn integer(number: &[u8]) -> Vec<u8> {
    let sign = number.first().is_some_and(|first| first & 0x80 != 0);
    let mut der = vec![0x02, (number.len() + usize::from(sign)) as u8];
    der.extend(sign.then_some(0));
    der.extend(number);
    der
}

/// A SEQUENCE of at most 127 bytes.
fn sequence(content: &[u8]) -> Vec<u8> {
    let mut der = vec![0x30, content.len() as u8];
    der.extend(content);
    der
}

/// The start of every SubjectPublicKeyInfo of a P-256 key (RFC 5480 §2.1.1), up to its point.
const P256: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
    0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/// A P-256 key's SubjectPublicKeyInfo in DER; a TPM may have left out leading zeros.
pub(crate) fn p256_der(x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    let mut der = P256.to_vec();
    for coordinate in [x, y] {
        let padding = 32_usize.checked_sub(coordinate.len())?;
        der.extend(std::iter::repeat_n(0, padding));
        der.extend(coordinate);
    }
    Some(der)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::Writer;

    fn written(r: &[u8], s: &[u8]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u16(ECDSA).u16(SHA256).sized(r).sized(s);
        writer.finish().unwrap().to_vec()
    }

    #[test]
    fn numbers_are_the_shortest_that_are_positive() {
        let read = |r: &[u8], s: &[u8]| Signature::read(&mut Reader::new(&written(r, s)));
        assert_eq!(
            read(&[0, 0, 0x7F], &[0x80]),
            Ok(Signature::Ecdsa(vec![0x30, 7, 2, 1, 0x7F, 2, 2, 0, 0x80]))
        );
        for wrong in [&[] as &[u8], &[0; 32], &[1; 33]] {
            assert!(read(wrong, &[1]).is_err() && read(&[1], wrong).is_err());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_signature_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = Signature::read(&mut Reader::new(&bytes));
        }

        #[test]
        fn a_cut_signature_is_refused(r in any::<[u8; 32]>(), s in any::<[u8; 32]>(), cut in 0..72_usize) {
            let whole = written(&r, &s);
            prop_assert!(Signature::read(&mut Reader::new(&whole[..cut])).is_err());
        }
    }
}

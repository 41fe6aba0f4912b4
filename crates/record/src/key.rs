//! The public half of the key that signs checkpoints.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{
    PublicKey,
    ecdsa::{Signature, VerifyingKey, signature::Verifier as _},
    pkcs8::{DecodePublicKey as _, EncodePublicKey as _, LineEnding},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest as _, Sha256};

/// The most bytes of a key's file.
const MAX_PEM: usize = 4096;

/// A public key on P-256; in a checkpoint its point, uncompressed (SEC 1 §2.3.3), in Base64 for URLs; in a file
/// of its own a SubjectPublicKeyInfo in PEM (RFC 5480, RFC 7468 §13).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Key(VerifyingKey);

impl Key {
    /// The key of a point, uncompressed; none if it is not on the curve, or in another form.
    #[must_use]
    pub fn of_point(point: &[u8]) -> Option<Self> {
        let uncompressed = point.len() == 65 && point[0] == 4;
        VerifyingKey::from_sec1_bytes(point).ok().filter(|_| uncompressed).map(Self)
    }

    /// The key of a SubjectPublicKeyInfo in DER; none if it is of another kind.
    #[must_use]
    pub fn of_spki(der: &[u8]) -> Option<Self> {
        PublicKey::from_public_key_der(der).ok().map(|key| Self(key.into()))
    }

    /// The key of a file; none if there is another one in it, or none.
    #[must_use]
    pub fn of_pem(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_PEM)?;
        PublicKey::from_public_key_pem(text.trim()).ok().map(|key| Self(key.into()))
    }

    /// The key as a file; none only if the library cannot write it.
    #[must_use]
    pub fn to_pem(&self) -> Option<String> {
        PublicKey::from(self.0).to_public_key_pem(LineEnding::LF).ok()
    }

    /// The point, uncompressed.
    #[must_use]
    pub fn point(&self) -> Vec<u8> {
        self.0.to_sec1_point(false).as_bytes().to_vec()
    }

    /// What people compare.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Sha256::digest(self.point()).into())
    }

    /// Whether the signature, of 64 bytes (RFC 7518 §3.4), is this key's.
    #[must_use]
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let signature = Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.point()))
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let point = URL_SAFE_NO_PAD.decode(text).map_err(D::Error::custom)?;
        Self::of_point(&point).ok_or_else(|| D::Error::custom("not a point on P-256"))
    }
}

/// SHA-256 of a key's point: 64 hexadecimal digits in groups of four, which two people can read to each other.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Fingerprint([u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, pair) in self.0.chunks(2).enumerate() {
            if index > 0 {
                f.write_str("-")?;
            }
            f.write_str(&base16ct::lower::encode_string(pair))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no fingerprint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a fingerprint: 64 hexadecimal digits")]
pub struct NoFingerprint;

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let digits: String = text
            .chars()
            .filter(|c| !matches!(c, '-' | ':' | ' '))
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let mut bytes = [0; 32];
        match base16ct::lower::decode(digits.as_bytes(), &mut bytes) {
            Ok(decoded) if decoded.len() == 32 => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(NoFingerprint),
        }
    }
}

//! The public area of a key, `TPMT_PUBLIC` (TPM 2.0 Library, Part 2 §12.2), and those that we make.

use sha2::{Digest as _, Sha256, Sha384};
use zeroize::Zeroizing;

use crate::{
    signature::{ECDSA, HMAC, NULL, SHA256, p256_der},
    wire::{Malformed, Reader, Writer},
};

const RSA: u16 = 0x0001;
const KEYED_HASH: u16 = 0x0008;
const ECC: u16 = 0x0023;
const SHA384: u16 = 0x000C;
const P256: u16 = 0x0003;
const AES: u16 = 0x0006;
const CFB: u16 = 0x0043;

/// What may be done with a key, `TPMA_OBJECT` (Part 2 §8.3).
pub mod attributes {
    /// It never leaves this TPM.
    pub const FIXED_TPM: u32 = 1 << 1;
    /// It never gets another parent.
    pub const FIXED_PARENT: u32 = 1 << 4;
    /// The TPM itself made the private part.
    pub const SENSITIVE_DATA_ORIGIN: u32 = 1 << 5;
    /// Its password is enough to use it.
    pub const USER_WITH_AUTH: u32 = 1 << 6;
    /// Wrong passwords do not lock the TPM, and a locked TPM does not lock it.
    pub const NO_DA: u32 = 1 << 10;
    /// Its copies are always encrypted.
    pub const ENCRYPTED_DUPLICATION: u32 = 1 << 11;
    /// It works only on what has the TPM's own form.
    pub const RESTRICTED: u32 = 1 << 16;
    /// It decrypts.
    pub const DECRYPT: u32 = 1 << 17;
    /// It signs.
    pub const SIGN: u32 = 1 << 18;
}

/// What makes a key one of a TPM alone.
const OF_THIS_TPM: u32 =
    attributes::FIXED_TPM | attributes::FIXED_PARENT | attributes::SENSITIVE_DATA_ORIGIN;

/// The public area of a key, as far as we know its kind.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Public {
    /// The hash that its Name is made with.
    pub name_hash: u16,
    /// What may be done with it; see [`attributes`].
    pub attributes: u32,
    /// What must be fulfilled to use it other than by its password.
    pub policy: Vec<u8>,
    /// Its kind, and the public key.
    pub kind: Kind,
}

/// The kind of a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Kind {
    /// On an elliptic curve.
    Ecc {
        /// What its children are encrypted with.
        symmetric: Option<Symmetric>,
        /// How it signs, if that is fixed.
        scheme: Option<Scheme>,
        /// `TPM_ECC_CURVE`.
        curve: u16,
        /// How keys are derived with it, if that is fixed.
        derivation: Option<Scheme>,
        /// The point.
        x: Vec<u8>,
        /// The point.
        y: Vec<u8>,
    },
    /// RSA.
    Rsa {
        /// What its children are encrypted with.
        symmetric: Option<Symmetric>,
        /// How it signs or encrypts, if that is fixed.
        scheme: Option<Scheme>,
        /// The modulus' length.
        bits: u16,
        /// The exponent; 0 is 65537.
        exponent: u32,
        /// The modulus.
        modulus: Vec<u8>,
    },
    /// A secret for HMAC.
    KeyedHash {
        /// How it signs, if that is fixed.
        scheme: Option<Scheme>,
        /// A hash of the secret.
        unique: Vec<u8>,
    },
}

/// A block cipher.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Symmetric {
    /// `TPM_ALG_ID`.
    pub algorithm: u16,
    /// The key's length.
    pub bits: u16,
    /// `TPM_ALG_ID`.
    pub mode: u16,
}

/// A way to sign, to encrypt or to derive.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Scheme {
    /// `TPM_ALG_ID`.
    pub algorithm: u16,
    /// `TPM_ALG_ID`; RSAES has none.
    pub hash: Option<u16>,
}

impl Public {
    /// A key that signs and never leaves its TPM; where it is made, the TPM fills in the point.
    ///
    /// With protection against wrong passwords, each loss of power would count as one, and whoever
    /// locked the TPM would lock every user out. 256 random bits need none.
    #[must_use]
    pub const fn device_key() -> Self {
        Self {
            name_hash: SHA256,
            attributes: OF_THIS_TPM
                | attributes::USER_WITH_AUTH
                | attributes::NO_DA
                | attributes::SIGN,
            policy: Vec::new(),
            kind: Kind::Ecc {
                symmetric: None,
                scheme: Some(Scheme { algorithm: ECDSA, hash: Some(SHA256) }),
                curve: P256,
                derivation: None,
                x: Vec::new(),
                y: Vec::new(),
            },
        }
    }

    /// The key that a TPM makes the same again and again, as a parent: the one that TSS2 key files mean
    /// by the owner's hierarchy (draft-bottomley-tpm2-keys §3.1.8).
    #[must_use]
    pub const fn storage_primary() -> Self {
        Self {
            name_hash: SHA256,
            attributes: OF_THIS_TPM
                | attributes::USER_WITH_AUTH
                | attributes::NO_DA
                | attributes::RESTRICTED
                | attributes::DECRYPT,
            policy: Vec::new(),
            kind: Kind::Ecc {
                symmetric: Some(Symmetric { algorithm: AES, bits: 128, mode: CFB }),
                scheme: None,
                curve: P256,
                derivation: None,
                x: Vec::new(),
                y: Vec::new(),
            },
        }
    }

    /// Whether it is a key as [`device_key`](Self::device_key) describes, in every member.
    #[must_use]
    pub fn is_device_key(&self) -> bool {
        self.without_point() == Self::device_key() && self.p256_der().is_some()
    }

    /// Whether it can be the parent of a device key: a storage key of this TPM that a password opens.
    #[must_use]
    pub const fn is_parent(&self) -> bool {
        const WANTED: u32 =
            OF_THIS_TPM | attributes::USER_WITH_AUTH | attributes::RESTRICTED | attributes::DECRYPT;
        let symmetric = match &self.kind {
            Kind::Ecc { symmetric, .. } | Kind::Rsa { symmetric, .. } => symmetric.is_some(),
            Kind::KeyedHash { .. } => false,
        };
        symmetric && self.attributes & (WANTED | attributes::SIGN) == WANTED
    }

    /// The SubjectPublicKeyInfo of a P-256 key, in DER. Whether the point is on the curve is for whoever
    /// uses it.
    #[must_use]
    pub fn p256_der(&self) -> Option<Vec<u8>> {
        match &self.kind {
            Kind::Ecc { curve: P256, x, y, .. } if !x.is_empty() && !y.is_empty() => p256_der(x, y),
            Kind::Ecc { .. } | Kind::Rsa { .. } | Kind::KeyedHash { .. } => None,
        }
    }

    /// The Name: the hash of it all, behind the hash's number (Part 1 §16).
    ///
    /// # Errors
    ///
    /// A hash that we do not have.
    pub fn name(&self) -> Result<Vec<u8>, Malformed> {
        let bytes = self.bytes()?;
        let digest = match self.name_hash {
            SHA256 => Sha256::digest(&*bytes).to_vec(),
            SHA384 => Sha384::digest(&*bytes).to_vec(),
            _ => return Err(Malformed("a Name by another hash")),
        };
        Ok([self.name_hash.to_be_bytes().as_slice(), &digest].concat())
    }

    /// As a TPM has it.
    ///
    /// # Errors
    ///
    /// A member that is too long for a TPM.
    pub fn bytes(&self) -> Result<Zeroizing<Vec<u8>>, Malformed> {
        let mut out = Writer::new();
        self.write(&mut out);
        out.finish()
    }

    /// Reads one, to its last byte.
    ///
    /// # Errors
    ///
    /// None, or one of a kind that we have no use for.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(bytes);
        let kind = from.u16()?;
        let name_hash = from.u16()?;
        let attributes = from.u32()?;
        let policy = from.sized()?.to_vec();
        let kind = match kind {
            ECC => Kind::Ecc {
                symmetric: Symmetric::read(&mut from)?,
                scheme: Scheme::read(&mut from)?,
                curve: from.u16()?,
                derivation: Scheme::read(&mut from)?,
                x: from.sized()?.to_vec(),
                y: from.sized()?.to_vec(),
            },
            RSA => Kind::Rsa {
                symmetric: Symmetric::read(&mut from)?,
                scheme: Scheme::read(&mut from)?,
                bits: from.u16()?,
                exponent: from.u32()?,
                modulus: from.sized()?.to_vec(),
            },
            KEYED_HASH => {
                Kind::KeyedHash { scheme: Scheme::read(&mut from)?, unique: from.sized()?.to_vec() }
            }
            _ => return Err(Malformed("a key of another kind")),
        };
        from.end()?;
        Ok(Self { name_hash, attributes, policy, kind })
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let kind = match self.kind {
            Kind::Ecc { .. } => ECC,
            Kind::Rsa { .. } => RSA,
            Kind::KeyedHash { .. } => KEYED_HASH,
        };
        out.u16(kind).u16(self.name_hash).u32(self.attributes).sized(&self.policy);
        match &self.kind {
            Kind::Ecc { symmetric, scheme, curve, derivation, x, y } => {
                Symmetric::write(*symmetric, out);
                Scheme::write(*scheme, out);
                out.u16(*curve);
                Scheme::write(*derivation, out);
                out.sized(x).sized(y);
            }
            Kind::Rsa { symmetric, scheme, bits, exponent, modulus } => {
                Symmetric::write(*symmetric, out);
                Scheme::write(*scheme, out);
                out.u16(*bits).u32(*exponent).sized(modulus);
            }
            Kind::KeyedHash { scheme, unique } => {
                Scheme::write(*scheme, out);
                out.sized(unique);
            }
        }
    }

    /// What was asked for when it was made.
    fn without_point(&self) -> Self {
        let mut asked = self.clone();
        if let Kind::Ecc { x, y, .. } = &mut asked.kind {
            x.clear();
            y.clear();
        }
        asked
    }
}

impl Symmetric {
    fn read(from: &mut Reader<'_>) -> Result<Option<Self>, Malformed> {
        match from.u16()? {
            NULL => Ok(None),
            algorithm => Ok(Some(Self { algorithm, bits: from.u16()?, mode: from.u16()? })),
        }
    }

    fn write(this: Option<Self>, out: &mut Writer) {
        match this {
            None => out.u16(NULL),
            Some(this) => out.u16(this.algorithm).u16(this.bits).u16(this.mode),
        };
    }
}

impl Scheme {
    fn read(from: &mut Reader<'_>) -> Result<Option<Self>, Malformed> {
        const RSAES: u16 = 0x0015;
        match from.u16()? {
            NULL => Ok(None),
            RSAES => Ok(Some(Self { algorithm: RSAES, hash: None })),
            // RSASSA, RSAPSS, OAEP, ECDH, and the ways to derive.
            algorithm @ (HMAC | ECDSA | 0x0014 | 0x0016 | 0x0017 | 0x0019 | 0x0020 | 0x0022) => {
                Ok(Some(Self { algorithm, hash: Some(from.u16()?) }))
            }
            _ => Err(Malformed("a scheme that we do not know")),
        }
    }

    fn write(this: Option<Self>, out: &mut Writer) {
        match this {
            None => {
                out.u16(NULL);
            }
            Some(Self { algorithm, hash }) => {
                out.u16(algorithm);
                if let Some(hash) = hash {
                    out.u16(hash);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;

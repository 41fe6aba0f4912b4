//! Signed checkpoints: how far each chain was at a moment.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::Signature;
use serde::{Deserialize, Serialize};

use crate::{Fingerprint, Hash, Key};

/// The only form there is.
const VERSION: u32 = 1;

/// Before everything that is signed, so that a signature for something else is never one of these.
const CONTEXT: &[u8] = b"warifu record checkpoint 1\n";

/// Seconds by which two clocks may differ.
const CLOCKS: i64 = 300;

/// How far the record was.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The form: 1.
    pub version: u32,
    /// Whose record it is: SHA-256 of the authority's certificate.
    pub authority: Hash,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Where the one chain of before ended.
    pub joint: Joint,
    /// The heads, by chain: of all chains, or of one customer's.
    pub chains: Vec<Head>,
}

/// Where the one chain of before ended, from which every chain follows.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Joint {
    /// The number of its last row; 0 if it had none.
    pub seq: i64,
    /// The hash of that row.
    pub hash: Hash,
}

/// How far a chain was.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// A customer's number, or empty for the provider's.
    pub chain: String,
    /// The place of its last row; 0 if it had none.
    pub place: i64,
    /// The hash of that row.
    pub hash: Hash,
}

impl Checkpoint {
    /// What is to be signed.
    #[must_use]
    pub fn new(authority: Hash, at: i64, joint: Joint, mut chains: Vec<Head>) -> Self {
        chains.sort_by(|one, other| one.chain.cmp(&other.chain));
        Self { version: VERSION, authority, at, joint, chains }
    }

    fn is_in_order(&self) -> bool {
        let sorted = self.chains.windows(2).all(|pair| pair[0].chain < pair[1].chain);
        let begun =
            |head: &Head| head.place >= 0 && (head.place > 0 || head.hash == self.joint.hash);
        self.version == VERSION && self.joint.seq >= 0 && sorted && self.chains.iter().all(begun)
    }
}

/// A checkpoint with its signature, as it is in a file. The key that comes with it proves nothing by itself:
/// it is believed where its fingerprint is known from elsewhere.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// The [`Checkpoint`] as JSON, in Base64 for URLs: the very bytes that were signed.
    checkpoint: String,
    /// The key that signed.
    key: Key,
    /// ES256: 64 bytes, in Base64 for URLs.
    signature: String,
}

/// Why a checkpoint is not believed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refused {
    /// It is none, or of a newer program.
    #[error("not a checkpoint that this program can read")]
    Unreadable,
    /// Something in it was changed after it was signed.
    #[error("the checkpoint was altered: its signature is not over what it says")]
    Altered,
    /// It is signed, but not with the key that was expected.
    #[error("the checkpoint is signed with another key: {0}")]
    OtherKey(Fingerprint),
    /// It is of another backend's record.
    #[error("the checkpoint is of another backend")]
    OtherBackend,
    /// It says that it was made after now.
    #[error("the checkpoint is from the future: {0} seconds after now")]
    Future(i64),
}

impl Signed {
    /// The most bytes of a checkpoint's file: some hundred thousand customers.
    pub const MAX_BYTES: usize = 32 * 1024 * 1024;

    /// Reads a checkpoint's file.
    ///
    /// # Errors
    ///
    /// [`Refused::Unreadable`].
    pub fn read(bytes: &[u8]) -> Result<Self, Refused> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(Refused::Unreadable);
        }
        serde_json::from_slice(bytes).map_err(|_| Refused::Unreadable)
    }

    /// The checkpoint's file; none only if it cannot be written as JSON.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self).ok()?;
        bytes.push(b'\n');
        Some(bytes)
    }

    /// The key that it says has signed it.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// What it says, if its own key has signed that and nobody's clock speaks against it.
    ///
    /// # Errors
    ///
    /// [`Refused`].
    pub fn open(&self, now: i64) -> Result<Checkpoint, Refused> {
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| Refused::Unreadable);
        let (said, signature) = (decode(&self.checkpoint)?, decode(&self.signature)?);
        if !self.key.signed(&[CONTEXT, &said].concat(), &signature) {
            return Err(Refused::Altered);
        }
        let checkpoint: Checkpoint =
            serde_json::from_slice(&said).map_err(|_| Refused::Unreadable)?;
        if !checkpoint.is_in_order() {
            return Err(Refused::Unreadable);
        }
        match checkpoint.at.saturating_sub(now) {
            ahead if ahead > CLOCKS => Err(Refused::Future(ahead)),
            _ => Ok(checkpoint),
        }
    }
}

/// Signs a checkpoint; `sign` gives an ECDSA signature with SHA-256 in DER (RFC 5758 §3.2). None if it gives
/// none, or one of another key.
pub fn sign(
    checkpoint: &Checkpoint,
    key: &Key,
    sign: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
) -> Option<Signed> {
    let said = serde_json::to_vec(checkpoint).ok()?;
    let message = [CONTEXT, &said].concat();
    let signature = Signature::from_der(&sign(&message)?).ok()?.to_bytes();
    key.signed(&message, &signature).then(|| Signed {
        checkpoint: URL_SAFE_NO_PAD.encode(&said),
        key: key.clone(),
        signature: URL_SAFE_NO_PAD.encode(signature),
    })
}

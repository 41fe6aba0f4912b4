//! What a row's hash is over.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest as _, Sha256};

/// SHA-256 of a row and of all before it; written as 64 hexadecimal digits.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub struct Hash(pub [u8; 32]);

/// What stands before the first row of all.
pub const ZERO: Hash = Hash([0; 32]);

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base16ct::lower::encode_string(&self.0))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base16ct::lower::encode_string(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut hash = [0; 32];
        match base16ct::lower::decode(text.as_bytes(), &mut hash) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(hash)),
            Ok(_) | Err(_) => Err(D::Error::custom("not 64 hexadecimal digits")),
        }
    }
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place<'a> {
    /// In the one chain that there was before, under this number.
    Before(i64),
    /// In a chain: a customer's number, or empty for the provider's; from 1.
    In(&'a str, i64),
}

/// Who did it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Actor<'a> {
    /// By name.
    Named(&'a str),
    /// A person of the provider's, under a veil: SHA-256 of 16 random bytes and the name.
    Veiled([u8; 32]),
}

impl<'a> Actor<'a> {
    /// Covers a name.
    #[must_use]
    pub fn veil(veil: &[u8], name: &str) -> Self {
        Self::Veiled(Sha256::new().chain_update(veil).chain_update(name).finalize().into())
    }
}

/// What a row says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "named like the columns")]
pub struct Row<'a> {
    pub at: i64,
    pub actor_kind: Option<&'a str>,
    pub actor: Actor<'a>,
    pub act: &'a str,
    pub customer: Option<&'a str>,
    pub subject: Option<&'a str>,
    pub certificate: Option<&'a str>,
    pub device: Option<&'a str>,
    pub address: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub times: Option<u32>,
}

/// A row's hash: SHA-256 over the previous hash and every field, each with its length, so that no two
/// different rows are the same bytes.
///
/// A row's number is the database's and not in it; its chain and its place there are. Rows of before have
/// their number in its stead.
#[must_use]
pub fn hash(place: Place<'_>, row: &Row<'_>, previous: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    let mut field = |bytes: Option<&[u8]>| match bytes {
        Some(bytes) => {
            hash.update([1]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
        None => hash.update([0]),
    };
    field(Some(previous));
    match place {
        Place::Before(seq) => field(Some(&seq.to_be_bytes())),
        Place::In(chain, place) => {
            // The previous hash is followed by eight bytes in rows of before: never by these.
            field(Some(b"chain"));
            field(Some(chain.as_bytes()));
            field(Some(&place.to_be_bytes()));
        }
    }
    field(Some(&row.at.to_be_bytes()));
    match &row.actor {
        Actor::Named(name) => field(Some(name.as_bytes())),
        Actor::Veiled(veiled) => {
            field(Some(b"veiled"));
            field(Some(veiled));
        }
    }
    field(Some(row.act.as_bytes()));
    let Row { customer, subject, certificate, device, address, .. } = row;
    for value in [customer, subject, certificate, device, address] {
        field(value.map(str::as_bytes));
    }
    // Rows of 0.1.0 had none of these, and keep their hashes.
    if row.actor_kind.is_some() || row.reason.is_some() || row.times.is_some() {
        field(row.actor_kind.map(str::as_bytes));
        field(row.reason.map(str::as_bytes));
        field(row.times.map(u32::to_be_bytes).as_ref().map(<[u8; 4]>::as_slice));
    }
    Hash(hash.finalize().into())
}

//! The section `[authority]` of `warifu.toml`.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use serde::{Deserialize, Deserializer, de::Error as _};
use warifu_platform::secret;
use warifu_token::{PinSource, Place};

/// Where the authority's key is, if not in `authority.key`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorityConfig {
    #[serde(default)]
    pub(crate) pkcs11: Option<TokenConfig>,
}

/// A key in a PKCS#11 token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenConfig {
    pub(crate) module: PathBuf,
    pub(crate) token: String,
    pub(crate) key: String,
    #[serde(default, deserialize_with = "bytes")]
    pub(crate) key_id: Option<Vec<u8>>,
    pub(crate) pin_file: PathBuf,
}

impl TokenConfig {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        // Without a folder, the system would search for it where libraries lie.
        ensure!(
            self.module.is_absolute(),
            "authority.pkcs11.module = {:?}: a whole path, such as /usr/lib/softhsm/libsofthsm2.so",
            self.module
        );
        // CK_TOKEN_INFO has 32 bytes, filled up with spaces.
        let token = self.token.trim_end();
        ensure!(
            (1..=32).contains(&token.len()) && token.len() == self.token.len(),
            "authority.pkcs11.token: 1 to 32 bytes, without spaces at the end"
        );
        ensure!((1..=255).contains(&self.key.len()), "authority.pkcs11.key: 1 to 255 bytes");
        Ok(())
    }

    pub(crate) fn place(&self) -> Place {
        Place {
            module: self.module.clone(),
            token: self.token.clone(),
            key: self.key.clone(),
            id: self.key_id.clone(),
        }
    }

    /// The PIN, read again at each login.
    pub(crate) fn pin(&self) -> PinSource {
        let file = self.pin_file.clone();
        Box::new(move || secret::read(Path::new(&file)).map_err(|error| error.to_string()))
    }
}

/// Bytes in hexadecimal digits.
fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    key_id(&text).map(Some).map_err(D::Error::custom)
}

/// A CKA_ID as tools print it.
pub(crate) fn key_id(text: &str) -> Result<Vec<u8>, String> {
    let wrong = || format!("{text:?}: 1 to 64 bytes, each as two hexadecimal digits");
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits.filter(|digits| (2..=128).contains(&digits.len())).ok_or_else(wrong)?;
    let (pairs, []) = digits.as_chunks::<2>() else { return Err(wrong()) };
    Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_pairs_of_hexadecimal_digits() {
        assert_eq!(key_id("01aF"), Ok(vec![0x01, 0xaf]));
        assert_eq!(key_id(&"00".repeat(64)).map(|id| id.len()), Ok(64));
        for wrong in ["", "0", "012", "0g", "+1", "0x01", "01 02", "１２", &"00".repeat(65)] {
            key_id(wrong).unwrap_err();
        }
    }
}

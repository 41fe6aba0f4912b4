//! The name under which a keystore keeps a key.

use std::{fmt, str::FromStr};

use crate::KeyError;

/// The name under which a keystore keeps a key: 128 random bits, as 32 hexadecimal digits.
///
/// Opaque: it says nothing about the key and is no secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyReference(String);

/// The text is not a [`KeyReference`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key reference")]
pub struct NotAKeyReference;

impl KeyReference {
    /// The reference as text, as [`FromStr`] takes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A reference that nobody has used before.
    ///
    /// # Errors
    ///
    /// [`KeyError::Failed`] if the operating system has no random numbers.
    pub fn random() -> Result<Self, KeyError> {
        let mut bytes = [0; LENGTH / 2];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hex(&bytes).to_string()))
    }
}

impl fmt::Display for KeyReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for KeyReference {
    type Error = NotAKeyReference;

    /// Takes exactly what [`Display`](fmt::Display) gives: the reference becomes a file name, so
    /// nothing else may pass.
    fn try_from(text: String) -> Result<Self, NotAKeyReference> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == LENGTH && text.bytes().all(is_digit) {
            Ok(Self(text))
        } else {
            Err(NotAKeyReference)
        }
    }
}

impl FromStr for KeyReference {
    type Err = NotAKeyReference;

    fn from_str(text: &str) -> Result<Self, NotAKeyReference> {
        Self::try_from(text.to_owned())
    }
}

/// Writes `bytes` as lower-case hexadecimal digits; the text is wiped from memory when dropped.
pub(crate) fn hex(bytes: &[u8]) -> zeroize::Zeroizing<String> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = zeroize::Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for byte in bytes {
        for nibble in [byte >> 4, byte & 0xF] {
            text.push(char::from(DIGITS[usize::from(nibble)]));
        }
    }
    text
}

const LENGTH: usize = 32;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn is_random_and_survives_being_written_down() {
        let reference = KeyReference::random().unwrap();
        assert_ne!(reference, KeyReference::random().unwrap());
        assert_eq!(reference.to_string().parse(), Ok(reference));
    }

    #[test]
    fn refuses_whatever_is_not_a_plain_file_name_of_its_own() {
        let good = "0123456789abcdef0123456789abcdef";
        assert!(good.parse::<KeyReference>().is_ok());
        let upper = good.to_uppercase();
        let nul = format!("{}\0", &good[1..]);
        let path = format!("../{}", &good[3..]);
        for bad in ["", &good[1..], &upper, &nul, &path, &format!("{good}0")] {
            assert_eq!(bad.parse::<KeyReference>(), Err(NotAKeyReference), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_never_changes_what_it_accepts(text in "[0-9a-f]{30,34}|\\PC{0,40}") {
            if let Ok(reference) = KeyReference::try_from(text.clone()) {
                prop_assert_eq!(reference.as_str(), text);
            }
        }

        #[test]
        fn hex_is_two_lower_case_digits_a_byte(bytes: Vec<u8>) {
            let expected: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert_eq!(&*hex(&bytes), &expected);
        }
    }
}

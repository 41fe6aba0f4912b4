//! Who is meant: customer numbers, user IDs, permissions, certificate thumbprints.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The text is not an identifier of the expected kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct IdentifierError {
    /// What an identifier of this kind looks like, for a provider's or developer's eyes.
    pub expected: &'static str,
}

impl fmt::Display for IdentifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for IdentifierError {}

macro_rules! text_identifier {
    ($(#[$doc:meta])* $name:ident, $parse:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text, in its one canonical form.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdentifierError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let parse: fn(&str) -> Result<String, IdentifierError> = $parse;
                parse(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdentifierError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(identifier: $name) -> Self {
                identifier.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_identifier!(
    /// A company that uses the service (お客さま番号): eight half-width digits.
    CustomerNumber,
    |text| {
        if text.len() == Self::DIGITS && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(text.to_owned())
        } else {
            Err(IdentifierError { expected: "eight digits" })
        }
    }
);

impl CustomerNumber {
    /// How many digits it has.
    pub const DIGITS: usize = 8;
}

text_identifier!(
    /// A person at a customer (ユーザID): 3 to 20 half-width letters, digits, `.`, `-` or `_`.
    ///
    /// Letters are folded to lower case, so two users of one customer never differ by case alone.
    UserId,
    |text| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || Self::MARKS.as_bytes().contains(&b);
        if (Self::SHORTEST..=Self::LONGEST).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(text.to_ascii_lowercase())
        } else {
            Err(IdentifierError { expected: "3 to 20 letters, digits, '.', '-' or '_'" })
        }
    }
);

impl UserId {
    /// The fewest characters of one.
    pub const SHORTEST: usize = 3;
    /// The most characters of one.
    pub const LONGEST: usize = 20;
    /// What it may be made of beside half-width letters and digits.
    pub const MARKS: &str = "._-";
}

text_identifier!(
    /// A right that a user may hold, such as `user-administration` or `claims.view`.
    ///
    /// 1 to 64 lower-case letters, digits, `.` or `-`.
    Permission,
    |text| {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(text.to_owned())
        } else {
            Err(IdentifierError { expected: "1 to 64 lower-case letters, digits, '.' or '-'" })
        }
    }
);

impl Permission {
    /// The permission of a user administrator (WEB管理担当者, FAQ 1-3, 1-5).
    #[must_use]
    pub fn user_administration() -> Self {
        Self(String::from("user-administration"))
    }
}

text_identifier!(
    /// An address for electronic mail: at most 254 ASCII characters with one `@` between a local part
    /// of at most 64 and a domain name (RFC 5321 §4.5.3.1), without quoting, comments or literals.
    EmailAddress,
    |text| {
        let expected = IdentifierError { expected: "an e-mail address such as name@example.jp" };
        let (local, domain) = text.split_once('@').ok_or(expected)?;
        let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-.".contains(&b);
        let dots = |part: &str| part.split('.').all(|piece| !piece.is_empty());
        let label = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
        let hyphens = |part: &str| part.split('.').all(|l| !l.starts_with('-') && !l.ends_with('-'));
        let local_is_good = (1..=64).contains(&local.len()) && local.bytes().all(atom) && dots(local);
        let domain_is_good = domain.bytes().all(label) && dots(domain) && hyphens(domain);
        if text.len() <= 254 && local_is_good && domain_is_good && domain.contains('.') {
            Ok(text.to_owned())
        } else {
            Err(expected)
        }
    }
);

text_identifier!(
    /// The one-time code that an old PC shows for the new one (FAQ 4-1): three groups of four of
    /// [`TransferCode::LETTERS`].
    ///
    /// Whatever stands between the letters is ignored, and so is their case.
    TransferCode,
    |text| {
        let letters: Vec<char> = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | 'ー' | '－'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if letters.len() == Self::LENGTH && letters.iter().all(|c| Self::LETTERS.contains(*c)) {
            Ok(letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-"))
        } else {
            Err(IdentifierError { expected: "twelve letters and digits in three groups" })
        }
    }
);

impl TransferCode {
    /// What a code is made of; look-alikes (`0 O 1 I L`) are left out, because it is read from a screen.
    pub const LETTERS: &str = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    /// How many letters a code has.
    pub const LENGTH: usize = 12;
}

text_identifier!(
    /// The SHA-256 of a DER structure (a certificate, or a SubjectPublicKeyInfo): 64 lower-case
    /// hexadecimal digits (RFC 8705 §3.1 names the digest; hexadecimal is how Windows and OpenSSL
    /// show it).
    Thumbprint,
    |text| {
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            Ok(text.to_owned())
        } else {
            Err(IdentifierError { expected: "64 lower-case hexadecimal digits" })
        }
    }
);

impl From<[u8; 32]> for Thumbprint {
    fn from(digest: [u8; 32]) -> Self {
        use fmt::Write as _;
        let mut text = String::with_capacity(64);
        for byte in digest {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CustomerNumber, Thumbprint, UserId};

    #[test]
    fn a_user_id_is_folded_to_lower_case() {
        assert_eq!("Kanri.01".parse::<UserId>().unwrap().as_str(), "kanri.01");
    }

    #[test]
    fn refuses_full_width_and_control_characters() {
        for text in ["１２３４５６７８", "1234567", "123456789", "1234567\0", ""] {
            assert!(text.parse::<CustomerNumber>().is_err(), "{text:?}");
        }
        for text in ["ｋａｎｒｉ", "ab", "kanri 01", "kanri\0", "a/b/c", "<b>x</b>"] {
            assert!(text.parse::<UserId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_digest_becomes_lower_case_hexadecimal() {
        let thumbprint = Thumbprint::from([0xab; 32]);
        assert_eq!(thumbprint.as_str(), "ab".repeat(32));
        assert_eq!(thumbprint.as_str().parse::<Thumbprint>().unwrap(), thumbprint);
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(text in ".{0,80}") {
            if let Ok(user) = text.parse::<UserId>() {
                prop_assert_eq!(user.as_str().parse::<UserId>().unwrap(), user);
            }
            if let Ok(number) = text.parse::<CustomerNumber>() {
                prop_assert_eq!(number.as_str(), text);
            }
        }
    }
}

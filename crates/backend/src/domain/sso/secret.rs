//! What browsers and services are given, and by what a piece of work is known.

use std::{fmt, net::IpAddr};

use sha2::{Digest as _, Sha256};
use warifu_protocol::{BrowserName, SecretText};
use warifu_store::tables::web_handoff;

use crate::random;

/// A token, a code or a cookie: 256 random bits in base64url. The database has its hash alone, which needs
/// not be slow.
#[derive(Clone, Debug)]
pub(crate) struct Secret(SecretText);

impl Secret {
    /// Characters of one.
    const LENGTH: usize = 43;

    /// A new one.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        random::token().map(Self)
    }

    /// The secret that somebody presents; none if the text cannot be one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let fits = text.len() == Self::LENGTH && text.bytes().all(base64url);
        fits.then(|| Self(SecretText::from(text.to_owned())))
    }

    /// For whoever is to have it.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What the database keeps.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.expose().as_bytes()).to_vec()
    }
}

/// The name of one piece of work, whoever runs it and however often.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) struct Operation([u8; 16]);

impl Operation {
    /// A new one.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        random::bytes().map(Self)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Operation(…)")
    }
}

/// A browser, as the edge met it. What it says of itself is read into what cannot say anything else.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) address: IpAddr,
    pub(crate) browser: BrowserName,
    pub(crate) version: Option<u16>,
    /// Whether it says that no page opened the address (`Sec-Fetch-Site: none`, W3C Fetch Metadata §2.4).
    /// An older browser says nothing.
    pub(crate) assured: bool,
}

impl Visitor {
    pub(super) fn stored(&self) -> web_handoff::Visitor {
        web_handoff::Visitor {
            address: self.address.to_string(),
            browser: name(self.browser).to_owned(),
            version: self.version,
        }
    }
}

/// A browser as it is stored.
pub(super) const fn name(browser: BrowserName) -> &'static str {
    match browser {
        BrowserName::Edge => "edge",
        BrowserName::Chrome => "chrome",
        BrowserName::Firefox => "firefox",
        BrowserName::Safari => "safari",
        BrowserName::Other => "other",
    }
}

/// A browser as it was stored.
pub(super) fn named(text: &str) -> BrowserName {
    match text {
        "edge" => BrowserName::Edge,
        "chrome" => BrowserName::Chrome,
        "firefox" => BrowserName::Firefox,
        "safari" => BrowserName::Safari,
        _ => BrowserName::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_as_it_was_made_and_as_nothing_else() {
        let made = Secret::new().unwrap();
        let read = Secret::parse(made.expose()).unwrap();
        assert_eq!(read.hash(), made.hash());
        assert!(!format!("{made:?}").contains(made.expose()));
        let long = format!("{}A", made.expose());
        let padded = format!("{}=", &made.expose()[..42]);
        for text in ["", &made.expose()[..42], &long, &padded, &"あ".repeat(14)] {
            assert!(Secret::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_browser_is_read_as_it_was_stored() {
        use BrowserName::{Chrome, Edge, Firefox, Other, Safari};
        for browser in [Edge, Chrome, Firefox, Safari, Other] {
            assert_eq!(named(name(browser)), browser);
        }
    }
}

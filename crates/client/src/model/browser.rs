//! What may be given to a browser, and where browsers log in.
//!
//! The address that logs a browser in is worth a login. It goes to the browser and nowhere else: it is not
//! shown, logged or kept, and nothing but the provider's own login host is ever opened with it.

use std::fmt;

use url::{Host, Url};
use warifu_protocol::{ErrorCode, SecretText};

use crate::Failure;

/// Characters of a token in an address: 256 bits in base64url.
const TOKEN: usize = 43;

/// An address that was found fit to be given to a browser. It may log somebody in, so `Debug` hides it.
pub struct BrowserAddress(SecretText);

impl BrowserAddress {
    /// A page of the provider's, as its configuration names it, without a login.
    ///
    /// # Errors
    ///
    /// `not-found` for anything but a page of the web: a program or a file is never opened.
    pub fn page(url: &str) -> Result<Self, Failure> {
        if !url.starts_with("https://") {
            return Err(Failure::new(ErrorCode::NotFound));
        }
        Ok(Self(SecretText::from(url.to_owned())))
    }

    /// An address with a token: `login_url`, then `path`, then the token, and nothing else.
    ///
    /// # Errors
    ///
    /// `unexpected-answer` for anything else; nothing of it is told.
    pub(crate) fn with_token(
        url: SecretText,
        login_url: Option<&str>,
        path: &str,
    ) -> Result<Self, Failure> {
        let fits = login_url.is_some_and(|login_url| {
            let rest = url.expose().strip_prefix(login_url);
            is_login_host(login_url)
                && rest.and_then(|rest| rest.strip_prefix(path)).is_some_and(is_token)
        });
        if fits { Ok(Self(url)) } else { Err(Failure::new(ErrorCode::UnexpectedAnswer)) }
    }

    /// Gives the address to the one place that starts the browser.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for BrowserAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserAddress(…)")
    }
}

/// Whether this is a token as it stands in an address.
pub(crate) fn is_token(text: &str) -> bool {
    text.len() == TOKEN && text.bytes().all(is_base64url)
}

pub(crate) fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Whether browsers log in at this address: a host over TLS and nothing behind it. Over plain HTTP only
/// this machine itself, which nobody stands in the way to.
pub(crate) fn is_login_host(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let encrypted = match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        },
        _ => false,
    };
    // As it is written, so that what begins with it cannot lead anywhere else.
    encrypted && url.origin().ascii_serialization() == address
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use warifu_protocol::HANDOFF_PATH;

    use super::*;

    const LOGIN: &str = "https://login.example.jp";

    fn with_token(url: &str, login_url: Option<&str>) -> Result<BrowserAddress, Failure> {
        BrowserAddress::with_token(SecretText::from(url.to_owned()), login_url, HANDOFF_PATH)
    }

    #[test]
    fn opens_the_handoff_of_the_login_host_and_nothing_else() {
        let token = "A-z_09".repeat(7) + "x";
        let good = format!("{LOGIN}/handoff#{token}");
        assert_eq!(with_token(&good, Some(LOGIN)).unwrap().expose(), good);
        for login_url in ["http://localhost:8446", "http://127.0.0.1:1", "https://[::1]:8446"] {
            let url = format!("{login_url}/handoff#{token}");
            assert_eq!(with_token(&url, Some(login_url)).unwrap().expose(), url);
        }

        let refused = |url: &str, login_url: Option<&str>| {
            let failure = with_token(url, login_url).unwrap_err();
            assert_eq!(failure.code, ErrorCode::UnexpectedAnswer, "{url}");
            assert!(!format!("{failure:?}").contains(&token), "{url}");
        };
        refused(&good, None);
        for other in [
            format!("https://login.example.jp.attacker.example/handoff#{token}"),
            format!("https://login.example.jp@attacker.example/handoff#{token}"),
            format!("https://login.example.jp:444/handoff#{token}"),
            format!("http://login.example.jp/handoff#{token}"),
            format!("{LOGIN}/handoff?{token}"),
            format!("{LOGIN}/continue#{token}"),
            format!("{LOGIN}/handoff#{token}x"),
            format!("{LOGIN}/handoff#{}", &token[1..]),
            format!("{LOGIN}/handoff#{}\n", &token[1..]),
            format!("{LOGIN}/handoff#{}\"", &token[1..]),
            format!(" {good}"),
            String::from("file:///etc/passwd"),
            String::new(),
        ] {
            refused(&other, Some(LOGIN));
        }
        for login_url in [
            "",
            "login.example.jp",
            "http://login.example.jp",
            "http://localhost.example.jp",
            "https://login.example.jp/",
            "https://login.example.jp/x",
            "https://user@login.example.jp",
            "https://login.example.jp?",
            "https://LOGIN.example.jp",
            "https://login.exa\tmple.jp",
            "javascript:alert(1)//",
            "file://",
        ] {
            refused(&format!("{login_url}/handoff#{token}"), Some(login_url));
        }
    }

    #[test]
    fn nothing_but_a_page_of_the_web_is_opened() {
        assert!(BrowserAddress::page("https://service.example.jp/claims").is_ok());
        for other in ["http://service.example.jp", "file:///bin/sh", "calc.exe", "javascript:x", ""]
        {
            assert_eq!(BrowserAddress::page(other).unwrap_err().code, ErrorCode::NotFound);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_opened_leads_to_the_login_host(
            rest in prop_oneof![".{0,80}", "/handoff#[A-Za-z0-9_-]{42,44}", "/handoff#.{43}"],
            login in prop_oneof!["\\PC{0,40}", "https?://[a-zA-Z0-9.:@%/?#\\[\\]\\\\ -]{1,30}"],
        ) {
            for login_url in [LOGIN, login.as_str()] {
                let url = format!("{login_url}{rest}");
                if let Ok(address) = with_token(&url, Some(login_url)) {
                    let opened = Url::parse(address.expose()).unwrap();
                    prop_assert_eq!(opened.origin(), Url::parse(login_url).unwrap().origin());
                    prop_assert_eq!((opened.path(), opened.query()), ("/handoff", None));
                }
            }
        }
    }
}

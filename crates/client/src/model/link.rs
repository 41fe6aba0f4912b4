//! The link by which a page in the browser asks the app: `warifu:authorize?issuer=…&request=…&browser=…`.
//!
//! Anybody can write one, and any program can call it. It is a question and nothing more: the issuer picks
//! among the providers that are here, the request is shown, and nothing in it is opened.

use warifu_protocol::{BrowserName, SecretText};

use super::browser::{is_login_host, is_token};

/// The scheme of the links, with its colon.
pub const SCHEME: &str = "warifu:";

/// The most characters of a link.
const LONGEST: usize = 512;

/// A link that is as it should be.
#[derive(Clone, Debug)]
pub struct Link {
    /// The login host of the provider that asks. It leads nowhere: it is compared.
    pub(crate) issuer: String,
    /// Names the request to that provider.
    pub(crate) request: SecretText,
    /// The browser that asks, as far as it says so.
    pub(crate) browser: BrowserName,
}

impl Link {
    /// Reads a link; none if anything in it is not exactly as the provider's page writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        // Schemes have no case (RFC 3986 §3.1), and programs change it.
        let (scheme, rest) = text.split_at_checked(SCHEME.len())?;
        let query =
            rest.strip_prefix("authorize?").filter(|_| scheme.eq_ignore_ascii_case(SCHEME))?;
        let (mut issuer, mut request, mut browser) = (None, None, None);
        for part in query.split('&') {
            let (name, value) = part.split_once('=')?;
            let place = match name {
                "issuer" => &mut issuer,
                "request" => &mut request,
                "browser" => &mut browser,
                _ => return None,
            };
            if place.replace(value).is_some() {
                return None;
            }
        }
        Some(Self {
            issuer: decoded(issuer?).filter(|issuer| is_login_host(issuer))?,
            request: SecretText::from(request.filter(|request| is_token(request))?.to_owned()),
            browser: browser_named(browser?)?,
        })
    }
}

fn browser_named(name: &str) -> Option<BrowserName> {
    match name {
        "edge" => Some(BrowserName::Edge),
        "chrome" => Some(BrowserName::Chrome),
        "firefox" => Some(BrowserName::Firefox),
        "safari" => Some(BrowserName::Safari),
        "other" => Some(BrowserName::Other),
        _ => None,
    }
}

/// A value without its percent-encoding (RFC 3986 §2.1); none if that is broken, or hides anything but a
/// visible ASCII character.
fn decoded(value: &str) -> Option<String> {
    let mut decoded = String::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let byte = if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            u8::try_from(digit()? * 16 + digit()?).ok()?
        } else {
            byte
        };
        decoded.push(char::from(byte).is_ascii_graphic().then_some(char::from(byte))?);
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    const TOKEN: &str = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_abcde";

    fn link(issuer: &str, request: &str, browser: &str) -> String {
        format!("warifu:authorize?issuer={issuer}&request={request}&browser={browser}")
    }

    #[test]
    fn a_link_is_read_in_any_case_of_its_scheme_and_any_order_of_its_parts() {
        for text in [
            link("https%3A%2F%2Flogin.example.jp", TOKEN, "edge"),
            link("https%3a%2f%2flogin.example.jp", TOKEN, "edge"),
            link("https://login.example.jp", TOKEN, "edge"),
            link("https://login.example.jp", TOKEN, "edge").replace("warifu:", "WARIFU:"),
            format!(
                "Warifu:authorize?browser=edge&request={TOKEN}&issuer=https://login.example.jp"
            ),
        ] {
            let read = Link::parse(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(read.issuer, "https://login.example.jp");
            assert_eq!((read.request.expose(), read.browser), (TOKEN, BrowserName::Edge));
            assert!(!format!("{read:?}").contains(TOKEN));
        }
    }

    #[test]
    fn nothing_else_is_a_link() {
        let good = link("https://login.example.jp", TOKEN, "edge");
        let long = "a".repeat(500);
        for text in [
            String::new(),
            String::from("warifu:"),
            String::from("warifu:authorize"),
            good.replace("authorize", "Authorize"),
            good.replace("warifu:", "warifu://"),
            good.replace("authorize?", "authorize/?"),
            good.replace("warifu:", "warifux:"),
            good.replace("warifu:", "https:"),
            format!(" {good}"),
            format!("{good} "),
            format!("{good}\""),
            format!("{good}\" --add-profile x"),
            format!("{good}&"),
            format!("{good}#x"),
            format!("{good}&browser=edge"),
            format!("{good}&x=y"),
            good.replace("&browser=edge", ""),
            good.replace(TOKEN, &TOKEN[1..]),
            good.replace(TOKEN, &format!("{TOKEN}a")),
            good.replace('-', "|"),
            good.replace('-', "%2D"),
            good.replace("edge", "Edge"),
            good.replace("edge", "calc.exe"),
            good.replace("https:", "http:"),
            good.replace("https://login.example.jp", "https://login.example.jp/x"),
            good.replace("https://login.example.jp", "https://login.example.jp%00"),
            good.replace("https://login.example.jp", "https://login.example.jp%2"),
            good.replace("https://login.example.jp", "https://login.example.jp%"),
            good.replace("https://login.example.jp", "https://user@login.example.jp"),
            good.replace("https://login.example.jp", "file:///etc/passwd"),
            good.replace("https://login.example.jp", "https%253A%252F%252Flogin.example.jp"),
            good.replace("login", "割符"),
            good.replace("login", &long),
        ] {
            assert!(Link::parse(&text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_what_a_page_writes(
            parts in vec(select(vec![
                "warifu:", "WARIFU:", "authorize", "?", "&", "=", "issuer=", "request=", "browser=",
                "https://login.example.jp", "https%3A%2F%2Flogin.example.jp", TOKEN, "edge", "firefox",
                "%00", "%", "\"", " ", "|", "\\", "--add-profile", "割", "#", "/",
            ]), 0..12),
            noise in "\\PC{0,4}",
        ) {
            for text in [parts.concat(), format!("{}{noise}", parts.concat())] {
                if let Some(read) = Link::parse(&text) {
                    prop_assert!(is_login_host(&read.issuer) && is_token(read.request.expose()));
                    prop_assert!(text.len() <= LONGEST && !text.contains(['"', ' ', '|', '\\']));
                }
            }
        }

        #[test]
        fn any_link_of_a_page_is_read(host in "[a-z]{1,20}\\.jp", port in 1..=65535_u16, request in "[A-Za-z0-9_-]{43}") {
            let port = if port == 443 { String::new() } else { format!(":{port}") };
            let issuer = format!("https://{host}{port}");
            let written = issuer.replace(':', "%3A").replace('/', "%2F");
            let read = Link::parse(&link(&written, &request, "other"));
            prop_assert_eq!(read.map(|read| read.issuer), Some(issuer));
        }
    }
}

//! Which proxy, and what it is told.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper_util::client::proxy::matcher::Intercept;
use reqwest::Url;
use warifu_protocol::SecretText;
use zeroize::Zeroizing;

use crate::Failure;

/// The longest user name and the longest password, in bytes: both fit into what an operating system's
/// keystore takes.
const MAX_LENGTH: usize = 500;

/// A proxy on the way to a listener.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Proxy {
    /// How it is spoken to; only `http` is understood.
    pub(crate) scheme: String,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) login: Option<ProxyLogin>,
}

impl Proxy {
    pub(super) fn of(found: &Intercept) -> Option<Self> {
        let uri = found.uri();
        let scheme = uri.scheme_str()?.to_owned();
        let default = if scheme == "https" { 443 } else { 80 };
        Some(Self {
            host: uri.host()?.trim_matches(['[', ']']).to_owned(),
            port: uri.port_u16().unwrap_or(default),
            login: found.basic_auth().and_then(|header| ProxyLogin::of_header(header.as_bytes())),
            scheme,
        })
    }

    /// Whether it is one that this app can speak to. A proxy that is spoken to over TLS would be shown
    /// the user's certificate, one that speaks SOCKS would be told its password in the clear.
    pub(crate) fn is_understood(&self) -> bool {
        self.scheme == "http"
    }

    /// Host and port, as people write them.
    pub(crate) fn place(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// As the HTTP library takes it.
    pub(super) fn url(&self) -> Option<Url> {
        let mut url = Url::parse(&format!("{}://{}", self.scheme, self.place())).ok()?;
        if let Some(login) = &self.login {
            // What is set is encoded, but for the sign that says so.
            let encoded = |text: &str| Zeroizing::new(text.replace('%', "%25"));
            url.set_username(&encoded(&login.user)).ok()?;
            url.set_password(Some(&encoded(login.password.expose()))).ok()?;
        }
        Some(url)
    }
}

/// A user name and a password for a proxy (RFC 7617).
#[derive(Clone)]
pub(crate) struct ProxyLogin {
    user: String,
    password: SecretText,
}

impl PartialEq for ProxyLogin {
    fn eq(&self, other: &Self) -> bool {
        self.user == other.user && self.password.expose() == other.password.expose()
    }
}

impl Eq for ProxyLogin {}

impl fmt::Debug for ProxyLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyLogin(…)")
    }
}

impl ProxyLogin {
    pub(super) fn new(user: String, password: SecretText) -> Result<Self, Failure> {
        let plain = |text: &str| text.len() <= MAX_LENGTH && !text.contains(char::is_control);
        if user.trim().is_empty() || user.contains(':') || !plain(&user) {
            return Err(Failure::invalid_field("proxy_user"));
        }
        if password.expose().is_empty() || !plain(password.expose()) {
            return Err(Failure::invalid_field("proxy_password"));
        }
        Ok(Self { user, password })
    }

    /// As it is kept: two lines.
    pub(super) fn to_text(&self) -> String {
        format!("{}\n{}", self.user, self.password.expose())
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (user, password) = text.split_once('\n')?;
        Self::new(user.to_owned(), SecretText::from(password.to_owned())).ok()
    }

    fn of_header(header: &[u8]) -> Option<Self> {
        let encoded = std::str::from_utf8(header).ok()?.strip_prefix("Basic ")?;
        let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (user, password) = decoded.split_once(':')?;
        Some(Self { user: user.to_owned(), password: SecretText::from(password.to_owned()) })
    }

    /// The value of `Proxy-Authorization` (RFC 7617 §2).
    pub(super) fn header(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.user, self.password.expose())))
    }
}

/// A proxy's address as a person writes it, as `http://host:port`; `None` if it is none.
pub(crate) fn manual_address(text: &str) -> Option<String> {
    let text = text.trim();
    let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&full).ok()?;
    let plain = url.scheme() == "http"
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none()
        && matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none();
    let port = url.port_or_known_default()?;
    plain.then(|| format!("http://{}:{port}", url.host_str().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_people_write_it() {
        let table = [
            ("proxy.example.jp:8080", Some("http://proxy.example.jp:8080")),
            (" http://proxy.example.jp:8080/ ", Some("http://proxy.example.jp:8080")),
            ("10.0.0.1", Some("http://10.0.0.1:80")),
            ("[::1]:3128", Some("http://[::1]:3128")),
            ("https://proxy.example.jp:8080", None),
            ("socks5://proxy.example.jp", None),
            ("user:secret@proxy.example.jp:8080", None),
            ("proxy.example.jp:8080/path", None),
            ("proxy.example.jp:99999", None),
            ("two words", None),
            ("", None),
        ];
        for (text, address) in table {
            assert_eq!(manual_address(text).as_deref(), address, "{text}");
        }
    }

    #[test]
    fn a_login_survives_being_kept_and_is_not_shown() {
        let login = |user: &str, password: &str| {
            ProxyLogin::new(user.to_owned(), SecretText::from(password.to_owned()))
        };
        let kept = login("社員 01", "p:ss@word/%").unwrap();
        assert_eq!(ProxyLogin::parse(&kept.to_text()), Some(kept.clone()));
        assert_eq!(ProxyLogin::of_header(kept.header().as_bytes()), Some(kept.clone()));
        assert!(!format!("{kept:?}").contains("word"));
        let long = "x".repeat(MAX_LENGTH + 1);
        for (user, password) in [
            ("", "p"),
            ("  ", "p"),
            ("a:b", "p"),
            ("a\nb", "p"),
            ("a", ""),
            (&long, "p"),
            ("a", &long),
        ] {
            assert!(login(user, password).is_err(), "{user}");
        }
        assert_eq!(ProxyLogin::parse("no second line"), None);
    }
}

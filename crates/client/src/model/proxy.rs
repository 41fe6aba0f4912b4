//! A proxy's address as it is written in a variable, a registry, a setting; and what a proxy is told.
//!
//! One parser for all of them. It takes what curl takes, names what it knows and cannot speak to, and
//! refuses the rest: an address that is taken for another would lead to the wrong place, and one that
//! is taken for none would lead past the proxy.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::Host;
use warifu_protocol::SecretText;
use zeroize::Zeroizing;

use super::Failure;

/// The longest user name and the longest password, in bytes: both fit into what an operating system's
/// keystore takes.
const MAX_LENGTH: usize = 500;

/// The port of an address that names none: HTTP's own.
const DEFAULT_PORT: u16 = 80;

/// The longest part of a setting that is shown, in characters.
const MAX_SHOWN: usize = 200;

/// How a proxy is spoken to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scheme {
    /// In plain HTTP (RFC 9110 §9.3.6).
    Http,
    /// In a way that this app does not know, though others do: over TLS, or SOCKS.
    Other,
}

/// A proxy on the way to a listener.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Proxy {
    pub(crate) scheme: Scheme,
    /// A name in ASCII, or an address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) login: Option<ProxyLogin>,
}

/// The proxies on the way to the backends.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Proxies {
    /// Host and port of each.
    pub places: Vec<String>,
    /// What is wrong with them as they are set: one that cannot be understood, or not be spoken to.
    pub problems: Vec<Failure>,
}

impl Proxy {
    /// Reads an address: `[scheme://][user[:password]@]host[:port][/]`. As curl does, it takes the last
    /// `@` for the one before the host, decodes percent signs in the login, and takes an address without
    /// a scheme for `http`. `None` for what is no such address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (known_scheme(scheme)?, rest),
            None => (Scheme::Http, text),
        };
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(login), place),
            None => (None, rest),
        };
        // A slash may be part of a password, unless what stands before it is a host by itself.
        if let Some((before, _)) = login.and_then(|login| login.split_once(['/', '?', '#']))
            && parse_place(before).is_some()
        {
            return None;
        }
        let (host, port) = parse_place(place.strip_suffix('/').unwrap_or(place))?;
        let login = login.filter(|login| !login.is_empty()).map(parse_login);
        // An address with a login that cannot be told is not the same address without one.
        let login = login.map_or(Some(None), |login| login.map(Some))?;
        Some(Self { scheme, host, port, login })
    }

    /// Whether it is one that this app can speak to. A proxy that is spoken to over TLS would be shown
    /// the user's certificate, one that speaks SOCKS would be told its password in the clear.
    pub(crate) fn is_understood(&self) -> bool {
        self.scheme == Scheme::Http
    }

    /// Host and port, as people write them.
    pub(crate) fn place(&self) -> String {
        place(&self.host, self.port)
    }
}

/// Host and port, as people write them: an IPv6 address in brackets (RFC 3986 §3.2.2).
pub(crate) fn place(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

fn known_scheme(scheme: &str) -> Option<Scheme> {
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Some(Scheme::Http),
        "https" | "socks" | "socks4" | "socks4a" | "socks5" | "socks5h" => Some(Scheme::Other),
        _ => None,
    }
}

fn parse_place(text: &str) -> Option<(String, u16)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            let port = if port.is_empty() { None } else { Some(port.strip_prefix(':')?) };
            (address.parse::<std::net::Ipv6Addr>().ok()?.to_string(), port)
        }
        None => {
            let (host, port) = match text.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            };
            (parse_name(host)?, port)
        }
    };
    let port = match port {
        None => DEFAULT_PORT,
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().ok().filter(|port| *port > 0)?
        }
        Some(_) => return None,
    };
    Some((host, port))
}

/// A name in ASCII (RFC 5890), or an IPv4 address.
fn parse_name(text: &str) -> Option<String> {
    match Host::parse(text).ok()? {
        Host::Domain(name) => {
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
            let labels = name.strip_suffix('.').unwrap_or(&name);
            let good = name.len() <= 253
                && labels.split('.').all(|one| !one.is_empty() && one.bytes().all(plain));
            good.then_some(name)
        }
        Host::Ipv4(address) => Some(address.to_string()),
        Host::Ipv6(_) => None,
    }
}

/// `user[:password]`, in which percent signs may stand for what an address cannot hold.
fn parse_login(text: &str) -> Option<ProxyLogin> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    let (user, password) = (decoded(user)?, decoded(password)?);
    let plain = |text: &str| text.len() <= MAX_LENGTH && !text.contains(char::is_control);
    // A name with a colon would be read as another name (RFC 7617 §2).
    let good = !user.contains(':') && plain(&user) && plain(&password);
    good.then(|| ProxyLogin {
        user: user.to_string(),
        password: SecretText::from(password.to_string()),
    })
}

/// The text with what is percent-encoded in it; a percent sign before anything else is itself.
fn decoded(text: &str) -> Option<Zeroizing<String>> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
    let mut plain = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let encoded = (*byte == b'%').then(|| digit(at + 1).zip(digit(at + 2))).flatten();
        match encoded.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(*byte);
                at += 1;
            }
        }
    }
    std::str::from_utf8(&plain).ok().map(|text| Zeroizing::new(text.to_owned()))
}

/// What separates the parts of a setting that names several proxies.
const SEPARATORS: [char; 5] = [';', ',', ' ', '\t', '\u{3000}'];

/// A setting as it may be shown: what could be a name or a password is left out, also where the setting
/// is written so badly that nobody can tell.
pub(crate) fn without_secrets(text: &str) -> String {
    let text = text.trim();
    let mut shown = String::new();
    match text.rsplit_once('@') {
        // Before it, anything may be part of a login.
        Some((login, place)) => {
            if let Some((scheme, _)) = login.split_once("://").filter(|(scheme, _)| is_word(scheme))
            {
                shown = format!("{scheme}://");
            }
            shown.push_str("…@");
            show_places(place, &mut shown);
        }
        None => show_places(text, &mut shown),
    }
    shown.chars().filter(|c| !c.is_control()).take(MAX_SHOWN).collect()
}

fn is_word(text: &str) -> bool {
    text.len() <= 20 && text.chars().all(|c| c.is_ascii_alphanumeric() || "\"'+-.=".contains(c))
}

/// Shows places until something stands behind a colon that is no port: it may be a password whose host
/// was forgotten.
fn show_places(text: &str, shown: &mut String) {
    for part in text.split_inclusive(SEPARATORS) {
        let (before, place) = match part.split_once("://") {
            Some((scheme, place)) if is_word(scheme) => (part.len() - place.len(), place),
            Some(_) | None => (0, part),
        };
        let Some((host, port)) = place.split_once(':') else {
            shown.push_str(part);
            continue;
        };
        let digits = port.trim_end_matches(SEPARATORS).trim_end_matches('/');
        if digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit()) {
            shown.push_str(part);
        } else {
            shown.push_str(&part[..before]);
            shown.push_str(host);
            shown.push_str(":…");
            return;
        }
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
    pub(crate) fn new(user: String, password: SecretText) -> Result<Self, Failure> {
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
    pub(crate) fn to_text(&self) -> SecretText {
        SecretText::from(format!("{}\n{}", self.user, self.password.expose()))
    }

    pub(crate) fn from_text(text: &SecretText) -> Option<Self> {
        let (user, password) = text.expose().split_once('\n')?;
        Self::new(user.to_owned(), SecretText::from(password.to_owned())).ok()
    }

    /// The value of `Proxy-Authorization` (RFC 7617 §2).
    pub(crate) fn header(&self) -> Zeroizing<String> {
        let plain = Zeroizing::new(format!("{}:{}", self.user, self.password.expose()));
        Zeroizing::new(format!("Basic {}", STANDARD.encode(plain.as_bytes())))
    }
}

/// A proxy's address as a person writes it into the settings, as `http://host:port`; `None` if it is
/// none, is one that the app cannot speak to, or holds a login: that is kept elsewhere.
pub(crate) fn manual_address(text: &str) -> Option<String> {
    let proxy = Proxy::parse(text)?;
    let plain = proxy.is_understood() && proxy.login.is_none() && !text.contains('@');
    plain.then(|| format!("http://{}", proxy.place()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
            ("@proxy.example.jp:8080", None),
            ("proxy.example.jp:8080/path", None),
            ("proxy.example.jp:99999", None),
            ("two words", None),
            ("", None),
        ];
        for (text, address) in table {
            assert_eq!(manual_address(text).as_deref(), address, "{text}");
        }
    }

    /// User and password.
    type Told = (String, String);

    /// Scheme, place, and what the proxy is told.
    fn read(text: &str) -> Option<(Scheme, String, Option<Told>)> {
        let proxy = Proxy::parse(text)?;
        let login = proxy
            .login
            .as_ref()
            .map(|login| (login.user.clone(), login.password.expose().to_owned()));
        Some((proxy.scheme, proxy.place(), login))
    }

    #[test]
    fn an_address_with_a_login_is_taken_as_curl_takes_it() {
        for (text, place, user, password) in [
            (r"http://CORP\taro:pw@127.0.0.1:3999", "127.0.0.1:3999", r"CORP\taro", "pw"),
            ("http://CORP%5Ctaro:p%40ss@h:1", "h:1", r"CORP\taro", "p@ss"),
            ("http://user:p@ss@127.0.0.1:3999", "127.0.0.1:3999", "user", "p@ss"),
            ("http://taro@example.co.jp:pw@proxy:80", "proxy:80", "taro@example.co.jp", "pw"),
            ("http://user:a^b@h:1", "h:1", "user", "a^b"),
            ("http://user:パス@h:1", "h:1", "user", "パス"),
            ("http://user:%E3%83%91%E3%82%B9@h:1", "h:1", "user", "パス"),
            ("http://user:100%@h:1", "h:1", "user", "100%"),
            ("http://user:%zz@h:1", "h:1", "user", "%zz"),
            ("http://user:a/b?c#d@h:1", "h:1", "user", "a/b?c#d"),
            ("user:p:w@h", "h:80", "user", "p:w"),
            ("user@h:8080", "h:8080", "user", ""),
            ("http://two words:p w@h:1", "h:1", "two words", "p w"),
        ] {
            let login = Some((user.to_owned(), password.to_owned()));
            assert_eq!(read(text), Some((Scheme::Http, place.to_owned(), login)), "{text}");
        }
    }

    #[test]
    fn each_way_to_write_a_host_and_a_port_leads_to_them() {
        for (text, place) in [
            ("http://proxy", "proxy:80"),
            ("HTTP://Proxy.Example.JP:8080", "proxy.example.jp:8080"),
            ("proxy.example.jp.:8080", "proxy.example.jp.:8080"),
            ("my_proxy:3128", "my_proxy:3128"),
            ("http://[::1]:3128/", "[::1]:3128"),
            ("[2001:DB8::1]", "[2001:db8::1]:80"),
            ("http://日本語.example.jp:8080", "xn--wgv71a119e.example.jp:8080"),
            ("http://proxy:08080", "proxy:8080"),
            ("http://@proxy:1", "proxy:1"),
            ("\u{3000}proxy:1\n", "proxy:1"),
        ] {
            assert_eq!(read(text), Some((Scheme::Http, place.to_owned(), None)), "{text}");
        }
        for text in ["https://h:1", "socks://h:1", "socks4://h:1", "socks4A://h:1", "SOCKS5h://h:1"]
        {
            assert_eq!(read(text), Some((Scheme::Other, String::from("h:1"), None)), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in [
            "",
            " ",
            "http://",
            "http://:8080",
            "http://user:pw@",
            "http://user:pw@:8080",
            "\"http://127.0.0.1:3999\"",
            "'http://127.0.0.1:3999'",
            "\u{201c}http://127.0.0.1:3999\u{201d}",
            "=http://127.0.0.1:3999",
            "htp://h:1",
            "ftp://h:1",
            "file:///etc/proxy",
            "http:h:1",
            "http:/h:1",
            "http//h:1",
            "http://http://h:1",
            "://h:1",
            "http://h:",
            "http://h:0",
            "http://h:65536",
            "http://h:99999",
            "http://h:-1",
            "http://h:+80",
            "http://h:80a",
            "http://h: 80",
            "http://h:８０",
            "http://h:80:80",
            "http://h:80/path",
            "http://h:80?x",
            "http://h:80#x",
            "http://two words:80",
            "http://h..jp:80",
            "http://.jp:80",
            "http://h,i:80",
            "http://h/x@i:80",
            "http://h:80/x@i:80",
            "http://a:1,http://b:2",
            "http://a:1;b:2",
            "https=h:1",
            "http://1.2.3.4.5:80",
            "http://999.1.1.1:80",
            "http://::1:80",
            "http://[::1:80",
            "http://[::1]80",
            "http://[h]:80",
            "http://[127.0.0.1]:80",
            "http://h%2Fi:80",
            "http://user:%00@h:1",
            "http://user:%0a@h:1",
            "http://us%3Aer:pw@h:1",
            "http://user:%ff@h:1",
            "http://user:pw\n@h:1",
            r"\\h\i",
            r"C:\proxy",
            "DIRECT",
            "PROXY h:1",
        ] {
            // A word alone is a host like any other.
            let expected = if text == "DIRECT" { Some("direct:80") } else { None };
            assert_eq!(read(text).map(|(_, place, _)| place).as_deref(), expected, "{text:?}");
        }
        assert_eq!(read(&format!("http://{}:1", "a".repeat(300))), None);
        assert_eq!(read(&format!("http://u:{}@h:1", "a".repeat(MAX_LENGTH + 1))), None);
    }

    #[test]
    fn what_is_shown_of_a_setting_holds_no_secret() {
        for (text, shown) in [
            (r"http://CORP\taro:canary@127.0.0.1:x", "http://…@127.0.0.1:…"),
            ("http://u:can@ary@h:99999", "http://…@h:99999"),
            ("\"http://u:canary@h:1\"", "\"http://…@h:…"),
            ("http://u:1;2 can:3,ary@h:1 i", "http://…@h:1 i"),
            ("u:can ary@h", "…@h"),
            ("user:canary", "user:…"),
            ("user:can ary", "user:…"),
            ("http://user:canary/", "http://user:…"),
            ("https=http://u:canary@h:1;http=u:canary@i:2", "https=http://…@i:2"),
            ("htp://proxy.example.jp:8080", "htp://proxy.example.jp:8080"),
            ("http=h:1 ; https=h:x", "http=h:1 ; https=h:…"),
            ("two words", "two words"),
            ("a\nb", "ab"),
        ] {
            assert_eq!(without_secrets(text), shown);
            assert!(!without_secrets(text).contains("ary"), "{text}");
        }
        assert_eq!(without_secrets(&"x".repeat(9999)).len(), MAX_SHOWN);
    }

    proptest! {
        #[test]
        fn whatever_is_set_is_read_or_shown_without_what_stands_before_the_host(
            text in ".{0,60}",
            secret in "[a-z]{8}",
            host in "[a-z]{1,9}",
        ) {
            let _ = Proxy::parse(&text);
            let _ = without_secrets(&text);
            let set = format!("http://user:{secret}@{host}:1");
            let proxy = Proxy::parse(&set).unwrap();
            prop_assert_eq!(&proxy.host, &host);
            let login = proxy.login.unwrap();
            prop_assert_eq!(login.password.expose(), &secret);
            prop_assert!(!without_secrets(&set).contains(&secret));
        }
    }

    #[test]
    fn a_login_survives_being_kept_and_is_not_shown() {
        let login = |user: &str, password: &str| {
            ProxyLogin::new(user.to_owned(), SecretText::from(password.to_owned()))
        };
        let kept = login("社員 01", "p:ss@word/%").unwrap();
        assert_eq!(ProxyLogin::from_text(&kept.to_text()), Some(kept.clone()));
        // RFC 7617 §2.1: in UTF-8.
        assert_eq!(*kept.header(), "Basic 56S+5ZOhIDAxOnA6c3NAd29yZC8l");
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
        assert_eq!(ProxyLogin::from_text(&SecretText::from("no second line".to_owned())), None);
    }
}

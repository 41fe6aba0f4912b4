//! What servers and services are called: the rules by which a provider sets them up and every app takes
//! them. What passes here can be certified, resolved and connected to.

use std::{fmt, net::IpAddr, str::FromStr};

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The text is not a name or an address of the expected kind.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AddressError {
    /// The text.
    pub value: String,
    /// What is wrong with it, for a provider's or developer's eyes.
    pub why: &'static str,
}

impl AddressError {
    fn new(value: &str, why: &'static str) -> Self {
        Self { value: value.to_owned(), why }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.value, self.why)
    }
}

impl std::error::Error for AddressError {}

macro_rules! checked_text {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = AddressError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(checked: $name) -> Self {
                checked.as_str().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// A server's name or address in the one form that certificates have it in: a host name in ASCII (IDNA,
/// RFC 5891; LDH labels, RFC 5890 §2.3.1; lengths, RFC 1035 §2.3.4), or an IP address.
///
/// `日本語.jp` becomes `xn--wgv71a119e.jp`; capitals, full-width letters, a dot at the end and the
/// brackets of IPv6 go.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServerName(String);

checked_text!(ServerName);

impl ServerName {
    /// The name or address as text; an IPv6 address without brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address, if it is one.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.0.parse().ok()
    }

    /// As it stands in the address of a web server: an IPv6 address in brackets.
    #[must_use]
    pub fn in_url(&self) -> String {
        if self.0.contains(':') { format!("[{}]", self.0) } else { self.0.clone() }
    }
}

impl FromStr for ServerName {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |why| Err(AddressError::new(text, why));
        if text.is_empty() {
            return refuse("empty; give a host name or an IP address");
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return refuse("a host name or an IP address has no blanks");
        }
        if text.contains(['/', '\\', '@', '?', '#']) {
            return refuse(
                "give the host name or IP address alone, without https://, user or path",
            );
        }
        if text.contains([',', ';', '、', '，']) {
            return refuse("one name or address each; give several separately");
        }
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        if let Ok(address) = bare.unwrap_or(text).parse::<IpAddr>() {
            return Self::of_address(text, address);
        }
        if text.contains('%') {
            return refuse("an address with a zone means something on one machine only");
        }
        if text.contains(['[', ']', ':', '：']) {
            return refuse(
                "no IPv6 address; and a port belongs into enrolment_url and service_url",
            );
        }
        Self::of_host(text)
    }
}

impl ServerName {
    fn of_address(text: &str, address: IpAddr) -> Result<Self, AddressError> {
        let nobody = match address {
            IpAddr::V4(address) => address.is_broadcast(),
            IpAddr::V6(_) => false,
        };
        if address.is_unspecified() || address.is_multicast() || nobody {
            return Err(AddressError::new(text, "nobody can connect to this address"));
        }
        Ok(Self(address.to_string()))
    }

    fn of_host(text: &str) -> Result<Self, AddressError> {
        const LABELS: &str = "no host name: labels of 1 to 63 letters, digits and inner hyphens, with dots \
                              between them, 253 characters in all";
        let rooted = text.strip_suffix(['.', '．', '。']).unwrap_or(text);
        let ascii = Uts46::new()
            .to_ascii(
                rooted.as_bytes(),
                AsciiDenyList::STD3,
                Hyphens::CheckFirstLast,
                DnsLength::Verify,
            )
            .map_err(|_| AddressError::new(text, LABELS))?
            .into_owned();
        // A last label that is a number makes it an IPv4 address everywhere, and this is none
        // (https://url.spec.whatwg.org/#ends-in-a-number-checker).
        match Host::parse(&ascii) {
            Ok(Host::Domain(same)) if same == ascii => Ok(Self(ascii)),
            Ok(Host::Domain(_)) | Err(_) => Err(AddressError::new(text, LABELS)),
            Ok(Host::Ipv4(_) | Host::Ipv6(_)) => Err(AddressError::new(
                text,
                "no IPv4 address: four numbers of 0 to 255 without leading zeros",
            )),
        }
    }
}

/// Where a listener is reached: `https`, a host, and a port unless it is 443; nothing else.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct ListenerUrl(Url);

checked_text!(ListenerUrl);

impl ListenerUrl {
    /// As text, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// As an address to ask.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The host; an IPv6 address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_matches(['[', ']'])
    }
}

impl FromStr for ListenerUrl {
    type Err = AddressError;

    /// Takes what a person writes: blanks around it, capitals, full-width letters, a slash or a dot at
    /// the end of the host.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "https://HOST:PORT, without user, path, query or fragment";
        let refused = || AddressError::new(text, EXPECTED);
        let mut url = Url::parse(text.trim()).map_err(|_| refused())?;
        let plain = url.scheme() == "https"
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none();
        if !plain {
            return Err(refused());
        }
        if url.port() == Some(0) {
            return Err(AddressError::new(text, "nobody can connect to port 0"));
        }
        // The dot that says that nothing follows is not in certificates (RFC 6066 §3).
        if let Some(host) = url.host_str().and_then(|host| host.strip_suffix('.')) {
            let host = host.to_owned();
            url.set_host(Some(&host)).map_err(|_| refused())?;
        }
        Ok(Self(url))
    }
}

/// A service's name as customers know it: 1 to 100 characters on one line, without blanks around them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServiceName(String);

checked_text!(ServiceName);

impl ServiceName {
    /// The most characters.
    pub const MAX: usize = 100;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ServiceName {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim();
        let shown: String = name.chars().take(Self::MAX).collect();
        if name.is_empty() || name.chars().count() > Self::MAX {
            return Err(AddressError::new(&shown, "a service's name has 1 to 100 characters"));
        }
        if name.contains(|c: char| c.is_control() || turns_text(c)) {
            return Err(AddressError::new(
                &shown,
                "a service's name is one line of text, without control characters",
            ));
        }
        Ok(Self(name.to_owned()))
    }
}

/// Characters that end a line, or turn the direction of what follows: a name could look like another.
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_server_name_is_taken_in_one_form() {
        let long = format!("{}.jp", ["a"; 63].concat());
        let table = [
            ("warifu.example.jp", "warifu.example.jp"),
            ("WARIFU.Example.JP", "warifu.example.jp"),
            ("warifu.example.jp.", "warifu.example.jp"),
            ("localhost", "localhost"),
            ("LOCALHOST", "localhost"),
            ("a", "a"),
            ("日本語.jp", "xn--wgv71a119e.jp"),
            ("日本語。jp", "xn--wgv71a119e.jp"),
            ("xn--wgv71a119e.jp", "xn--wgv71a119e.jp"),
            ("ｗａｒｉｆｕ．ｊｐ", "warifu.jp"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("r3---sn-abc.example.jp", "r3---sn-abc.example.jp"),
            (&long, &long),
            ("127.0.0.1", "127.0.0.1"),
            ("192.168.1.10", "192.168.1.10"),
            ("::1", "::1"),
            ("[::1]", "::1"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
            ("1.example.jp", "1.example.jp"),
            ("1e1.jp", "1e1.jp"),
        ];
        for (text, name) in table {
            let parsed = text.parse::<ServerName>();
            assert_eq!(parsed.as_ref().map(ServerName::as_str), Ok(name), "{text}");
            let url = format!("https://{}:8443", parsed.unwrap().in_url());
            assert_eq!(url.parse::<ListenerUrl>().unwrap().host(), name, "{text}");
        }
    }

    #[test]
    fn what_no_certificate_can_name_is_refused_and_named() {
        let long = format!("{}.jp", ["a"; 64].concat());
        let longer = ["abcdefghi"; 26].join(".");
        let table = [
            "",
            " ",
            " a.jp",
            "a.jp ",
            "a b.jp",
            "a.jp\n",
            "\u{3000}a.jp",
            "https://warifu.example.jp",
            "warifu.example.jp:8443",
            "warifu.example.jp：8443",
            "[::1]:8443",
            "warifu.example.jp/",
            "warifu.example.jp/path",
            "user@warifu.example.jp",
            "a.jp,b.jp",
            "a.jp;b.jp",
            "a.jp、b.jp",
            "192.168.1.010",
            "192.168.1.256",
            "192.168.1",
            "127.1",
            "0x7f.0.0.1",
            "1.2.3.4.5",
            "1234",
            "0.0.0.0",
            "::",
            "224.0.0.1",
            "255.255.255.255",
            "[::1",
            "::1]",
            "::g",
            "fe80::1%eth0",
            "a_b.jp",
            "*.example.jp",
            "-a.jp",
            "a-.jp",
            ".jp",
            "a..jp",
            "..",
            ".",
            "a.jp..",
            "xn--a.jp",
            "a\u{0}.jp",
            "a%20b.jp",
            "(a).jp",
            "株式会社 割符.jp",
            &long,
            &longer,
        ];
        for text in table {
            let refused = text.parse::<ServerName>().unwrap_err();
            assert_eq!(refused.value, text);
            assert!(!refused.why.is_empty());
        }
    }

    #[test]
    fn a_listener_is_a_host_and_a_port() {
        let table = [
            ("https://enrol.example.jp:8443", "https://enrol.example.jp:8443"),
            ("https://enrol.example.jp:8443/", "https://enrol.example.jp:8443"),
            ("HTTPS://Enrol.Example.JP:443/", "https://enrol.example.jp"),
            (" https://enrol.example.jp \r\n", "https://enrol.example.jp"),
            ("https://日本語.jp:8443", "https://xn--wgv71a119e.jp:8443"),
            ("https://ｅｎｒｏｌ.example.jp", "https://enrol.example.jp"),
            ("https://enrol.example.jp.:8443", "https://enrol.example.jp:8443"),
            ("https://[::1]:8443", "https://[::1]:8443"),
            ("https://127.0.0.1:8443", "https://127.0.0.1:8443"),
        ];
        for (text, url) in table {
            let parsed = text.parse::<ListenerUrl>().unwrap();
            assert_eq!(parsed.as_str(), url, "{text}");
            assert_eq!(parsed.as_str().parse::<ListenerUrl>().unwrap(), parsed, "{text}");
        }
    }

    #[test]
    fn whatever_else_stands_in_a_listeners_address_is_refused() {
        for text in [
            "",
            "enrol.example.jp",
            "http://enrol.example.jp",
            "ftp://enrol.example.jp",
            "https://",
            "https://:8443",
            "https://u@enrol.example.jp",
            "https://u:p@enrol.example.jp",
            "https://enrol.example.jp/path",
            "https://enrol.example.jp//",
            "https://enrol.example.jp?q",
            "https://enrol.example.jp#f",
            "https://enrol.example.jp:0",
            "https://enrol.example.jp:99999",
            "https://[https://a.jp]:8443",
            "https://a b.jp",
            "https://192.168.1.256",
            "javascript:alert(1)",
        ] {
            assert!(text.parse::<ListenerUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_services_name_is_one_line() {
        for name in ["サンプル電子債権サービス", " a ", "a", &"割".repeat(100)] {
            assert_eq!(name.parse::<ServiceName>().unwrap().as_str(), name.trim());
        }
        let long = "割".repeat(101);
        for name in ["", "  ", "a\nb", "a\tb", "a\u{7}b", "a\u{202e}b", "a\u{2028}b", &long] {
            assert!(name.parse::<ServiceName>().is_err(), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(text in ".{0,80}") {
            if let Ok(name) = text.parse::<ServerName>() {
                prop_assert_eq!(&name.as_str().parse::<ServerName>().unwrap(), &name);
                let url = format!("https://{}", name.in_url()).parse::<ListenerUrl>().unwrap();
                prop_assert_eq!(url.host(), name.as_str());
            }
            if let Ok(url) = text.parse::<ListenerUrl>() {
                prop_assert_eq!(url.as_str().parse::<ListenerUrl>().unwrap(), url);
            }
        }
    }
}

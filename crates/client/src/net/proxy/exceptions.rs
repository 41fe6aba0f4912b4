//! What is reached without the proxy: `NO_PROXY` and Windows' `ProxyOverride`.

use std::net::IpAddr;

/// The list of what needs no proxy.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Exceptions {
    entries: Vec<Entry>,
    /// What stands in the list and is not understood. What it means is reached through the proxy, which
    /// is where it would be missed least.
    pub(super) not_understood: Vec<String>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Entry {
    hosts: Hosts,
    /// The only port that is meant; all of them if there is none.
    port: Option<u16>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Hosts {
    All,
    /// Names without a dot: Windows' `<local>`.
    Local,
    /// A name and whatever ends with a dot and it.
    Domain(String),
    /// Names, or addresses, that match a pattern in which `*` stands for any text.
    Pattern(String),
    Address(IpAddr),
    /// The addresses that share so many first bits with this one.
    Network(IpAddr, u8),
}

impl Exceptions {
    /// Reads `NO_PROXY` as curl does: names that stand for what is below them too, with a dot before
    /// them or not, addresses, networks; separated by commas and blanks. `*` stands for everything.
    /// Besides, as other tools take it: a port, `*.example.jp`, `127.*`.
    pub(super) fn of_environment(text: &str) -> Self {
        Self::read(text, |name| Hosts::Domain(name.to_owned()))
    }

    /// Reads `ProxyOverride`: names that stand for themselves alone, patterns, `<local>`; separated by
    /// semicolons, commas and blanks.
    #[cfg(any(windows, target_os = "macos", test))]
    pub(super) fn of_windows(text: &str) -> Self {
        Self::read(text, |name| Hosts::Pattern(name.to_owned()))
    }

    fn read(text: &str, name: impl Fn(&str) -> Hosts) -> Self {
        let mut exceptions = Self::default();
        let separators = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
        for part in text.split(separators).filter(|part| !part.is_empty()) {
            match part.to_lowercase().as_str() {
                "<-loopback>" => {}
                "<local>" => exceptions.entries.push(Entry { hosts: Hosts::Local, port: None }),
                lower => match entry(lower, &name) {
                    Some(entry) => exceptions.entries.push(entry),
                    None => exceptions.not_understood.push(part.chars().take(100).collect()),
                },
            }
        }
        exceptions
    }

    /// Whether `host` (without brackets) is reached without the proxy at this port.
    pub(super) fn hold(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        let address = host.parse::<IpAddr>().ok();
        self.entries.iter().any(|entry| {
            entry.port.is_none_or(|only| only == port) && entry.hosts.hold(&host, address)
        })
    }
}

impl Hosts {
    fn hold(&self, host: &str, address: Option<IpAddr>) -> bool {
        match self {
            Self::All => true,
            Self::Local => address.is_none() && !host.contains('.'),
            Self::Domain(name) => {
                let above = host.strip_suffix(name.as_str());
                address.is_none()
                    && above.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            Self::Pattern(pattern) => matches(pattern, host),
            Self::Address(one) => address == Some(*one),
            Self::Network(network, bits) => {
                address.is_some_and(|address| is_within(address, *network, *bits))
            }
        }
    }
}

/// One entry of a list, in lower case; `None` if it is not understood.
fn entry(text: &str, name: &impl Fn(&str) -> Hosts) -> Option<Entry> {
    // Windows allows a scheme; there is one that this app speaks.
    let text = match text.split_once("://") {
        Some(("https" | "*", rest)) => rest.strip_suffix('/').unwrap_or(rest),
        Some(_) => return None,
        None => text,
    };
    if let Some((address, bits)) = text.split_once('/') {
        let address = bare(address).parse().ok()?;
        let most = if matches!(address, IpAddr::V4(_)) { 32 } else { 128 };
        let bits = bits.parse().ok().filter(|bits| *bits <= most)?;
        return Some(Entry { hosts: Hosts::Network(address, bits), port: None });
    }
    if let Ok(address) = bare(text).parse() {
        return Some(Entry { hosts: Hosts::Address(address), port: None });
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => {
            let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
            (host, Some(port.parse().ok().filter(|_| digits)?))
        }
        None => (text, None),
    };
    if let Ok(address) = bare(host).parse() {
        return Some(Entry { hosts: Hosts::Address(address), port });
    }
    let hosts = match host {
        "*" => Hosts::All,
        _ => names(host, name)?,
    };
    Some(Entry { hosts, port })
}

fn names(host: &str, name: &impl Fn(&str) -> Hosts) -> Option<Hosts> {
    let host = host.trim_end_matches('.');
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '*');
    if host.is_empty() || !host.chars().all(plain) {
        return None;
    }
    let (below, rest) = match host.strip_prefix("*.").or_else(|| host.strip_prefix('.')) {
        Some(rest) => (true, rest),
        None => (false, host),
    };
    if rest.is_empty() || rest.split('.').any(str::is_empty) {
        return None;
    }
    if rest.contains('*') {
        return Some(Hosts::Pattern(host.to_owned()));
    }
    // No domain at the top begins with a digit: it is a range of addresses, or a mistyped one.
    if rest.rsplit_once('.').is_some_and(|(_, top)| top.starts_with(|c: char| c.is_ascii_digit())) {
        return None;
    }
    // A name of another script stands in an address in its ASCII form.
    let rest = match url::Host::parse(rest).ok()? {
        url::Host::Domain(ascii) => ascii,
        url::Host::Ipv4(_) | url::Host::Ipv6(_) => return None,
    };
    let hosts = name(&rest);
    Some(if below && let Hosts::Pattern(only) = &hosts {
        Hosts::Pattern(format!("*.{only}"))
    } else {
        hosts
    })
}

/// An address without the brackets of IPv6.
fn bare(text: &str) -> &str {
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text)
}

fn is_within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let (one, other, most) = match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            (u128::from(one.to_bits()), u128::from(other.to_bits()), 32)
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits(), other.to_bits(), 128),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    // A shift by all bits is none for the processor.
    (one ^ other).checked_shr(most - u32::from(bits)).unwrap_or(0) == 0
}

/// Whether the text matches a pattern in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_proxy_is_read_as_curl_and_other_tools_read_it() {
        for (list, host, direct) in [
            ("localhost", "localhost", true),
            ("LOCALHOST", "localhost", true),
            ("localhost", "LocalHost.", true),
            ("localhost.", "localhost", true),
            (".localhost", "localhost", true),
            ("*.localhost", "localhost", true),
            ("*.example.jp", "a.example.jp", true),
            ("a , localhost ", "localhost", true),
            ("localhost 127.0.0.1", "127.0.0.1", true),
            ("localhost\t127.0.0.1\n", "localhost", true),
            ("a;localhost", "localhost", true),
            ("localhost:28444", "localhost", true),
            ("localhost:1", "localhost", false),
            ("127.0.0.1:28444", "127.0.0.1", true),
            ("[::1]:28444", "::1", true),
            ("[::1]:1", "::1", false),
            ("*", "anything.example.jp", true),
            ("*", "::1", true),
            ("example.jp", "service.example.jp", true),
            ("example.jp", "notexample.jp", false),
            (".example.jp", "notexample.jp", false),
            ("service.example.jp", "example.jp", false),
            ("127.*", "127.0.0.1", true),
            ("127.*", "10.0.0.1", false),
            ("10.1.*.*", "10.1.2.3", true),
            ("127.0.0.0/8", "127.1.2.3", true),
            ("127.0.0.0/8", "128.0.0.1", false),
            ("0.0.0.0/0", "9.9.9.9", true),
            ("0.0.0.0/0", "::1", false),
            ("::1", "::1", true),
            ("[::1]", "::1", true),
            ("fe80::/10", "fe80::1", true),
            ("fe80::/10", "::1", false),
            ("::/0", "2001:db8::1", true),
            ("1.2.3.4/32", "1.2.3.4", true),
            ("1.2.3.4/32", "1.2.3.5", false),
            ("0.0.1", "127.0.0.1", false),
            ("日本語.jp", "www.xn--wgv71a119e.jp", true),
            ("<local>", "localhost", true),
            ("", "localhost", false),
            (",,", "localhost", false),
        ] {
            let exceptions = Exceptions::of_environment(list);
            assert_eq!(exceptions.hold(host, 28444), direct, "{list} for {host}");
        }
    }

    #[test]
    fn what_windows_overrides_is_read_as_windows_reads_it() {
        for (list, host, direct) in [
            ("<local>", "localhost", true),
            ("<LOCAL>;x", "intranet", true),
            ("<local>", "service.example.jp", false),
            ("<local>", "127.0.0.1", false),
            ("<local>", "::1", false),
            ("*.example.jp;<local>", "service.example.jp", true),
            ("*.example.jp", "example.jp", false),
            (".example.jp", "a.example.jp", true),
            ("example.jp", "example.jp", true),
            ("example.jp", "service.example.jp", false),
            ("192.168.*;10.*", "192.168.1.2", true),
            ("192.168.*;10.*", "10.9.8.7", true),
            ("192.168.*;10.*", "11.9.8.7", false),
            ("serv*.example.jp", "service.example.jp", true),
            ("*service*", "the-service.example.jp", true),
            ("*.example.*", "a.example.com", true),
            ("https://service.example.jp", "service.example.jp", true),
            ("service.example.jp:28444", "service.example.jp", true),
            ("service.example.jp:443", "service.example.jp", false),
            ("a, service.example.jp b", "service.example.jp", true),
            ("<-loopback>", "localhost", false),
            ("*", "service.example.jp", true),
            ("*.*", "service.example.jp", true),
            ("172.16.0.0/12", "172.31.0.1", true),
        ] {
            let exceptions = Exceptions::of_windows(list);
            assert_eq!(exceptions.hold(host, 28444), direct, "{list} for {host}");
            assert_eq!(exceptions.not_understood, [""; 0], "{list}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named_and_the_rest_holds() {
        let list = "http://a.jp, 10.0.0.0/99 ::/129 10.0.0.1-9 <lokal> a..jp [::1 x:y x: (a|b) \
                    999.1.1.1 localhost";
        let exceptions = Exceptions::of_environment(list);
        let expected = [
            "http://a.jp",
            "10.0.0.0/99",
            "::/129",
            "10.0.0.1-9",
            "<lokal>",
            "a..jp",
            "[::1",
            "x:y",
            "x:",
            "(a|b)",
            "999.1.1.1",
        ];
        assert_eq!(exceptions.not_understood, expected);
        assert!(exceptions.hold("localhost", 443));
        let long = "<".repeat(5000);
        assert_eq!(Exceptions::of_environment(&long).not_understood[0].len(), 100);
    }

    proptest! {
        #[test]
        fn reading_and_matching_never_panic(list in ".{0,60}", host in ".{0,30}") {
            Exceptions::of_environment(&list).hold(&host, 443);
            Exceptions::of_windows(&list).hold(&host, 443);
        }

        #[test]
        fn a_pattern_matches_what_it_was_made_from(parts in prop::collection::vec("[a-z.]{0,4}", 1..5)) {
            prop_assert!(matches(&parts.join("*"), &parts.join("middle")));
        }
    }
}

//! Who asks: the address behind reverse proxies, the browser, its language, and what it says about how its
//! request came to be (Fetch Metadata, W3C).

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};
use warifu_protocol::BrowserName;

/// The address that a request comes from. Only named proxies are believed: the nearest one says from whom
/// it has the request, and so on, until somebody is named who is none of them.
pub(super) fn address(connection: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let mut from = connection.to_canonical();
    // Several lines are one list (RFC 9110 §5.3). What a client has written in front may be anything, and
    // must not spoil what proxies have added.
    let lines = headers.get_all("x-forwarded-for").iter();
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    let list = lines.join(",");
    let mut said = list.rsplit(',');
    while proxies.contains(&from) {
        match said.next().and_then(forwarded) {
            Some(address) => from = address,
            None => break,
        }
    }
    from
}

/// An address as proxies write it, with or without a port.
fn forwarded(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let alone = bare.parse::<IpAddr>().ok();
    let address = alone.or_else(|| text.parse::<SocketAddr>().ok().map(|place| place.ip()))?;
    Some(address.to_canonical())
}

/// Whether no page made this request: a person or a program opened the address. Browsers that do not say
/// are believed; what is asked of them then is another's affair.
pub(super) fn opened_by_no_page(headers: &HeaderMap) -> bool {
    said(headers, "sec-fetch-site").is_none_or(|site| site == "none")
}

/// Whether the answer is going to be shown as a page of its own: neither inside another one nor handed to
/// a script.
pub(super) fn is_for_a_window(headers: &HeaderMap) -> bool {
    said(headers, "sec-fetch-mode").is_none_or(|mode| mode == "navigate")
        && said(headers, "sec-fetch-dest").is_none_or(|dest| dest == "document")
}

/// Whether a page of this listener made the request, and the browser says so itself.
pub(super) fn is_same_origin(headers: &HeaderMap) -> bool {
    said(headers, "sec-fetch-site") == Some("same-origin")
}

/// What a browser says in a header that no page can set. What is there and unreadable is not `None`.
fn said<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

/// Whether a POST comes from a page of this issuer (RFC 6454 §7.3).
pub(super) fn comes_from_own_page(headers: &HeaderMap, issuer: &str) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    origin == Some(issuer)
        && said(headers, "sec-fetch-site").is_none_or(|site| site == "same-origin")
}

/// The browser that a `User-Agent` names, and its main version. Nothing hangs on it but words on a screen.
pub(super) fn browser(headers: &HeaderMap) -> (BrowserName, Option<u16>) {
    let agent = said(headers, "user-agent").unwrap_or_default();
    let marks = [
        ("OPR/", BrowserName::Other),
        ("Edg/", BrowserName::Edge),
        ("Firefox/", BrowserName::Firefox),
        ("Chrome/", BrowserName::Chrome),
    ];
    for (mark, name) in marks {
        if let Some(version) = version(agent, mark) {
            return (name, Some(version).filter(|_| name != BrowserName::Other));
        }
    }
    if agent.contains("Safari/") {
        return (BrowserName::Safari, version(agent, "Version/"));
    }
    (BrowserName::Other, None)
}

fn version(agent: &str, mark: &str) -> Option<u16> {
    let (_, rest) = agent.split_once(mark)?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
    digits.parse().ok()
}

/// The languages of the pages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Language {
    Ja,
    En,
}

impl Language {
    /// The language that a service asks for (`ui_locales`, OpenID Connect Core 1.0 §3.1.2.1), else the
    /// browser's, else Japanese.
    pub(super) fn of(ui_locales: Option<&str>, headers: &HeaderMap) -> Self {
        let asked = ui_locales.unwrap_or_default().split(' ').find_map(Self::named);
        asked.or_else(|| accepted(headers)).unwrap_or(Self::Ja)
    }

    /// As it stands in `lang` (BCP 47).
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    fn named(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// The language of ours that a browser likes best (RFC 9110 §12.5.4).
fn accepted(headers: &HeaderMap) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for part in said(headers, "accept-language")?.split(',') {
        let mut words = part.split(';');
        let Some(language) = words.next().and_then(Language::named) else { continue };
        let quality = words
            .find_map(|word| word.trim().strip_prefix("q=")?.parse::<f32>().ok())
            .unwrap_or(1.0);
        if quality > 0.0 && best.is_none_or(|(most, _)| quality > most) {
            best = Some((quality, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        headers
    }

    #[test]
    fn the_rightmost_address_that_is_no_named_proxy_is_who_asks() {
        let table: [(&str, &[&str], &str); 18] = [
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["192.0.2.1"], "192.0.2.1"),
            ("127.0.0.1", &["203.0.113.9, 192.0.2.1"], "192.0.2.1"),
            ("127.0.0.1", &["203.0.113.9", "192.0.2.1"], "192.0.2.1"),
            ("127.0.0.1", &["192.0.2.1, 10.0.0.2"], "192.0.2.1"),
            ("127.0.0.1", &["192.0.2.1", "10.0.0.2"], "192.0.2.1"),
            ("127.0.0.1", &["192.0.2.1, 10.0.0.2,127.0.0.1"], "192.0.2.1"),
            ("127.0.0.1", &["10.0.0.2"], "10.0.0.2"),
            ("127.0.0.1", &["unknown"], "127.0.0.1"),
            ("127.0.0.1", &["203.0.113.9, unknown, 10.0.0.2"], "10.0.0.2"),
            ("127.0.0.1", &["203.0.113.9,"], "127.0.0.1"),
            ("127.0.0.1", &["192.0.2.1:4711"], "192.0.2.1"),
            ("127.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("127.0.0.1", &["[2001:db8::1]"], "2001:db8::1"),
            ("127.0.0.1", &["::ffff:192.0.2.1"], "192.0.2.1"),
            ("127.0.0.1", &["割符, 192.0.2.1"], "192.0.2.1"),
            ("127.0.0.1", &["割符", "192.0.2.1"], "192.0.2.1"),
            // Whoever is no proxy is believed nothing.
            ("192.0.2.7", &["203.0.113.9"], "192.0.2.7"),
        ];
        let proxies = ["127.0.0.1", "10.0.0.2"].map(|text| text.parse().unwrap());
        for (connection, lines, asks) in table {
            let lines: Vec<_> = lines.iter().map(|line| ("x-forwarded-for", *line)).collect();
            let found = address(connection.parse().unwrap(), &headers(&lines), &proxies);
            assert_eq!(found.to_string(), asks, "{lines:?}");
        }
        let none =
            address("127.0.0.1".parse().unwrap(), &headers(&[("x-forwarded-for", "1.2.3.4")]), &[]);
        assert_eq!(none.to_string(), "127.0.0.1");
    }

    #[test]
    fn a_page_is_told_from_a_person_and_a_frame_from_a_window() {
        type Lines = &'static [(&'static str, &'static str)];
        let table: [(Lines, bool, bool); 8] = [
            (&[], true, true),
            (
                &[
                    ("sec-fetch-site", "none"),
                    ("sec-fetch-mode", "navigate"),
                    ("sec-fetch-dest", "document"),
                ],
                true,
                true,
            ),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], false, true),
            (&[("sec-fetch-site", "same-site")], false, true),
            (&[("sec-fetch-site", "same-origin")], false, true),
            (&[("sec-fetch-mode", "cors")], true, false),
            (&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")], true, false),
            (&[("sec-fetch-site", "割"), ("sec-fetch-dest", "割")], false, false),
        ];
        for (lines, person, window) in table {
            let headers = headers(lines);
            assert_eq!(opened_by_no_page(&headers), person, "{lines:?}");
            assert_eq!(is_for_a_window(&headers), window, "{lines:?}");
        }
    }

    #[test]
    fn a_post_is_ours_by_its_origin() {
        let issuer = "https://login.example.jp";
        let table: [(&[(&'static str, &str)], bool); 6] = [
            (&[("origin", issuer)], true),
            (&[("origin", issuer), ("sec-fetch-site", "same-origin")], true),
            (&[("origin", issuer), ("sec-fetch-site", "cross-site")], false),
            (&[("origin", "https://evil.example.jp")], false),
            (&[("origin", "null")], false),
            (&[], false),
        ];
        for (lines, ours) in table {
            assert_eq!(comes_from_own_page(&headers(lines), issuer), ours, "{lines:?}");
        }
    }

    #[test]
    fn browsers_are_told_apart() {
        use BrowserName::{Chrome, Edge, Firefox, Other, Safari};
        let webkit = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let table = [
            (format!("{webkit} Chrome/156.0.0.0 Safari/537.36"), Chrome, Some(156)),
            (format!("{webkit} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.1.2"), Edge, Some(156)),
            (format!("{webkit} Chrome/156.0.0.0 Safari/537.36 OPR/120.0"), Other, None),
            (
                String::from("Mozilla/5.0 (X11; rv:153.0) Gecko/20100101 Firefox/153.0"),
                Firefox,
                Some(153),
            ),
            (format!("{webkit} Version/26.1 Safari/605.1.15"), Safari, Some(26)),
            (String::from("curl/8.0"), Other, None),
            (String::from("Firefox/99999999"), Other, None),
            (String::from("Chrome/<script>"), Other, None),
            (String::new(), Other, None),
        ];
        for (agent, name, version) in table {
            assert_eq!(browser(&headers(&[("user-agent", &agent)])), (name, version), "{agent}");
        }
        assert_eq!(browser(&HeaderMap::new()), (Other, None));
    }

    #[test]
    fn the_language_is_the_services_then_the_browsers_then_japanese() {
        let table = [
            (None, "", Language::Ja),
            (None, "en-US,en;q=0.9", Language::En),
            (None, "en;q=0.5, ja;q=0.6", Language::Ja),
            (None, "de, en;q=0.1", Language::En),
            (None, "en;q=0, ja;q=0.1", Language::Ja),
            (None, "de, fr", Language::Ja),
            (Some("de en"), "ja", Language::En),
            (Some("ja-JP"), "en", Language::Ja),
            (Some("de"), "en", Language::En),
        ];
        for (asked, accepted, language) in table {
            let headers = headers(&[("accept-language", accepted)]);
            assert_eq!(Language::of(asked, &headers), language, "{asked:?} {accepted}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_the_readers_panic(text in "[^\\x00-\\x08\\x0a-\\x1f\\x7f]{0,80}") {
            let headers = headers(&[("user-agent", &text), ("accept-language", &text)]);
            let _ = (browser(&headers), Language::of(Some(&text), &headers));
        }

        /// Whatever a client writes in front, a proxy appends whom it saw.
        #[test]
        fn nobody_chooses_the_own_address(forged in "[^\\x00-\\x08\\x0a-\\x1f\\x7f]{0,60}", last in any::<[u8; 4]>()) {
            let real = IpAddr::from(last);
            let proxies = ["127.0.0.1".parse().unwrap()];
            prop_assume!(!proxies.contains(&real));
            for lines in [vec![format!("{forged}, {real}")], vec![forged, real.to_string()]] {
                let lines: Vec<_> = lines.iter().map(|l| ("x-forwarded-for", l.as_str())).collect();
                prop_assert_eq!(address("127.0.0.1".parse().unwrap(), &headers(&lines), &proxies), real);
            }
        }
    }
}

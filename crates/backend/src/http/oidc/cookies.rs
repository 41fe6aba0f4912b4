//! Cookies: none can be planted by another host, none is read by a script (RFC 6265bis §4.1.3.2).

use axum::http::{HeaderMap, HeaderValue, header};

use crate::domain::sso::Secret;

/// A browser's login.
pub(super) const SESSION: &str = "__Host-warifu";
/// Which browser this is; it opens nothing.
pub(super) const BROWSER: &str = "__Host-warifu-browser";
/// The page that opened a handoff.
pub(super) const PAGE: &str = "__Host-warifu-page";

/// What ties a request to the browser that asked begins with this.
const FLOW: &str = "__Host-warifu-flow-";

/// The name of the cookie for one request.
pub(super) fn flow(request: &str) -> String {
    format!("{FLOW}{request}")
}

/// The cookies for requests, the oldest first.
pub(super) fn flows(headers: &HeaderMap) -> Vec<(String, Secret)> {
    let found = pairs(headers).filter(|(name, _)| name.starts_with(FLOW));
    let mut found: Vec<_> =
        found.filter_map(|(name, value)| Some((name.to_owned(), Secret::parse(value)?))).collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}

/// Seconds for which a browser is remembered after its last use.
pub(super) const REMEMBERED: u32 = 180 * 86_400;

/// The secret in a cookie of that name. With two of the name nobody knows which one is meant.
pub(super) fn read(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let named = pairs(headers).filter(|(found, _)| *found == name);
    let mut named = named.map(|(_, value)| value);
    let (first, second) = (named.next(), named.next());
    first.filter(|_| second.is_none()).and_then(Secret::parse)
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// Adds a cookie to an answer; one without an age ends with the browser.
pub(super) fn set(headers: &mut HeaderMap, name: &str, value: &Secret, age: Option<u32>) {
    let age = age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    add(
        headers,
        &format!("{name}={}; Path=/; Secure; HttpOnly; SameSite=Lax{age}", value.expose()),
    );
}

/// Takes a cookie away.
pub(super) fn remove(headers: &mut HeaderMap, name: &str) {
    add(headers, &format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
}

fn add(headers: &mut HeaderMap, line: &str) {
    if let Ok(mut value) = HeaderValue::from_str(line) {
        value.set_sensitive(true);
        headers.append(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_read_and_what_is_there_twice_is_not() {
        let (one, other) = (Secret::new().unwrap(), Secret::new().unwrap());
        let mut answer = HeaderMap::new();
        set(&mut answer, SESSION, &one, None);
        set(&mut answer, BROWSER, &other, Some(60));
        let lines: Vec<_> = answer.get_all(header::SET_COOKIE).iter().collect();
        for line in &lines {
            let line = line.to_str().unwrap();
            for mark in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
                assert!(line.contains(mark), "{mark}");
            }
            assert!(!line.contains("Domain"));
        }
        assert!(lines[1].to_str().unwrap().ends_with("Max-Age=60"));
        assert!(!format!("{lines:?}").contains(one.expose()));

        let asked = |lines: &[String]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
            }
            read(&headers, SESSION).map(|secret| secret.expose().to_owned())
        };
        let (a, b) =
            (format!("{SESSION}={}", one.expose()), format!("{SESSION}={}", other.expose()));
        let expected = Some(one.expose().to_owned());
        assert_eq!(asked(std::slice::from_ref(&a)), expected);
        assert_eq!(asked(&[format!("x=1; {a}; y")]), expected);
        assert_eq!(asked(&[String::from("x=1"), a.clone()]), expected);
        assert_eq!(asked(&[format!("{a}; {b}")]), None);
        assert_eq!(asked(&[a, b]), None);
        assert_eq!(asked(&[format!("{SESSION}=short")]), None);
        assert_eq!(asked(&[format!("__host-warifu={}", one.expose())]), None);
    }
}

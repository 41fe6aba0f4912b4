//! The parameters of a request in `application/x-www-form-urlencoded`, each once (RFC 6749 §3.1).

use std::collections::BTreeMap;

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, header},
};
use url::form_urlencoded;

/// The most bytes of all parameters of an authorization request.
pub(super) const MOST: usize = 8 * 1024;

/// What was asked for, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters(BTreeMap<String, String>);

/// Why a request's parameters cannot be understood.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Unreadable {
    TooLong,
    /// A parameter stands there twice, and nobody knows which one counts.
    Repeated,
    /// The body is something else.
    NoForm,
}

impl Parameters {
    /// Reads a query or a body. A parameter without a value is one that is not there.
    pub(super) fn read(text: &[u8], most: usize) -> Result<Self, Unreadable> {
        if text.len() > most {
            return Err(Unreadable::TooLong);
        }
        let mut read = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(text).into_owned() {
            if !value.is_empty() && read.insert(name, value).is_some() {
                return Err(Unreadable::Repeated);
            }
        }
        Ok(Self(read))
    }

    /// Reads the body of a request.
    pub(super) async fn of_body(request: Request, most: usize) -> Result<Self, Unreadable> {
        Self::read(&form(request, most).await?, most)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// The body of a request that holds a form.
pub(super) async fn form(request: Request<Body>, most: usize) -> Result<Vec<u8>, Unreadable> {
    if !is_of_type(request.headers(), "application/x-www-form-urlencoded") {
        return Err(Unreadable::NoForm);
    }
    body(request, most).await
}

/// The body of a request, if it is no longer than that.
pub(super) async fn body(request: Request<Body>, most: usize) -> Result<Vec<u8>, Unreadable> {
    let body = to_bytes(request.into_body(), most).await.map_err(|_| Unreadable::TooLong)?;
    Ok(body.into())
}

/// Whether a body is said to be of a media type, whatever follows it.
pub(super) fn is_of_type(headers: &HeaderMap, wanted: &str) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = said.and_then(|said| said.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case(wanted)
}

/// An address with parameters added to those that it has.
pub(super) fn with(address: &str, parameters: &[(&str, &str)]) -> String {
    let mut added = form_urlencoded::Serializer::new(String::new());
    added.extend_pairs(parameters);
    let mark = match address.find('?') {
        None => "?",
        Some(at) if at + 1 == address.len() || address.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{address}{mark}{}", added.finish())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    #[test]
    fn each_parameter_stands_there_once() {
        let read = |text: &str| Parameters::read(text.as_bytes(), 100);
        let found = read("a=1&b=%E5%89%B2+%26&c=&d").unwrap();
        assert_eq!(found.get("a"), Some("1"));
        assert_eq!(found.get("b"), Some("割 &"));
        assert_eq!((found.get("c"), found.get("d"), found.get("e")), (None, None, None));
        assert_eq!(read("a=1&a=1").unwrap_err(), Unreadable::Repeated);
        assert_eq!(read("a=1&%61=2").unwrap_err(), Unreadable::Repeated);
        assert_eq!(read("a=&a=2").unwrap().get("a"), Some("2"));
        assert_eq!(read(&"a".repeat(101)).unwrap_err(), Unreadable::TooLong);
    }

    #[test]
    fn what_is_added_leaves_an_address_as_it_is() {
        let table = [
            ("https://a.jp/r", "https://a.jp/r?x=1"),
            ("https://a.jp/r?", "https://a.jp/r?x=1"),
            ("https://a.jp/r?a=%41", "https://a.jp/r?a=%41&x=1"),
            ("https://a.jp/r?a&", "https://a.jp/r?a&x=1"),
        ];
        for (address, whole) in table {
            assert_eq!(with(address, &[("x", "1")]), whole);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(name in "\\PC{1,20}", value in "\\PC{1,40}", rest in any::<Vec<u8>>()) {
            let address = with("https://a.jp/r", &[(&name, &value)]);
            prop_assert!(address.is_ascii() && !address.contains(['\r', '\n', ' ', '#']));
            let query = Url::parse(&address).unwrap().query().unwrap().to_owned();
            let read = Parameters::read(query.as_bytes(), 10_000).unwrap();
            prop_assert_eq!(read.get(&name), Some(value.as_str()));
            let _ = Parameters::read(&rest, 10_000);
        }
    }
}

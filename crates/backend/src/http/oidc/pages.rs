//! The pages that people see, in two languages, in the looks of the app.

use std::sync::{Arc, LazyLock};

use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::json;
use warifu_protocol::{LocalizedText, Provider as Face, SupportContact};

use super::{
    Provider,
    asker::Language,
    face,
    texts::{self, Said, Texts},
};
use crate::{
    config::{Config, web::ClientConfig},
    domain::sso::refusal::PageCode,
    error::Error,
    http::request_id,
};

/// The pages for one request.
pub(super) struct Pages<'a> {
    config: &'a Config,
    language: Language,
}

/// What every page has.
struct Frame<'a> {
    lang: &'static str,
    service: &'a str,
    /// The provider's name; empty if it is the service's.
    provider: String,
    /// The address of the provider's logo.
    logo: Option<String>,
    /// The address of the style sheet with the provider's colour.
    colour: Option<String>,
    support: &'a SupportContact,
    texts: &'static Texts,
    version: &'static str,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    frame: Frame<'a>,
    said: Said,
    code: Option<&'static str>,
    request_id: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "handoff.html")]
struct Taking<'a> {
    frame: Frame<'a>,
    post: &'a str,
}

/// What the page says that waits for the app.
pub(super) struct Waiting<'a> {
    pub(super) client: Option<&'a ClientConfig>,
    /// To the app.
    pub(super) link: &'a str,
    /// Names the request among those of this browser.
    pub(super) flow: &'a str,
    /// Where it begins anew.
    pub(super) again: &'a str,
    /// Seconds left.
    pub(super) expires_in: u32,
}

#[derive(Template)]
#[template(path = "waiting.html")]
struct WaitingPage<'a> {
    frame: Frame<'a>,
    client: Option<&'a str>,
    link: &'a str,
    flow: &'a str,
    again: &'a str,
    expires_in: u32,
}

#[derive(Template)]
#[template(path = "logout.html")]
struct Logout<'a> {
    frame: Frame<'a>,
    client: Option<&'a str>,
    next: &'a str,
}

impl<'a> Pages<'a> {
    pub(super) fn new(config: &'a Config, language: Language) -> Self {
        Self { config, language }
    }

    /// Why somebody is not let in.
    pub(super) fn refused(&self, code: PageCode) -> Response {
        self.problem(code, None)
    }

    /// That something went wrong inside; the log says what.
    pub(super) fn failed(&self, error: Error) -> Response {
        let id = note(&error);
        self.problem(PageCode::BackendFailed, Some(&id))
    }

    /// The same for a page's script, with the words to show.
    pub(super) fn told_of_refusal(&self, code: PageCode) -> Response {
        self.told(code, None, None)
    }

    /// The same after an approval came out in another browser: with where to begin in this one, if there is
    /// such a place.
    pub(super) fn told_of_another_browser(&self, again: &str) -> Response {
        self.told(PageCode::OtherBrowser, None, Some(again).filter(|again| !again.is_empty()))
    }

    /// The same.
    pub(super) fn told_of_failure(&self, error: Error) -> Response {
        let id = note(&error);
        self.told(PageCode::BackendFailed, Some(&id), None)
    }

    /// The page that takes the token out of its own address and posts it there.
    pub(super) fn taking(&self, post: &str) -> Response {
        show(StatusCode::OK, &Taking { frame: self.frame(), post })
    }

    /// The page that has the link to the app, and waits.
    pub(super) fn waiting(&self, waiting: &Waiting<'_>) -> Response {
        let Waiting { client, link, flow, again, expires_in } = *waiting;
        let client = client.map(|client| self.text(&client.title));
        let frame = self.frame();
        show(StatusCode::OK, &WaitingPage { frame, client, link, flow, again, expires_in })
    }

    /// Asks whether a logout is wanted.
    pub(super) fn logout(&self, client: Option<&ClientConfig>, next: Option<&str>) -> Response {
        let client = client.map(|client| self.text(&client.title));
        let next = next.unwrap_or_default();
        show(StatusCode::OK, &Logout { frame: self.frame(), client, next })
    }

    /// That nobody is logged in any more.
    pub(super) fn logged_out(&self) -> Response {
        self.message(StatusCode::OK, texts::of(self.language).logged_out)
    }

    fn message(&self, status: StatusCode, said: Said) -> Response {
        show(status, &Message { frame: self.frame(), said, code: None, request_id: None })
    }

    fn problem(&self, code: PageCode, request_id: Option<&str>) -> Response {
        let said = texts::refusal(code, self.language);
        let page = Message { frame: self.frame(), said, code: Some(code.as_str()), request_id };
        show(status(code), &page)
    }

    fn told(&self, code: PageCode, request_id: Option<&str>, again: Option<&str>) -> Response {
        let Said { title, text } = texts::refusal(code, self.language);
        let body = json!({
            "outcome": "refused",
            "code": code.as_str(),
            "title": title,
            "text": text,
            "request_id": request_id,
            "again": again,
        });
        (status(code), Json(body)).into_response()
    }

    fn frame(&self) -> Frame<'a> {
        let Face { name, accent, logo, .. } = self.config.face();
        let provider = self.text(&name).to_owned();
        let (service, support) = match self.language {
            Language::Ja => (self.config.service_name.as_str(), &self.config.support),
            Language::En => (self.config.service_name_en(), &self.config.support_en),
        };
        Frame {
            lang: self.language.tag(),
            service,
            provider: if provider == service { String::new() } else { provider },
            logo: logo.map(|logo| format!("{}?v={}", face::LOGO, logo.digest)),
            colour: accent
                .map(|accent| format!("{}?v={}", face::COLOUR, accent.trim_start_matches('#'))),
            support,
            texts: texts::of(self.language),
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    fn text<'t>(&self, text: &'t LocalizedText) -> &'t str {
        match self.language {
            Language::Ja => &text.ja,
            Language::En => &text.en,
        }
    }
}

/// What this server is.
pub(super) async fn root(State(provider): State<Arc<Provider>>, headers: HeaderMap) -> Response {
    let pages = provider.pages(&headers, None);
    pages.message(StatusCode::OK, texts::of(pages.language).root)
}

/// Any other address.
pub(super) async fn nowhere(State(provider): State<Arc<Provider>>, headers: HeaderMap) -> Response {
    let pages = provider.pages(&headers, None);
    pages.message(StatusCode::NOT_FOUND, texts::of(pages.language).nowhere)
}

/// What the pages are made with; their addresses have the version in them.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    let (kind, body) = match name.as_str() {
        "page.css" => ("text/css; charset=utf-8", STYLE.as_str()),
        "handoff.js" => {
            ("text/javascript; charset=utf-8", include_str!("../../../pages/handoff.js"))
        }
        "waiting.js" => {
            ("text/javascript; charset=utf-8", include_str!("../../../pages/waiting.js"))
        }
        "logout.js" => ("text/javascript; charset=utf-8", include_str!("../../../pages/logout.js")),
        "icon.svg" => ("image/svg+xml", include_str!("../../../../../icons/warifu-small.svg")),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
    ];
    (headers, body).into_response()
}

/// The app's own, with its colours in words that every browser understands, and what these pages add.
static STYLE: LazyLock<String> = LazyLock::new(|| {
    let tokens = include_str!("../../../../../ui/src/styles/tokens.css");
    let (light, dark) = (in_one_theme(tokens, 0), in_one_theme(tokens, 1));
    let dark = dark.replace("color-scheme: light;", "color-scheme: dark;");
    let base = include_str!("../../../../../ui/src/styles/base.css");
    let controls = include_str!("../../../../../ui/src/styles/controls.css");
    let page = include_str!("../../../pages/page.css");
    format!(
        "{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{base}\n{controls}\n{page}"
    )
});

/// Replaces each `light-dark(A, B)` by one of the two.
fn in_one_theme(text: &str, which: usize) -> String {
    const MARK: &str = "light-dark(";
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(MARK) {
        out.push_str(before);
        let (mut depth, mut comma, mut end) = (0_u32, None, after.len());
        for (at, c) in after.char_indices() {
            match c {
                '(' => depth += 1,
                ')' if depth == 0 => {
                    end = at;
                    break;
                }
                ')' => depth -= 1,
                ',' if depth == 0 => comma = Some(at),
                _ => {}
            }
        }
        let inside = &after[..end];
        let halves = comma.map_or((inside, inside), |at| (&inside[..at], &inside[at + 1..]));
        out.push_str(if which == 0 { halves.0 } else { halves.1 }.trim());
        rest = after.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn show(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => {
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            let vary = HeaderValue::from_static("accept-language");
            (status, [(header::CONTENT_TYPE, kind), (header::VARY, vary)], html).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page cannot be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn status(code: PageCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Writes down what went wrong, under a name that the user can tell support.
fn note(error: &Error) -> String {
    let request_id = request_id::current();
    tracing::error!(request_id, ?error, "a page's request failed inside");
    request_id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_from_one_theme() {
        let css = "--a: light-dark(#fff, #000);\n--b: 0 1px light-dark(rgb(1 2 3 / 8%), rgb(0 0 0 / 40%));";
        assert_eq!(in_one_theme(css, 0), "--a: #fff;\n--b: 0 1px rgb(1 2 3 / 8%);");
        assert_eq!(in_one_theme(css, 1), "--a: #000;\n--b: 0 1px rgb(0 0 0 / 40%);");
        assert!(!STYLE.contains("light-dark("), "a browser may not know it");
        assert!(STYLE.contains("color-scheme: dark"));
        assert_eq!(in_one_theme("light-dark(", 0), "");
    }

    #[test]
    fn every_refusal_says_something_in_both_languages() {
        for code in PageCode::ALL {
            let (ja, en) =
                (texts::refusal(*code, Language::Ja), texts::refusal(*code, Language::En));
            assert!(ja.title != en.title && ja.text != en.text, "{code:?}");
            assert!(ja.text.ends_with('。') && en.text.ends_with('.'), "{code:?}");
            assert!(
                ja.text.contains(|c: char| !c.is_ascii()) && en.text.is_ascii()
                    || en.text.contains('“')
            );
        }
    }

    #[test]
    fn what_a_service_says_stays_text() {
        let frame = Frame {
            lang: "ja",
            service: "<b>割符</b>",
            provider: String::from("<b>銀行</b>"),
            logo: None,
            colour: None,
            support: &SupportContact {
                name: String::from("窓口"),
                phone: String::from("0120"),
                email: String::from("a@example.jp"),
                hours: String::from("平日"),
            },
            texts: texts::of(Language::Ja),
            version: "1",
        };
        let next = "https://a.jp/?\"><script>alert(1)</script>";
        let html = Logout { frame, client: Some("<i>x</i>"), next }.render().unwrap();
        assert!(!html.contains("<script>alert") && !html.contains("<i>") && !html.contains("<b>"));
        assert!(!html.contains(" style=") && !html.contains(" onclick="));
    }
}

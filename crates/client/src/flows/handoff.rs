//! From the main menu into the browser, which comes out logged in (SPEC M).
//!
//! The address that logs a browser in is worth a login. It goes to the browser and nowhere else: it is not
//! shown, logged or kept, and nothing but the provider's own login host is ever opened with it.

use std::fmt;

use url::{Host, Url};
use warifu_protocol::{
    ErrorCode, HANDOFF_PATH, HandoffAnswer, HandoffConfirmation, HandoffRequest, HandoffView,
    SecretText,
};

use super::Session;
use crate::{Failure, view::EntryOpening};

/// Characters of a token in an address: 256 bits in base64url.
const TOKEN: usize = 43;

/// Characters of a handoff's name: 128 bits in base64url.
const NAME: usize = 22;

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
    fn with_token(url: SecretText, login_url: Option<&str>, path: &str) -> Result<Self, Failure> {
        let fits = login_url.is_some_and(|login_url| {
            is_login_host(login_url)
                && url
                    .expose()
                    .strip_prefix(login_url)
                    .and_then(|rest| rest.strip_prefix(path))
                    .is_some_and(|token| token.len() == TOKEN && token.bytes().all(is_base64url))
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

/// An entry of the main menu on its way into the browser.
#[derive(Debug)]
pub struct OpenedEntry {
    /// What the browser opens.
    pub address: BrowserAddress,
    /// What the window is told.
    pub view: EntryOpening,
}

impl Session {
    /// Has an entry of the main menu opened: with a login for the browser if the entry wants one.
    ///
    /// # Errors
    ///
    /// `not-found` if there is no such entry; `service-unknown`; `unexpected-answer` if the address does
    /// not lead to the provider's login host; those of [`Session::refresh`].
    pub async fn open_entry(&self, id: &str) -> Result<OpenedEntry, Failure> {
        let entry = self.view().entries.iter().find(|entry| entry.id == id);
        let entry = entry.ok_or_else(|| Failure::new(ErrorCode::NotFound))?;
        if !entry.signs_in {
            let address = BrowserAddress::page(&entry.url)?;
            return Ok(OpenedEntry { address, view: EntryOpening::Address });
        }
        // Asked anew, because a session may be older than the login host.
        let policy =
            self.link.context.fetch_policy(self.link.identity.profile_id, &self.link.connection);
        let policy = self.link.observe(policy.await).await?;
        let request = HandoffRequest { entry: entry.id.clone() };
        let answer = self.link.connection.post("/handoffs", Some(&self.token), &request).await;
        let HandoffAnswer { id, url, expires_in } = self.link.observe(answer).await?;
        let address = BrowserAddress::with_token(url, policy.login_url.as_deref(), HANDOFF_PATH)?;
        if !is_name(&id) {
            return Err(Failure::new(ErrorCode::UnexpectedAnswer));
        }
        Ok(OpenedEntry { address, view: EntryOpening::Handoff { id, expires_in } })
    }

    /// What has become of a handoff of this session.
    ///
    /// # Errors
    ///
    /// `handoff-unknown`; those of [`Session::refresh`].
    pub async fn handoff(&self, id: &str) -> Result<HandoffView, Failure> {
        let path = format!("/handoffs/{}", checked(id)?);
        let answer = self.link.connection.get(&path, Some(&self.token)).await;
        self.link.observe(answer).await
    }

    /// Whether it was the user who opened the address in that browser.
    ///
    /// # Errors
    ///
    /// Those of [`Session::handoff`].
    pub async fn answer_handoff(&self, id: &str, confirmed: bool) -> Result<(), Failure> {
        let path = format!("/handoffs/{}/confirmation", checked(id)?);
        let answer = HandoffConfirmation { confirmed };
        let sent = self.link.connection.post_for_nothing(&path, Some(&self.token), &answer).await;
        self.link.observe(sent).await
    }
}

/// A handoff's name, before it becomes part of a path.
fn checked(id: &str) -> Result<&str, Failure> {
    if is_name(id) { Ok(id) } else { Err(Failure::new(ErrorCode::HandoffUnknown)) }
}

fn is_name(id: &str) -> bool {
    id.len() == NAME && id.bytes().all(is_base64url)
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Whether browsers log in at this address: a host over TLS and nothing behind it. Over plain HTTP only
/// this machine itself, which nobody stands in the way to.
fn is_login_host(address: &str) -> bool {
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

        #[test]
        fn a_name_adds_no_step_to_a_path(name in "\\PC{0,30}") {
            if let Ok(name) = checked(&name) {
                let url = Url::parse(&format!("https://h/v1/handoffs/{name}/confirmation")).unwrap();
                prop_assert_eq!(url.path_segments().unwrap().count(), 4);
            }
        }
    }
}

//! From the main menu into the browser, which comes out logged in (SPEC M).
//!
//! The address that logs a browser in is worth a login. It goes to the browser and nowhere else: it is not
//! shown, logged or kept, and nothing but the provider's own login host is ever opened with it.

use warifu_protocol::{
    ErrorCode, HANDOFF_PATH, HandoffAnswer, HandoffConfirmation, HandoffRequest, HandoffView,
};

use super::Session;
use crate::{
    Failure,
    model::browser::{BrowserAddress, is_base64url},
    view::EntryOpening,
};

/// Characters of a handoff's name: 128 bits in base64url.
const NAME: usize = 22;

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    proptest! {
        #[test]
        fn a_name_adds_no_step_to_a_path(name in "\\PC{0,30}") {
            if let Ok(name) = checked(&name) {
                let url = Url::parse(&format!("https://h/v1/handoffs/{name}/confirmation")).unwrap();
                prop_assert_eq!(url.path_segments().unwrap().count(), 4);
            }
        }
    }
}

//! The links by which pages in the browser call the app: one is shown, few wait, the rest is dropped.

use std::{collections::VecDeque, sync::Arc};

use tauri::{AppHandle, Emitter as _, Manager as _};
use warifu_client::{Approval, Link};

use crate::{app::show_window, state::AppState};

/// Tells the window that a page asks for something.
const LINK_CAME: &str = "link-came";

/// Most that wait while one is shown: any page can call many times.
const MOST: usize = 3;

/// What pages ask for.
#[derive(Debug, Default)]
pub(crate) struct Links {
    waiting: VecDeque<Link>,
    /// The one that is shown.
    pub(crate) shown: Option<Arc<Approval>>,
}

impl Links {
    /// Whether there was room for it.
    fn wait(&mut self, link: Link) -> bool {
        let room = self.waiting.len() < MOST;
        if room {
            self.waiting.push_back(link);
        }
        room
    }

    /// The next to be shown, unless one is.
    pub(crate) fn next(&mut self) -> Option<Link> {
        if self.shown.is_some() { None } else { self.waiting.pop_front() }
    }
}

/// Has the window show what a page asks for.
pub(crate) fn take(app: &AppHandle, link: Link) {
    if !app.state::<AppState>().links(|links| links.wait(link)) {
        tracing::warn!("too many pages ask at once; one is not heard");
        return;
    }
    show_window(app);
    if let Err(error) = app.emit(LINK_CAME, ()) {
        tracing::warn!(%error, "could not tell the window that a page asks for something");
    }
}

/// A start that asks for what nobody who means well asks for. What it was is not kept: it is a stranger's
/// text.
pub(crate) fn refuse() {
    tracing::warn!("a start with a link that is none, or with more than a link, was ignored");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_wait_and_the_rest_is_not_heard() {
        let link = || {
            let request = "A".repeat(43);
            let text = format!(
                "warifu:authorize?issuer=https://login.example.jp&request={request}&browser=edge"
            );
            Link::parse(&text).unwrap()
        };
        let mut links = Links::default();
        for _ in 0..MOST {
            assert!(links.wait(link()));
        }
        assert!(!links.wait(link()));
        assert!(links.next().is_some());
        assert!(links.wait(link()));
    }
}

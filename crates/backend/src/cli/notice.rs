//! The notice 「WEBサービスご利用に関するお知らせ」, on its way to paper.
//!
//! An initial password is shown once. So it is shown first and counts afterwards: where the page or
//! standard output cannot be written, nothing has changed and a second try finds nothing in its way.

use std::{future::Future, path::Path};

use anyhow::Context as _;
use serde_json::json;
use warifu_platform::{
    file::Readers,
    output::{Existing, Output},
};
use warifu_protocol::{CustomerNumber, PersonName, SecretText, Timestamp, UserId};

use super::output;
use crate::{
    config::Config,
    notice::{Notice, Occasion},
};

/// Whom a notice is for, and why.
pub(super) struct Person {
    pub(super) occasion: Occasion,
    pub(super) number: CustomerNumber,
    /// The customer's name.
    pub(super) name: String,
    pub(super) user_id: UserId,
    /// The user's name.
    pub(super) holder: Option<PersonName>,
    pub(super) is_primary: bool,
    pub(super) initial: SecretText,
}

/// Where a notice goes: opened before anything is done.
pub(super) struct Paper {
    page: Option<Output>,
    json: bool,
}

impl Paper {
    /// Opens the file of the page, which must not exist yet: it could be a notice that nobody has
    /// printed.
    pub(super) fn open(html: Option<&Path>, json: bool) -> anyhow::Result<Self> {
        let open = |path: &Path| {
            Output::open(path, Existing::Refused, Readers::Owner)
                .with_context(|| format!("cannot write {}", path.display()))
        };
        Ok(Self { page: html.map(open).transpose()?, json })
    }

    /// Hands out the notice, and then lets the change that it tells of count.
    ///
    /// # Errors
    ///
    /// The page's, standard output's, the change's: each time nothing has changed, and the page is gone.
    pub(super) async fn hand_out<T>(
        self,
        config: &Config,
        person: &Person,
        now: Timestamp,
        change: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        const NOTHING: &str = "nothing was changed";
        let face = config.face();
        let notice = Notice {
            occasion: person.occasion,
            provider: &face.name.ja,
            logo: config.provider.logo(),
            service_name: config.service_name.as_str(),
            support: &config.support,
            download_url: config.app.as_ref().and_then(|app| app.download_url()),
            customer_name: &person.name,
            customer_number: &person.number,
            user_id: &person.user_id,
            holder: person.holder.as_ref(),
            is_primary: person.is_primary,
            initial_password: &person.initial,
            issued_at: now,
        };
        let page = self.page.map(|page| page.write(notice.html().as_bytes())).transpose();
        let page = page.context("cannot write the page").context(NOTHING)?;
        let shown = if self.json {
            output::json(&json!({
                "customer_number": person.number,
                "customer_name": person.name,
                "name": person.holder,
                "user_id": person.user_id,
                "initial_password": person.initial.expose(),
            }))
        } else {
            output::line(notice.text())
        };
        let changed = match shown {
            // A reader that has gone is no excuse here: the password was not seen.
            Err(error) => Err(anyhow::anyhow!("{error:#}").context(NOTHING)),
            Ok(()) => change.await.context("nothing was changed: the notice does not hold"),
        };
        if let Some(page) = page {
            match &changed {
                Ok(_) => page.keep(),
                Err(_) => page.take_back(),
            }
        }
        changed
    }
}

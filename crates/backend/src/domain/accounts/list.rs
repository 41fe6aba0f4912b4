//! The list of users: searched as one types, page by page.
//!
//! Pages go on behind the last user shown: by ID, or in the order of where the text is found.

use std::sync::Arc;

use warifu_protocol::{UserPage, UserQuery, UserView};
use warifu_store::{
    Tx,
    tables::{account::User, certificate, search},
};

use super::Administrator;
use crate::{config::Config, domain::Backend, domain::rights, error::Error};

/// Users of a page unless the query says otherwise, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 200;

/// A page of the administrator's users.
pub(crate) async fn users(
    backend: &Arc<Backend>,
    by: Administrator,
    query: UserQuery,
) -> Result<UserPage, Error> {
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let search = query.search.unwrap_or_default();
    let after = query.after.unwrap_or_default().to_lowercase();
    let shared = Arc::clone(backend);
    backend
        .store
        // A search may look at many ends in vain.
        .read_at_length(move |tx| {
            let customer = by.user.customer.id;
            let mut found = search::page(tx, customer, &search, &after, limit + 1)?;
            let more = found.len() > limit as usize;
            found.truncate(limit as usize);
            let users = found
                .iter()
                .map(|user| by.view(tx, &shared.config, user))
                .collect::<Result<Vec<_>, Error>>()?;
            let next = users.last().filter(|_| more).map(|user| user.user_id.to_string());
            Ok(UserPage { users, next, counts: None })
        })
        .await
}

impl Administrator {
    /// A user as this administrator sees them.
    pub(super) fn view(&self, tx: &Tx, config: &Config, user: &User) -> Result<UserView, Error> {
        let permissions = rights::held(tx, config, user)?;
        let beyond_reach = permissions.iter().any(|permission| !self.held.contains(permission));
        let certificate = certificate::end_of_current(tx, user.id)?;
        let issuable = user.suspended_at.is_none() && user.may_issue;
        Ok(UserView {
            user_id: user.user_id.clone(),
            name: None,
            department: None,
            email: user.email.as_ref().and_then(|email| email.parse().ok()),
            primary: user.is_primary,
            yourself: self.is(user),
            beyond_reach,
            permissions,
            locked: user.wrong_passwords() >= config.password.max_attempts,
            suspended_at: user.suspended_at,
            initial_password: user.password_initial,
            may_issue: issuable,
            certificate_not_after: certificate,
            certificate_expired: certificate.is_some_and(|not_after| self.now > not_after),
            last_login_at: user.last_login_at,
            version: user.version,
        })
    }
}

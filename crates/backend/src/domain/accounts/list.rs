//! The list of users: searched as one types, in a state, in an order, page by page.

use std::sync::Arc;

use warifu_protocol::{
    SortDirection, Timestamp, UserCounts, UserPage, UserQuery, UserSort, UserState, UserView,
};
use warifu_store::{
    StoreError, Tx,
    tables::{
        account::User,
        directory::{self, Filter, Listing, Order},
    },
};

use super::Administrator;
use crate::{config::Config, domain::Backend, domain::rights, error::Error};

/// Users of a page unless the query says otherwise, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 200;

const DAY: i64 = 86_400;

/// A page of the administrator's users.
pub(crate) async fn users(
    backend: &Arc<Backend>,
    by: Administrator,
    query: UserQuery,
) -> Result<UserPage, Error> {
    let shared = Arc::clone(backend);
    backend
        .store
        // A search may look at many ends in vain.
        .read_at_length(move |tx| {
            let (config, customer) = (&shared.config, by.user.customer.id);
            let listing = Listing {
                customer,
                search: query.search.as_deref().unwrap_or_default(),
                filter: query.state.map(|state| filter(state, config, by.now)),
                order: query.sort.map(order),
                descending: query.direction.unwrap_or_default() == SortDirection::Descending,
                after: query.after.as_deref().unwrap_or_default(),
                limit: query.limit.unwrap_or(USUAL).clamp(1, MOST),
            };
            let page = directory::page(tx, &listing)?;
            let users = page.users.iter().map(|user| by.view(tx, config, user));
            let users = users.collect::<Result<Vec<_>, Error>>()?;
            let counts = match query.counts {
                Some(true) => Some(counts(tx, customer, config, by.now)?),
                Some(false) | None => None,
            };
            Ok(UserPage { users, next: page.next, counts })
        })
        .await
}

fn order(sort: UserSort) -> Order {
    match sort {
        UserSort::UserId => Order::UserId,
        UserSort::Name => Order::Name,
        UserSort::Department => Order::Department,
        UserSort::CertificateNotAfter => Order::CertificateEnd,
        UserSort::LastLoginAt => Order::LastLogin,
    }
}

/// What a state is to the database, by the provider's rules.
fn filter(state: UserState, config: &Config, now: Timestamp) -> Filter {
    match state {
        UserState::Locked => Filter::Locked(config.password.max_attempts),
        UserState::Suspended => Filter::Suspended,
        UserState::Expiring => Filter::Ending(now, now + i64::from(config.renewal_days) * DAY),
        UserState::Expired => Filter::Ended(now),
        UserState::WithoutCertificate => Filter::WithoutCertificate,
        UserState::InitialPassword => Filter::InitialPassword,
        UserState::Unnamed => Filter::Unnamed,
    }
}

fn counts(
    tx: &Tx,
    customer: i64,
    config: &Config,
    now: Timestamp,
) -> Result<UserCounts, StoreError> {
    let count = |state| directory::count(tx, customer, Some(filter(state, config, now)));
    Ok(UserCounts {
        all: directory::count(tx, customer, None)?,
        locked: count(UserState::Locked)?,
        suspended: count(UserState::Suspended)?,
        expiring: count(UserState::Expiring)?,
        expired: count(UserState::Expired)?,
        without_certificate: count(UserState::WithoutCertificate)?,
        initial_password: count(UserState::InitialPassword)?,
        unnamed: count(UserState::Unnamed)?,
    })
}

impl Administrator {
    /// A user as this administrator sees them.
    pub(super) fn view(&self, tx: &Tx, config: &Config, user: &User) -> Result<UserView, Error> {
        let permissions = rights::held(tx, config, user)?;
        let beyond_reach = permissions.iter().any(|permission| !self.held.contains(permission));
        let certificate = user.certificate_end;
        let issuable = user.suspended_at.is_none() && user.may_issue;
        Ok(UserView {
            user_id: user.user_id.clone(),
            name: user.name.as_ref().and_then(|name| name.parse().ok()),
            department: user.department.as_ref().and_then(|name| name.parse().ok()),
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
            pc_name: None,
            certificate_expired: certificate.is_some_and(|not_after| self.now > not_after),
            last_login_at: user.last_login_at,
            version: user.version,
        })
    }
}

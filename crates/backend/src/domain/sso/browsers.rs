//! The end of browsers' logins, whatever it comes from: the logins at services end with them, and each of
//! those services is to be told.

use std::collections::{BTreeMap, BTreeSet};

use warifu_protocol::{Permission, Timestamp};
use warifu_store::{
    StoreError, Tx,
    tables::{
        account::{self, User},
        web_browser::{self as rows, Browser, Listed},
        web_logout as logouts,
        web_service::{self as services, Service},
    },
};

use crate::{
    audit::{self, Act, Actor, Entry},
    config::Config,
};

/// A service that was opened so lately, in seconds, may keep its login only after it was told that it has
/// ended: its answer may be under way. It is told once more when that time has passed.
const FRESH: i64 = 30;

/// For how long a service is told, in seconds, however short the login had still been: it may keep its own
/// for as long as that.
const PATIENCE: i64 = 8 * 3600;

/// Why a browser's login ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Why {
    /// The user logged out in the app.
    Logout,
    /// The user logged out at a service.
    LogoutAtService,
    /// The user was suspended or deleted, the certificate revoked, or the password set or changed.
    Withdrawn,
    /// The app's session is gone: another certificate took over, or other sessions its place.
    SessionGone,
    /// Its time is over.
    Limit,
    /// It showed no life.
    Idle,
    /// Somebody else logs in in this browser, or the same user from another session.
    GaveWay,
    /// The way into it was used a second time.
    Replayed,
    /// The provider ended it.
    Provider,
    /// The database was restored from a backup.
    Restored,
}

impl Why {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::LogoutAtService => "logout-at-service",
            Self::Withdrawn => "withdrawn",
            Self::SessionGone => "session-gone",
            Self::Limit => "limit",
            Self::Idle => "idle",
            Self::GaveWay => "gave-way",
            Self::Replayed => "replayed",
            Self::Provider => "provider",
            Self::Restored => "restored",
        }
    }
}

/// Ends all of a user's; how many.
///
/// # Errors
///
/// The database's.
pub(crate) fn end_of_account(
    tx: &Tx,
    account: i64,
    why: Why,
    now: Timestamp,
) -> Result<usize, StoreError> {
    end_each(tx, &rows::open_of_account(tx, account)?, why, now)
}

/// Ends those of a user whose session of the app is gone.
///
/// # Errors
///
/// The database's.
pub(crate) fn end_orphans(tx: &Tx, account: i64, now: Timestamp) -> Result<usize, StoreError> {
    end_each(tx, &rows::orphans_of_account(tx, account)?, Why::SessionGone, now)
}

/// Ends every one; how many.
///
/// # Errors
///
/// The database's.
pub(crate) fn end_all(tx: &Tx, why: Why, now: Timestamp) -> Result<usize, StoreError> {
    end_each(tx, &rows::all_open(tx)?, why, now)
}

fn end_each(tx: &Tx, browsers: &[Browser], why: Why, now: Timestamp) -> Result<usize, StoreError> {
    for browser in browsers {
        end(tx, browser, why, None, now)?;
    }
    Ok(browsers.len())
}

/// Ends one, and queues what its services are told; the service that knows already is told nothing.
pub(super) fn end(
    tx: &Tx,
    browser: &Browser,
    why: Why,
    told: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if !rows::end(tx, browser.id, why.as_str(), now)? {
        return Ok(());
    }
    close(tx, browser, services::open_of_browser(tx, browser.id)?, told, now)
}

/// Ends logins at services, each of which is told once, however many it had.
pub(super) fn close(
    tx: &Tx,
    browser: &Browser,
    closed: Vec<Service>,
    told: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut clients: BTreeMap<String, Timestamp> = BTreeMap::new();
    for service in closed {
        services::end(tx, service.id, now)?;
        let opened_at = clients.entry(service.client).or_insert(service.opened_at);
        *opened_at = service.opened_at.max(*opened_at);
    }
    if clients.is_empty() {
        return Ok(());
    }
    let user = account::get(tx, browser.account)?;
    let until = browser.ends_at.max(now + PATIENCE);
    for (client, opened_at) in clients {
        if told != Some(client.as_str()) {
            logouts::queue(tx, browser.id, &client, now, (now, until))?;
            if opened_at > now - FRESH {
                logouts::queue(tx, browser.id, &client, now, (now + FRESH, until))?;
            }
        }
        audit::record(tx, &entry(&user, browser, Act::ServiceClosed, &client, now))?;
    }
    Ok(())
}

/// The logins that have not ended; of one user, if one is named.
///
/// # Errors
///
/// The database's.
pub(crate) fn list(tx: &Tx, account: Option<i64>) -> Result<Vec<Listed>, StoreError> {
    rows::list(tx, account)
}

/// Ends the login with that row for the provider; whether there was one.
///
/// # Errors
///
/// The database's.
pub(crate) fn end_by_provider(tx: &Tx, id: i64, now: Timestamp) -> Result<bool, StoreError> {
    let Some(found) = rows::find(tx, id)? else { return Ok(false) };
    account::lock(tx, found.account)?;
    let Some(browser) = rows::lock(tx, id)?.filter(|browser| browser.ended_at.is_none()) else {
        return Ok(false);
    };
    end(tx, &browser, Why::Provider, None, now)?;
    Ok(true)
}

/// A user's rights are others: the services that are told of what changed log the user in anew.
///
/// # Errors
///
/// The database's.
pub(crate) fn note_permissions(
    tx: &Tx,
    config: &Config,
    account: i64,
    changed: &BTreeSet<Permission>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sees = |service: &Service| {
        config.clients.iter().filter(|client| client.id.as_str() == service.client).any(|client| {
            let seen = client.permissions.iter().chain(&client.require_permission);
            seen.into_iter().any(|permission| changed.contains(permission))
        })
    };
    for browser in rows::open_of_account(tx, account)? {
        let open = services::open_of_browser(tx, browser.id)?;
        close(tx, &browser, open.into_iter().filter(sees).collect(), None, now)?;
    }
    Ok(())
}

/// A row of the record about a service, by the backend itself.
pub(super) fn entry<'a>(
    user: &'a User,
    browser: &'a Browser,
    act: Act,
    client: &'a str,
    now: Timestamp,
) -> Entry<'a> {
    Entry {
        customer: Some(user.customer.customer_number.as_str()),
        subject: Some(user.user_id.as_str()),
        certificate: Some(&browser.thumbprint),
        service: Some(client),
        ..Entry::new(act, Actor::System, now)
    }
}

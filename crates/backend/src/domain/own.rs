//! What users see and change of their own account: its record, and the address of their warnings.

use std::sync::Arc;

use warifu_protocol::{
    AuditPage, EmailAddress, ErrorCode, HistoryQuery, OwnEmailChange, SessionView, Timestamp,
};
use warifu_store::{
    StoreError, Tx,
    tables::{
        account::{self, User},
        audit as rows,
        outbox::{self, AddressChange},
    },
};

use super::{
    authenticate::{self, Credentials},
    login,
    session::{self, entry},
};
use crate::{
    audit::{self, Act, Entry},
    config::Config,
    domain::Backend,
    error::Error,
};

/// A page of what was done to the account of the session's user, and by them to it.
pub(crate) async fn history(
    backend: &Arc<Backend>,
    who: Credentials,
    query: HistoryQuery,
) -> Result<AuditPage, Error> {
    authenticate::read(backend, who, move |_, caller, _| {
        let user = &caller.proved.user;
        let customer = user.customer.customer_number.as_str();
        Ok(audit::page_about(caller.proved.tx(), customer, user.user_id.as_str(), &query)?)
    })
    .await
}

/// Sends the warnings of the session's user elsewhere, if the password is theirs; a wrong one counts as at
/// login (FAQ 3-2). The address before the change hears of it.
pub(crate) async fn change_email(
    backend: &Arc<Backend>,
    who: Credentials,
    change: OwnEmailChange,
) -> Result<SessionView, Error> {
    // A session that has ended is told before a password is looked at.
    authenticate::read(backend, who.clone(), |_, _, _| Ok(())).await?;
    let OwnEmailChange { email, password } = change;
    let (peer, address) = (who.peer.clone(), who.peer.address);
    login::with_password(backend, &peer, password, move |backend, by, now| {
        let (tx, user) = (by.tx(), &by.user);
        let session = session::find(by, &who.token, &backend.config, now)?
            .ok_or_else(|| Error::refused(ErrorCode::SessionEnded))?;
        let certificate = by.certificate()?;
        if user.email.as_deref() != Some(email.as_str()) {
            account::set_email(tx, user.id, Some(EmailAddress::as_str(&email)))?;
            // Whoever administers looks at it anew.
            account::bump_version(tx, user.id)?;
            let changed = Entry {
                certificate: Some(&certificate.thumbprint),
                ..entry(user, Act::UserChanged, now, address)
            };
            audit::record(tx, &changed)?;
            tell_both(tx, &backend.config, user, &email, now)?;
        }
        let user = account::get(tx, user.id)?;
        session::view(tx, &backend.config, &user, certificate, &session, now)
    })
    .await
}

/// Writes to the address before a change and to the one since, where the provider sends letters at all.
fn tell_both(
    tx: &Tx,
    config: &Config,
    before: &User,
    latter: &EmailAddress,
    now: Timestamp,
) -> Result<(), Error> {
    if config.mail.is_none() {
        return Ok(());
    }
    // What an older version let in and nobody can be written to at is left out.
    let former = before.email.as_deref().and_then(|email| email.parse().ok());
    let version = account::get(tx, before.id)?.version;
    let change = AddressChange { at: now, former, latter: latter.clone() };
    Ok(tell_of_change(tx, (before.id, version), &change)?)
}

/// Seconds for which it is of use to tell somebody that their address was changed.
const CHANGE_IS_NEWS: i64 = 30 * 86_400;

/// Queues the letters about a change of a user's address: to the one before, so that its owner hears of what
/// others did in their name, and to the one since. `version` is the user's since the change.
///
/// # Errors
///
/// The database's.
pub(crate) fn tell_of_change(
    tx: &Tx,
    (account, version): (i64, u32),
    change: &AddressChange,
) -> Result<(), StoreError> {
    outbox::queue_address_change(tx, (account, version), change, change.at + CHANGE_IS_NEWS)
}

/// When somebody last failed to log in as a user.
pub(super) fn last_failed_login(tx: &Tx, user: &User) -> Result<Option<Timestamp>, StoreError> {
    let acts = [Act::LoginFailed.as_str(), Act::LoginRefused.as_str()];
    let (customer, id) = (user.customer.customer_number.as_str(), user.user_id.as_str());
    Ok(rows::last_about(tx, customer, id, acts)?.map(|record| record.at))
}

/// The name of the PC that a user's certificate was issued to, as the PC itself said.
pub(super) fn pc_name(tx: &Tx, user: &User) -> Result<Option<String>, StoreError> {
    let acts = [Act::CertificateIssued.as_str(), Act::CertificateRenewed.as_str()];
    let (customer, id) = (user.customer.customer_number.as_str(), user.user_id.as_str());
    Ok(rows::last_about(tx, customer, id, acts)?.and_then(audit::device_of))
}

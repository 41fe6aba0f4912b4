//! What can be done to a user, done in one way by whoever may: an administrator of the customer, or the
//! provider at its command line.

use warifu_protocol::{RevocationReason, Thumbprint, Timestamp, UserAction};
use warifu_store::{
    Tx,
    tables::{
        account::{self, User},
        certificate,
    },
};

use super::{delete, reset_password, suspend};
use crate::{
    audit::{self, Act, Actor, Entry},
    domain::session::end_all_access,
    error::Error,
};

/// Who acts, as the record names them.
#[derive(Clone, Debug)]
pub(crate) struct By<'a> {
    pub(crate) actor: Actor<'a>,
    /// The certificate that they showed.
    pub(crate) certificate: Option<&'a Thumbprint>,
    /// Where they are.
    pub(crate) address: Option<String>,
    pub(crate) now: Timestamp,
}

impl By<'_> {
    /// A row about a user.
    pub(crate) fn entry<'a>(&'a self, act: Act, subject: &'a User) -> Entry<'a> {
        Entry {
            customer: Some(subject.customer.customer_number.as_str()),
            subject: Some(subject.user_id.as_str()),
            certificate: self.certificate,
            address: self.address.clone(),
            ..Entry::new(act, self.actor, self.now)
        }
    }

    /// Records an act on a user.
    pub(crate) fn record(&self, tx: &Tx, act: Act, subject: &User) -> Result<(), Error> {
        Ok(audit::record(tx, &self.entry(act, subject))?)
    }
}

/// Does something to a user; with `hash`, the user gets that initial password as well.
pub(crate) fn perform(
    tx: &Tx,
    by: &By<'_>,
    act: UserAction,
    hash: Option<&str>,
    user: &User,
) -> Result<(), Error> {
    match act {
        UserAction::Unlock => {
            account::unlock(tx, user.id)?;
            by.record(tx, Act::Unlocked, user)?;
        }
        // The new password does it all.
        UserAction::ResetPassword => {}
        UserAction::Reissue => {
            revoke_all(tx, by, user, RevocationReason::Unspecified)?;
            account::set_may_issue(tx, user.id, true)?;
            by.record(tx, Act::Reissued, user)?;
        }
        UserAction::Suspend => {
            suspend(tx, user, by.now)?;
            by.record(tx, Act::Suspended, user)?;
        }
        UserAction::Resume => {
            account::resume(tx, user.id)?;
            by.record(tx, Act::Resumed, user)?;
        }
        UserAction::Delete => {
            revoke_all(tx, by, user, RevocationReason::Unspecified)?;
            delete(tx, user, by.now)?;
            by.record(tx, Act::UserDeleted, user)?;
        }
    }
    if let Some(hash) = hash {
        reset_password(tx, user, hash, by.now)?;
        by.record(tx, Act::PasswordReset, user)?;
    }
    account::bump_version(tx, user.id)?;
    Ok(())
}

/// Revokes what a user has; how many certificates that were.
pub(crate) fn revoke(
    tx: &Tx,
    by: &By<'_>,
    user: &User,
    reason: RevocationReason,
) -> Result<usize, Error> {
    let revoked = revoke_all(tx, by, user, reason)?;
    account::bump_version(tx, user.id)?;
    Ok(revoked)
}

fn revoke_all(tx: &Tx, by: &By<'_>, user: &User, reason: RevocationReason) -> Result<usize, Error> {
    let reason = (reason != RevocationReason::Unspecified).then(|| reason.as_str());
    let revoked = certificate::revoke_of_account(tx, user.id, reason, by.now)?;
    end_all_access(tx, user.id, by.now)?;
    for thumbprint in &revoked {
        let entry =
            Entry { certificate: Some(thumbprint), ..by.entry(Act::CertificateRevoked, user) };
        audit::record(tx, &entry)?;
    }
    Ok(revoked.len())
}

#[cfg(test)]
mod tests {
    use warifu_store::tables::{account::NewUser, audit as rows, customer};

    use super::*;

    fn by(name: &str, now: Timestamp) -> By<'_> {
        By { actor: Actor::Provider(Some(name)), certificate: None, address: None, now }
    }

    fn user(tx: &Tx) -> User {
        let customer = customer::insert(tx, &"10000001".parse().unwrap(), "-", 1).unwrap();
        let new = NewUser {
            user_id: &"tanaka".parse().unwrap(),
            name: None,
            department: None,
            email: None,
            is_primary: false,
            password_hash: "first",
            permissions: &[],
            subject: "tanaka",
        };
        let id = account::insert(tx, customer, &new, 1).unwrap();
        account::get(tx, id).unwrap()
    }

    #[test]
    fn a_suspension_keeps_its_first_day_and_each_act_makes_another_version() {
        let tx = Tx::in_memory();
        let before = user(&tx);
        for (now, act) in [(10, UserAction::Suspend), (20, UserAction::Suspend)] {
            perform(&tx, &by("yamada", now), act, None, &before).unwrap();
        }
        let suspended = account::get(&tx, before.id).unwrap();
        assert_eq!(suspended.suspended_at, Some(10));
        assert_eq!(suspended.version, before.version + 2);
        perform(&tx, &by("yamada", 30), UserAction::Resume, None, &suspended).unwrap();
        assert_eq!(account::get(&tx, before.id).unwrap().suspended_at, None);
    }

    #[test]
    fn the_record_names_the_person_who_acted() {
        let tx = Tx::in_memory();
        let user = user(&tx);
        let by = by("yamada", 10);
        perform(&tx, &by, UserAction::Reissue, Some("second"), &user).unwrap();
        let records = rows::after(&tx, 0, 10).unwrap();
        let acts: Vec<_> =
            records.iter().map(|row| (row.actor.as_str(), row.act.as_str())).collect();
        assert_eq!(acts, [("yamada", "reissued"), ("yamada", "password-reset")]);
        assert!(records.iter().all(|row| row.actor_kind.as_deref() == Some("provider")));
        let user = account::get(&tx, user.id).unwrap();
        assert!(user.may_issue && user.password_initial && user.password_hash == "second");
    }
}

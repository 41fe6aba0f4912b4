//! What can be done to a user, done in one way by whoever may: an administrator of the customer, or the
//! provider at its command line.

use rusqlite::Connection;
use warifu_protocol::{Thumbprint, Timestamp, UserAct};

use super::{allow_issuance, bump, delete, reset_password, resume, suspend, unlock};
use crate::{
    audit::{self, Act, Actor, Entry},
    certificates::{self, Reason},
    directory::User,
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
    pub(crate) fn record(
        &self,
        connection: &Connection,
        act: Act,
        subject: &User,
    ) -> Result<(), Error> {
        Ok(audit::record(connection, &self.entry(act, subject))?)
    }
}

/// Does something to a user; with `hash`, the user gets that initial password as well.
pub(crate) fn perform(
    connection: &Connection,
    by: &By<'_>,
    act: UserAct,
    hash: Option<&str>,
    user: &User,
) -> Result<(), Error> {
    match act {
        UserAct::Unlock => {
            unlock(connection, user)?;
            by.record(connection, Act::Unlocked, user)?;
        }
        // The new password does it all.
        UserAct::ResetPassword => {}
        UserAct::Reissue => {
            revoke_all(connection, by, user, Reason::Unspecified)?;
            allow_issuance(connection, user)?;
            by.record(connection, Act::Reissued, user)?;
        }
        UserAct::Suspend => {
            suspend(connection, user, by.now)?;
            by.record(connection, Act::Suspended, user)?;
        }
        UserAct::Resume => {
            resume(connection, user)?;
            by.record(connection, Act::Resumed, user)?;
        }
        UserAct::Delete => {
            revoke_all(connection, by, user, Reason::Unspecified)?;
            delete(connection, user, by.now)?;
            by.record(connection, Act::UserDeleted, user)?;
        }
    }
    if let Some(hash) = hash {
        reset_password(connection, user, hash, by.now)?;
        by.record(connection, Act::PasswordReset, user)?;
    }
    bump(connection, user)?;
    Ok(())
}

/// Revokes what a user has; how many certificates that were.
pub(crate) fn revoke(
    connection: &Connection,
    by: &By<'_>,
    user: &User,
    reason: Reason,
) -> Result<usize, Error> {
    let revoked = revoke_all(connection, by, user, reason)?;
    bump(connection, user)?;
    Ok(revoked)
}

fn revoke_all(
    connection: &Connection,
    by: &By<'_>,
    user: &User,
    reason: Reason,
) -> Result<usize, Error> {
    let revoked = certificates::revoke_of_user(connection, user.id, by.now)?;
    for thumbprint in &revoked {
        if reason != Reason::Unspecified {
            certificates::keep_reason(connection, thumbprint, reason)?;
        }
        let entry =
            Entry { certificate: Some(thumbprint), ..by.entry(Act::CertificateRevoked, user) };
        audit::record(connection, &entry)?;
    }
    Ok(revoked.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        directory::{self, NewUser},
        store::memory,
    };

    fn by(name: &str, now: Timestamp) -> By<'_> {
        By { actor: Actor::Provider(Some(name)), certificate: None, address: None, now }
    }

    fn user(connection: &Connection) -> User {
        let customer =
            directory::add_customer(connection, &"10000001".parse().unwrap(), "-", 1).unwrap();
        let new = NewUser {
            user_id: &"tanaka".parse().unwrap(),
            email: None,
            is_primary: false,
            password_hash: "first",
            permissions: &[],
        };
        let id = directory::add_user(connection, customer, &new, 1).unwrap();
        directory::user(connection, id).unwrap()
    }

    #[test]
    fn a_suspension_keeps_its_first_day_and_each_act_makes_another_version() {
        let connection = memory();
        let before = user(&connection);
        for (now, act) in [(10, UserAct::Suspend), (20, UserAct::Suspend)] {
            perform(&connection, &by("yamada", now), act, None, &before).unwrap();
        }
        let suspended = directory::user(&connection, before.id).unwrap();
        assert_eq!(suspended.suspended_at, Some(10));
        assert_eq!(suspended.version, before.version + 2);
        perform(&connection, &by("yamada", 30), UserAct::Resume, None, &suspended).unwrap();
        assert_eq!(directory::user(&connection, before.id).unwrap().suspended_at, None);
    }

    #[test]
    fn the_record_names_the_person_who_acted() {
        let connection = memory();
        let user = user(&connection);
        let by = by("yamada", 10);
        perform(&connection, &by, UserAct::Reissue, Some("second"), &user).unwrap();
        let records = audit::list(&connection, None, 0, 10).unwrap();
        let acts: Vec<_> =
            records.iter().map(|row| (row.actor.as_str(), row.act.as_str())).collect();
        assert_eq!(acts, [("yamada", "reissued"), ("yamada", "password-reset")]);
        assert!(records.iter().all(|row| row.actor_kind.as_deref() == Some("provider")));
        let user = directory::user(&connection, user.id).unwrap();
        assert!(user.may_issue && user.password_initial && user.password_hash == "second");
    }
}

//! User administration by the customer's own user administrators (SPEC F; FAQ 1-3, 1-5).
//!
//! Nobody grants a permission, or touches the holder of one, that they do not hold; nobody touches the
//! primary administrator but the provider; nobody shuts themselves out. What was allowed when a request
//! came is asked again inside the change itself.

mod acting;
mod import;
mod list;

use std::{collections::BTreeSet, sync::Arc};

use warifu_protocol::{
    AdministrationView, AuditEvent as Act, Department, Details, EmailAddress, ErrorCode, NewUser,
    Permission, PermissionView, PersonName, SecretText, Thumbprint, Timestamp, UserAction,
    UserActionRequest, UserAnswer, UserChange, UserId, UserView, check_password,
};
use warifu_store::{
    StoreError, Tx,
    tables::{
        account::{self, User},
        password_history, permission, web_known,
    },
};

use crate::{
    audit::{self, Actor, Entry},
    config::Config,
    domain::Backend,
    domain::{
        authenticate::{self, Caller, Credentials},
        credentials::{
            change::{Initial, replace},
            lanes::{Lane, Place, Share},
        },
        own, rights,
        session::end_all_access,
        sso::browsers,
    },
    error::Error,
    random,
};

pub(crate) use self::{
    acting::{By, perform, revoke},
    import::import,
    list::users,
};

/// A user administrator at work.
#[derive(Clone, Debug)]
pub(crate) struct Administrator {
    who: Credentials,
    user: User,
    certificate: Thumbprint,
    /// The rights that they hold.
    held: BTreeSet<Permission>,
    now: Timestamp,
}

/// The user administrator of a session.
///
/// # Errors
///
/// `permission-missing`; those of [`Credentials::caller`].
pub(crate) async fn administrator(
    backend: &Arc<Backend>,
    who: Credentials,
) -> Result<Administrator, Error> {
    authenticate::read(backend, who.clone(), move |backend, caller, now| {
        Administrator::of(caller, who.clone(), &backend.config, now)
    })
    .await
}

/// What an administrator may do.
pub(crate) fn administration(config: &Config, by: &Administrator) -> AdministrationView {
    AdministrationView {
        permissions: config
            .permissions()
            .map(|known| PermissionView {
                grantable: by.held.contains(&known.name),
                permission: known.name,
                title: known.title,
                description: known.description,
            })
            .collect(),
        import_max_users: config.import_max_users,
        names: true,
        expiring_days: config.renewal_days.into(),
    }
}

/// One user of the administrator's customer.
pub(crate) async fn user(
    backend: &Arc<Backend>,
    by: Administrator,
    id: UserId,
) -> Result<UserView, Error> {
    let shared = Arc::clone(backend);
    backend
        .store
        .read(move |tx| {
            let user = by.find(tx, &id)?;
            let mut view = by.view(tx, &shared.config, &user)?;
            if view.certificate_not_after.is_some() {
                view.pc_name = own::pc_name(tx, &user)?;
            }
            Ok(view)
        })
        .await
}

/// Creates a user, who can obtain a certificate at once.
pub(crate) async fn create(
    backend: &Arc<Backend>,
    by: Administrator,
    new: NewUser,
) -> Result<UserAnswer, Error> {
    check_known(&backend.config, &new.permissions)?;
    let password = initial_password(&backend.config, new.initial_password.clone())?;
    let hash = by.place(backend)?.hash(password.clone()).await?;
    let (shared, subject) = (Arc::clone(backend), random::name()?);
    let user = backend
        .store
        .write(move |tx| {
            let by = by.again(tx, &shared.config)?;
            by.reach(&new.permissions)?;
            let user = by.create(tx, &new, &hash, &subject)?;
            by.view(tx, &shared.config, &user)
        })
        .await?;
    Ok(UserAnswer { user: Some(user), initial_password: Some(password) })
}

/// Changes what of a user can be edited.
pub(crate) async fn change(
    backend: &Arc<Backend>,
    by: Administrator,
    id: UserId,
    change: UserChange,
) -> Result<UserView, Error> {
    check_known(&backend.config, &change.permissions)?;
    let shared = Arc::clone(backend);
    backend
        .store
        .write(move |tx| {
            let by = by.again(tx, &shared.config)?;
            let user = by.find(tx, &id)?;
            let present: BTreeSet<_> =
                rights::held(tx, &shared.config, &user)?.into_iter().collect();
            let wanted: BTreeSet<_> = change.permissions.iter().cloned().collect();
            let same = present == wanted;
            if by.is(&user) {
                if !same {
                    return Err(Error::refused(ErrorCode::OwnAccount));
                }
            } else {
                by.touch(&user, &present)?;
            }
            if user.version != change.version {
                return Err(Error::refused(ErrorCode::UserChanged));
            }
            if !same {
                by.reach(&change.permissions)?;
                permission::delete_of_account(tx, user.id)?;
                permission::grant(tx, user.id, &change.permissions)?;
                let changed = present.symmetric_difference(&wanted).cloned().collect();
                browsers::note_permissions(tx, &shared.config, user.id, &changed, by.now)?;
            }
            account::set_email(tx, user.id, change.email.as_ref().map(EmailAddress::as_str))?;
            set_names(tx, &user, change.name.clone(), change.department.clone())?;
            account::bump_version(tx, user.id)?;
            by.record(tx, Act::UserChanged, &user)?;
            by.view(tx, &shared.config, &account::get(tx, user.id)?)
        })
        .await
}

/// Does something to a user.
pub(crate) async fn act(
    backend: &Arc<Backend>,
    by: Administrator,
    id: UserId,
    request: UserActionRequest,
) -> Result<UserAnswer, Error> {
    let resets = match request.action {
        UserAction::ResetPassword => true,
        UserAction::Unlock | UserAction::Reissue => request.reset_password,
        UserAction::Suspend | UserAction::Resume | UserAction::Delete => false,
    };
    // Whatever is refused anyway is refused before a password is hashed for it.
    let (shared, reader, wanted) = (Arc::clone(backend), by.clone(), id.clone());
    let version = request.version;
    backend
        .store
        .read(move |tx| reader.acted_on(tx, &shared.config, &wanted, version).map(drop))
        .await?;
    let mut password = None;
    let mut hash = None;
    if resets {
        let initial = initial_password(&backend.config, request.initial_password)?;
        hash = Some(by.place(backend)?.hash(initial.clone()).await?);
        password = Some(initial);
    }
    let shared = Arc::clone(backend);
    let user = backend
        .store
        .write(move |tx| {
            let by = by.again(tx, &shared.config)?;
            let user = by.acted_on(tx, &shared.config, &id, version)?;
            perform(tx, &by.as_actor(), request.action, hash.as_deref(), &user)?;
            if request.action == UserAction::Delete {
                return Ok(None);
            }
            let user = account::get(tx, user.id)?;
            by.view(tx, &shared.config, &user).map(Some)
        })
        .await?;
    Ok(UserAnswer { user, initial_password: password })
}

/// Records that a list leaves the service as a file.
pub(crate) async fn announce_export(
    backend: &Arc<Backend>,
    by: Administrator,
) -> Result<(), Error> {
    backend
        .store
        .write(move |tx| {
            let actor = by.as_actor();
            let entry = Entry { subject: None, ..actor.entry(Act::Exported, &by.user) };
            Ok(audit::record(tx, &entry)?)
        })
        .await
}

impl Administrator {
    /// The administrator's customer, for the audit record's filter.
    pub(crate) fn customer(&self) -> &str {
        self.user.customer.customer_number.as_str()
    }

    fn of(
        caller: &Caller<'_>,
        who: Credentials,
        config: &Config,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let user = caller.proved.user.clone();
        let certificate = caller.proved.certificate()?.thumbprint.clone();
        let held = held(caller.proved.tx(), config, &user)?;
        Ok(Self { who, user, certificate, held, now })
    }

    /// The administrator as they are now, inside a change.
    fn again(&self, tx: &Tx, config: &Config) -> Result<Self, Error> {
        let caller = self.who.caller(tx, config, self.now)?;
        Self::of(&caller, self.who.clone(), config, self.now)
    }

    /// A place for the initial passwords that they make.
    fn place(&self, backend: &Backend) -> Result<Place, Error> {
        let share = Share::Customer(self.user.customer.id);
        Ok(backend.passwords.reserve(Lane::Administration, share)?)
    }

    fn is(&self, user: &User) -> bool {
        user.id == self.user.id
    }

    fn find(&self, tx: &Tx, id: &UserId) -> Result<User, Error> {
        let customer = &self.user.customer.customer_number;
        account::find(tx, customer, id)?.ok_or_else(|| Error::refused(ErrorCode::UserNotFound))
    }

    /// The user of that ID, if this administrator may act on them as they were seen.
    fn acted_on(&self, tx: &Tx, config: &Config, id: &UserId, version: u32) -> Result<User, Error> {
        let user = self.find(tx, id)?;
        if self.is(&user) {
            return Err(Error::refused(ErrorCode::OwnAccount));
        }
        let held = rights::held(tx, config, &user)?.into_iter().collect();
        self.touch(&user, &held)?;
        if user.version != version {
            return Err(Error::refused(ErrorCode::UserChanged));
        }
        Ok(user)
    }

    /// Whether a user may be touched at all.
    fn touch(&self, user: &User, held: &BTreeSet<Permission>) -> Result<(), Error> {
        if user.is_primary {
            return Err(Error::refused(ErrorCode::PrimaryAdministrator));
        }
        if !held.is_subset(&self.held) {
            return Err(Error::refused(ErrorCode::BeyondOwnPermissions));
        }
        Ok(())
    }

    /// Whether these permissions may be granted.
    fn reach(&self, permissions: &[Permission]) -> Result<(), Error> {
        if permissions.iter().any(|permission| !self.held.contains(permission)) {
            return Err(Error::refused(ErrorCode::BeyondOwnPermissions));
        }
        Ok(())
    }

    fn create(&self, tx: &Tx, new: &NewUser, hash: &str, subject: &str) -> Result<User, Error> {
        let customer = self.user.customer.id;
        if account::row_of(tx, customer, new.user_id.as_str())?.is_some() {
            return Err(Error::refused(ErrorCode::UserExists));
        }
        let permissions: BTreeSet<_> = new.permissions.iter().cloned().collect();
        let permissions: Vec<_> = permissions.into_iter().collect();
        let row = account::NewUser {
            user_id: &new.user_id,
            name: new.name.as_ref(),
            department: new.department.as_ref(),
            email: new.email.as_ref().map(EmailAddress::as_str),
            is_primary: false,
            password_hash: hash,
            permissions: &permissions,
            subject,
        };
        let id = account::insert(tx, customer, &row, self.now)?;
        let user = account::get(tx, id)?;
        self.record(tx, Act::UserCreated, &user)?;
        Ok(user)
    }

    fn record(&self, tx: &Tx, act: Act, subject: &User) -> Result<(), Error> {
        self.as_actor().record(tx, act, subject)
    }

    fn as_actor(&self) -> By<'_> {
        By {
            actor: Actor::Administrator(&self.user.user_id),
            certificate: Some(&self.certificate),
            address: Some(self.who.peer.address.to_string()),
            now: self.now,
        }
    }
}

/// Changes what a user is called, as far as it is spoken of.
#[expect(clippy::option_option, reason = "a change that is not made, and one to nothing")]
fn set_names(
    tx: &Tx,
    user: &User,
    name: Option<Option<PersonName>>,
    department: Option<Option<Department>>,
) -> Result<(), StoreError> {
    let name = name.unwrap_or_else(|| user.name.as_ref()?.parse().ok());
    let department = department.unwrap_or_else(|| user.department.as_ref()?.parse().ok());
    account::set_names(tx, user.id, name.as_ref(), department.as_ref())
}

/// What the provider has heard of a user's name and department; what is not spoken of stays.
///
/// # Errors
///
/// The database's.
#[expect(clippy::option_option, reason = "a change that is not made, and one to nothing")]
pub(crate) fn rename(
    tx: &Tx,
    by: &By<'_>,
    user: &User,
    name: Option<Option<PersonName>>,
    department: Option<Option<Department>>,
) -> Result<(), Error> {
    set_names(tx, user, name, department)?;
    account::bump_version(tx, user.id)?;
    by.record(tx, Act::UserChanged, user)
}

/// The rights of a user administrator.
fn held(tx: &Tx, config: &Config, user: &User) -> Result<BTreeSet<Permission>, Error> {
    let held: BTreeSet<_> = rights::held(tx, config, user)?.into_iter().collect();
    if !held.contains(&Permission::user_administration()) {
        return Err(Error::refused(ErrorCode::PermissionMissing));
    }
    Ok(held)
}

/// Sets an initial password: the lock goes, and so does everybody who is logged in with the old one.
pub(crate) fn reset_password(
    tx: &Tx,
    user: &User,
    hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    replace(tx, user, hash, Initial(true), now)?;
    account::set_failed_count(tx, user.id, 0)?;
    end_all_access(tx, user.id, now)
}

/// Suspends a user, whose access ends; the day of a suspension that stands already stays.
pub(crate) fn suspend(tx: &Tx, user: &User, now: Timestamp) -> Result<(), StoreError> {
    account::suspend(tx, user.id, now)?;
    end_all_access(tx, user.id, now)
}

/// Deletes a user whose certificates were revoked. The row stays, so that the ID is never another
/// person's in the record; what is secret or personal in it goes.
pub(crate) fn delete(tx: &Tx, user: &User, now: Timestamp) -> Result<(), StoreError> {
    account::delete(tx, user.id, now)?;
    web_known::delete_of_account(tx, user.id)?;
    password_history::delete_of_account(tx, user.id)?;
    permission::delete_of_account(tx, user.id)
}

/// The initial password that was entered, if it meets the rules, or a new one.
fn initial_password(config: &Config, entered: Option<SecretText>) -> Result<SecretText, Error> {
    let Some(entered) = entered else { return Ok(random::initial_password()?) };
    let rules: Vec<_> = check_password(entered.expose(), &config.password)
        .into_iter()
        .filter(|check| !check.met)
        .map(|check| check.rule)
        .collect();
    if rules.is_empty() {
        Ok(entered)
    } else {
        let details = Details { rules: Some(rules), ..Details::default() };
        Err(Error::with(ErrorCode::PasswordRejected, details))
    }
}

fn check_known(config: &Config, permissions: &[Permission]) -> Result<(), Error> {
    if permissions.iter().all(|wanted| config.knows(wanted)) {
        Ok(())
    } else {
        Err(Error::field("permissions"))
    }
}

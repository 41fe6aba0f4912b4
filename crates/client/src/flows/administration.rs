//! User administration over an open session, and the files that go with it (SPEC F, J).

mod export;
mod import;
mod permissions;

use std::str::FromStr;

use warifu_protocol::{
    AdministrationView, AuditPage, AuditQuery, Details, EmailAddress, ErrorCode, NewUser,
    PersonName, PersonNameError, UserActionRequest, UserAnswer, UserChange, UserId, UserPage,
    UserQuery, UserView,
};

pub use self::import::UserImport;
use crate::{
    Failure, Session,
    view::{NewUserForm, UserChangeForm},
};

impl Session {
    /// What this administrator may do.
    ///
    /// # Errors
    ///
    /// `permission-missing`; those of [`Session::refresh`].
    pub async fn administration(&self) -> Result<AdministrationView, Failure> {
        let answer = self.link.connection.get("/administration", Some(&self.token)).await;
        self.link.observe(answer).await
    }

    /// A page of users.
    ///
    /// # Errors
    ///
    /// Those of [`Session::administration`].
    pub async fn users(&self, query: UserQuery) -> Result<UserPage, Failure> {
        let answer = self.link.connection.get_with("/users", &query, &self.token).await;
        self.link.observe(answer).await
    }

    /// One user.
    ///
    /// # Errors
    ///
    /// `user-not-found`; those of [`Session::administration`].
    pub async fn user(&self, user_id: &str) -> Result<UserView, Failure> {
        let answer = self.link.connection.get(&path(user_id, "")?, Some(&self.token)).await;
        self.link.observe(answer).await
    }

    /// Creates a user.
    ///
    /// # Errors
    ///
    /// `invalid-request` with the field, `name-malformed` likewise, `user-exists`, `beyond-own-permissions`,
    /// `password-rejected`; those of [`Session::administration`].
    pub async fn create_user(&self, form: NewUserForm) -> Result<UserAnswer, Failure> {
        let NewUserForm { user_id, name, department, email, permissions, initial_password } = form;
        let new = NewUser {
            user_id: parse_user_id(&user_id)?,
            name: parse_name("name", name.as_deref())?,
            department: parse_name("department", department.as_deref())?,
            email: parse_email(email.as_deref())?,
            permissions,
            initial_password,
        };
        let answer = self.link.connection.post("/users", Some(&self.token), &new).await;
        self.link.observe(answer).await
    }

    /// Changes what of a user can be edited.
    ///
    /// # Errors
    ///
    /// `user-changed` if somebody else did meanwhile; those of [`Session::create_user`].
    pub async fn change_user(
        &self,
        user_id: &str,
        form: UserChangeForm,
    ) -> Result<UserView, Failure> {
        let UserChangeForm { version, name, department, email, permissions } = form;
        let told = |text: &Option<String>| text.is_some();
        let (names, departs) = (told(&name), told(&department));
        let change = UserChange {
            version,
            name: names.then_some(parse_name("name", name.as_deref())?),
            department: departs.then_some(parse_name("department", department.as_deref())?),
            email: parse_email(email.as_deref())?,
            permissions,
        };
        let path = path(user_id, "")?;
        let answer = self.link.connection.put(&path, Some(&self.token), &change).await;
        self.link.observe(answer).await
    }

    /// Does something to a user.
    ///
    /// # Errors
    ///
    /// `own-account`, `primary-administrator`; those of [`Session::change_user`].
    pub async fn act_on_user(
        &self,
        user_id: &str,
        request: UserActionRequest,
    ) -> Result<UserAnswer, Failure> {
        let path = path(user_id, "/actions")?;
        let answer = self.link.connection.post(&path, Some(&self.token), &request).await;
        self.link.observe(answer).await
    }

    /// A page of the customer's audit record.
    ///
    /// # Errors
    ///
    /// Those of [`Session::administration`].
    pub async fn audit(&self, query: AuditQuery) -> Result<AuditPage, Failure> {
        let answer = self.link.connection.get_with("/audit", &query, &self.token).await;
        self.link.observe(answer).await
    }
}

fn parse_user_id(text: &str) -> Result<UserId, Failure> {
    text.trim().parse().map_err(|_| Failure::invalid_field("user_id"))
}

fn parse_email(text: Option<&str>) -> Result<Option<EmailAddress>, Failure> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| Failure::invalid_field("email")),
    }
}

/// A person's or a department's name that was typed or stands in a file; none where nothing stands.
fn parse_name<T>(field: &str, text: Option<&str>) -> Result<Option<T>, Failure>
where
    T: FromStr<Err = PersonNameError>,
{
    match text.map(str::parse) {
        None | Some(Err(PersonNameError::Empty)) => Ok(None),
        Some(Ok(name)) => Ok(Some(name)),
        Some(Err(error)) => Err(Failure::new(ErrorCode::NameMalformed).with(Details {
            field: Some(field.to_owned()),
            limit: most(error),
            found: found(error),
            ..Details::default()
        })),
    }
}

/// How many characters there may be, where there are too many.
fn most(error: PersonNameError) -> Option<u32> {
    match error {
        PersonNameError::TooLong => u32::try_from(PersonName::MAX).ok(),
        PersonNameError::Empty | PersonNameError::Character(_) => None,
    }
}

/// Which character stands there that no name has; mostly it cannot be shown.
fn found(error: PersonNameError) -> Option<String> {
    match error {
        PersonNameError::Character(c) => Some(format!("U+{:04X}", u32::from(c))),
        PersonNameError::Empty | PersonNameError::TooLong => None,
    }
}

/// An ID is made of characters that an address takes as they are.
fn path(user_id: &str, rest: &str) -> Result<String, Failure> {
    let id: UserId = user_id.parse().map_err(|_| Failure::new(ErrorCode::UserNotFound))?;
    Ok(format!("/users/{id}{rest}"))
}

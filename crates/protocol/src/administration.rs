//! User administration (SPEC F; FAQ 1-5).
//!
//! | call on the service listener | request | answer |
//! |---|---|---|
//! | `GET /v1/administration` | – | [`AdministrationView`] |
//! | `GET /v1/users` | [`UserQuery`] | [`UserPage`] |
//! | `POST /v1/users` | [`NewUser`] | [`UserAnswer`] |
//! | `GET /v1/users/{user_id}` | – | [`UserView`] |
//! | `PUT /v1/users/{user_id}` | [`UserChange`] | [`UserView`] |
//! | `POST /v1/users/{user_id}/actions` | [`UserActionRequest`] | [`UserAnswer`] |
//! | `POST /v1/imports` | [`UserImport`] | [`ImportAnswer`] |
//! | `POST /v1/exports` | – | 204 |
//!
//! All carry the session's token, and all need the permission `user-administration`. An export is
//! announced, and so recorded, before its pages are read.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    Department, EmailAddress, LocalizedText, Permission, PersonName, SecretText, Timestamp, UserId,
    person,
};

/// What the user administrator of a session may do.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AdministrationView {
    /// Every permission that the provider has configured, in the order in which screens list them.
    pub permissions: Vec<PermissionView>,
    /// Most users of one import.
    pub import_max_users: u32,
    /// Whether users have names and departments here, and whether the list can be filtered, sorted and
    /// counted; an older backend refuses requests that speak of it.
    #[serde(default)]
    pub names: bool,
    /// Days before its expiry from which a certificate counts as [`UserState::Expiring`].
    #[serde(default)]
    pub expiring_days: u32,
}

/// A permission, as the screens name it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PermissionView {
    /// Its name.
    pub permission: Permission,
    /// What it is called.
    pub title: LocalizedText,
    /// What it allows, in one sentence.
    pub description: LocalizedText,
    /// Whether this administrator holds it, and so may grant it (FAQ 1-3).
    pub grantable: bool,
}

/// Which users to list, and in which order. All of it is optional.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams, utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(deny_unknown_fields, default)]
pub struct UserQuery {
    /// Part of a user ID, of a name, of a department or of an e-mail address: whatever its case and
    /// width, in hiragana or katakana, with and without blanks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only users after this one: [`UserPage::next`] of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Most users of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Only users in this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<UserState>,
    /// What the list is ordered by; without it by user ID, or, with a search, by where the text is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<UserSort>,
    /// In which direction; ascending without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<SortDirection>,
    /// Whether to count the customer's users in each state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<bool>,
}

/// A state of a user that an administrator looks for. A user can be in several.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum UserState {
    /// Too many wrong passwords have locked the user (FAQ 3-2).
    Locked,
    /// The user is suspended.
    Suspended,
    /// The certificate expires soon ([`AdministrationView::expiring_days`]) and has not yet.
    Expiring,
    /// The certificate has expired.
    Expired,
    /// The user has no certificate.
    WithoutCertificate,
    /// The password is an initial one that has not been changed yet.
    InitialPassword,
    /// Nobody has entered the user's name.
    Unnamed,
}

impl UserState {
    /// Every state, in the order in which screens list them.
    pub const ALL: &[Self] = &[
        Self::Locked,
        Self::Suspended,
        Self::Expiring,
        Self::Expired,
        Self::WithoutCertificate,
        Self::InitialPassword,
        Self::Unnamed,
    ];
}

/// What a list of users is ordered by. Users without it come last, in either direction by ID.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum UserSort {
    /// The user's ID.
    UserId,
    /// The name, as searches compare it: those of one family name stand together.
    Name,
    /// The department, as searches compare it.
    Department,
    /// When the certificate expires.
    CertificateNotAfter,
    /// When the user last logged in.
    LastLoginAt,
}

/// In which direction a list is ordered.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum SortDirection {
    /// Smallest first.
    #[default]
    Ascending,
    /// Greatest first.
    Descending,
}

/// How many users of a customer are in each state; one user counts in several.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UserCounts {
    /// All users.
    pub all: u32,
    /// Those in [`UserState::Locked`].
    pub locked: u32,
    /// Those in [`UserState::Suspended`].
    pub suspended: u32,
    /// Those in [`UserState::Expiring`].
    pub expiring: u32,
    /// Those in [`UserState::Expired`].
    pub expired: u32,
    /// Those in [`UserState::WithoutCertificate`].
    pub without_certificate: u32,
    /// Those in [`UserState::InitialPassword`].
    pub initial_password: u32,
    /// Those in [`UserState::Unnamed`].
    pub unnamed: u32,
}

/// Users of one customer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UserPage {
    /// The users.
    pub users: Vec<UserView>,
    /// What the next page's [`UserQuery::after`] is, as it stands; none on the last page.
    pub next: Option<String>,
    /// How many users there are in each state, if that was asked.
    #[serde(default)]
    pub counts: Option<UserCounts>,
}

/// A user, as an administrator sees them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own on the screen")]
pub struct UserView {
    /// The user's ID.
    pub user_id: UserId,
    /// The user's name (氏名); none if nobody has entered it, or from an older backend.
    #[serde(default, deserialize_with = "person::tolerant")]
    pub name: Option<PersonName>,
    /// The user's department (部署), if it was entered.
    #[serde(default, deserialize_with = "person::tolerant")]
    pub department: Option<Department>,
    /// Where warnings are sent.
    pub email: Option<EmailAddress>,
    /// Whether this is the primary administrator, whom only the provider may touch.
    pub primary: bool,
    /// Whether this is the administrator who looks.
    pub yourself: bool,
    /// Whether the user holds a permission that the administrator who looks does not.
    pub beyond_reach: bool,
    /// The rights that the user holds.
    pub permissions: Vec<Permission>,
    /// Whether too many wrong passwords have locked the user (FAQ 3-2).
    pub locked: bool,
    /// Since when the user is suspended.
    pub suspended_at: Option<Timestamp>,
    /// Whether the password is an initial one that has not been changed yet.
    pub initial_password: bool,
    /// Whether the user may obtain a certificate now.
    pub may_issue: bool,
    /// When the user's certificate expires or has expired; none without one.
    pub certificate_not_after: Option<Timestamp>,
    /// Whether it has, on the backend's clock.
    pub certificate_expired: bool,
    /// The name of the PC that it was issued to, in that PC's own words; only told of a user alone, not in
    /// lists.
    #[serde(default)]
    pub pc_name: Option<String>,
    /// When the user last logged in.
    pub last_login_at: Option<Timestamp>,
    /// Counts the changes: a change that was made on another version is refused.
    pub version: u32,
}

/// A user to be created.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The user's ID.
    pub user_id: UserId,
    /// The user's name (氏名); an older app does not know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// The user's department (部署).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Department>,
    /// Where warnings are sent.
    #[serde(default)]
    pub email: Option<EmailAddress>,
    /// The rights that the user gets.
    pub permissions: Vec<Permission>,
    /// The initial password; the backend generates one if there is none.
    #[serde(default)]
    pub initial_password: Option<SecretText>,
}

/// What of a user can be edited, all at once.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// The version that the change was made on.
    pub version: u32,
    /// The user's name (氏名): a missing one stays as it is, so that an older app takes none away.
    #[serde(default, deserialize_with = "person::told", skip_serializing_if = "Option::is_none")]
    pub name: Option<Option<PersonName>>,
    /// The user's department (部署), likewise.
    #[serde(default, deserialize_with = "person::told", skip_serializing_if = "Option::is_none")]
    pub department: Option<Option<Department>>,
    /// Where warnings are sent.
    pub email: Option<EmailAddress>,
    /// The rights that the user then holds.
    pub permissions: Vec<Permission>,
}

/// An action on a user.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct UserActionRequest {
    /// The version that the administrator looked at.
    pub version: u32,
    /// What to do.
    pub action: UserAction,
    /// With `unlock` and `reissue`: whether the user gets a new initial password too.
    #[serde(default)]
    pub reset_password: bool,
    /// The initial password, where there is to be one; the backend generates it if there is none.
    #[serde(default)]
    pub initial_password: Option<SecretText>,
}

/// What an administrator can do to a user.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum UserAction {
    /// Takes the lock away (FAQ 3-2).
    Unlock,
    /// Sets a new initial password, which takes the lock away too.
    ResetPassword,
    /// Revokes the certificate at once and lets the user obtain a new one (FAQ 2-5).
    Reissue,
    /// Keeps the user out.
    Suspend,
    /// Lets the user in again.
    Resume,
    /// Deletes the user, whose certificate is revoked. The ID is not given away again.
    Delete,
}

/// A user after a change, and the password that came of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UserAnswer {
    /// The user as they are now; none after a deletion.
    pub user: Option<UserView>,
    /// The new initial password, told this once.
    pub initial_password: Option<SecretText>,
}

/// A user of a file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportedUser {
    /// Where the user stands in the file, such as its line; problems come back with it.
    pub row: u32,
    /// The user.
    pub user: NewUser,
}

/// Users to be created, all or none.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UserImport {
    /// The users, in the order of the file.
    pub users: Vec<ImportedUser>,
    /// Whether they are only to be checked.
    #[serde(default)]
    pub dry_run: bool,
}

impl UserImport {
    /// The highest limit that a provider can set for the users of one import.
    pub const MAX_USERS: u32 = 1000;

    /// How long both sides wait for an import: each user's password is hashed, which is slow on purpose.
    pub const TIME: Duration = Duration::from_secs(180);

    /// The most bytes of the request for so many users. One of them fills a tenth of its share, unless
    /// they hold scores of permissions.
    #[must_use]
    pub const fn max_bytes(users: u32) -> usize {
        const EACH: usize = 3 * 1024;
        (users as usize).saturating_add(1).saturating_mul(EACH)
    }

    /// The most bytes of a file with so many users, which may have columns that are not for us.
    #[must_use]
    pub const fn max_file_bytes(users: u32) -> usize {
        Self::max_bytes(users).saturating_mul(4)
    }
}

/// What became of an import.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportAnswer {
    /// The created users; empty if there is a problem, or if they were only checked.
    pub users: Vec<CreatedUser>,
    /// What stands in the way.
    pub problems: Vec<ImportProblem>,
}

/// A created user, and the initial password, told this once.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CreatedUser {
    /// The user's ID.
    pub user_id: UserId,
    /// The user's name (氏名), which the notice addresses.
    #[serde(default, deserialize_with = "person::tolerant")]
    pub name: Option<PersonName>,
    /// The user's department (部署).
    #[serde(default, deserialize_with = "person::tolerant")]
    pub department: Option<Department>,
    /// The initial password.
    pub initial_password: SecretText,
}

/// Why one user of an import cannot be created.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportProblem {
    /// The [`ImportedUser::row`] of the user.
    pub row: u32,
    /// The field that is meant: `user_id`, `name`, `department`, `email`, `permissions` or `initial_password`.
    pub field: String,
    /// What is wrong with it.
    pub code: crate::ErrorCode,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn view(name: Value) -> Value {
        json!({
            "user_id": "tanaka", "name": name, "email": null, "primary": false, "yourself": false,
            "beyond_reach": false, "permissions": [], "locked": false, "suspended_at": null,
            "initial_password": false, "may_issue": false, "certificate_not_after": null,
            "certificate_expired": false, "last_login_at": null, "version": 1,
        })
    }

    #[test]
    fn an_older_backend_tells_no_names_and_a_newer_ones_may_be_unknown_here() {
        let mut old = view(json!("佐藤 花子"));
        assert_eq!(read(&old), Some(String::from("佐藤 花子")));
        old.as_object_mut().unwrap().remove("name");
        assert_eq!(read(&old), None);
        for odd in [json!(null), json!(""), json!("a\u{202e}b"), json!("あ".repeat(101))] {
            assert_eq!(read(&view(odd)), None);
        }
        let old = json!({ "permissions": [], "import_max_users": 9 });
        assert!(!serde_json::from_value::<AdministrationView>(old).unwrap().names);
        let old = json!({ "users": [], "next": "tanaka" });
        let page: UserPage = serde_json::from_value(old).unwrap();
        assert_eq!((page.next.as_deref(), page.counts), (Some("tanaka"), None));
    }

    fn read(view: &Value) -> Option<String> {
        let view: UserView = serde_json::from_value(view.clone()).unwrap();
        view.name.map(String::from)
    }

    #[test]
    fn an_older_app_takes_no_name_away_and_an_older_backend_is_sent_none() {
        let change = |more: Value| {
            let mut change = json!({ "version": 1, "email": null, "permissions": [] });
            change.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            serde_json::from_value::<UserChange>(change)
        };
        assert_eq!(change(json!({})).unwrap().name, None);
        assert_eq!(change(json!({ "name": null })).unwrap().name, Some(None));
        let named = change(json!({ "name": "佐藤 花子", "department": "営業部" })).unwrap();
        assert_eq!(named.name, Some("佐藤 花子".parse().ok()));
        assert_eq!(named.department, Some("営業部".parse().ok()));
        for odd in ["", "a\nb", "\u{2066}a"] {
            assert!(change(json!({ "name": odd })).is_err(), "{odd:?}");
        }
        let same = serde_json::to_value(change(json!({})).unwrap()).unwrap();
        assert_eq!(same, json!({ "version": 1, "email": null, "permissions": [] }));
        let none = serde_json::to_value(change(json!({ "name": null })).unwrap()).unwrap();
        assert_eq!(none["name"], Value::Null);
        assert!(none.as_object().unwrap().contains_key("name"));
        let new: NewUser =
            serde_json::from_value(json!({ "user_id": "tanaka", "permissions": [] })).unwrap();
        let sent = serde_json::to_value(new).unwrap();
        assert!(sent.get("name").is_none() && sent.get("department").is_none());
        assert_eq!(serde_json::to_value(UserQuery::default()).unwrap(), json!({}));
    }
}

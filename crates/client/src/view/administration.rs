//! What the screens of user administration send and show.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use warifu_protocol::{ErrorCode, Permission, SecretText};

/// A user to be created, as it was typed.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NewUser"))]
pub struct NewUserForm {
    /// The user's ID.
    pub user_id: String,
    /// Where warnings are sent.
    pub email: Option<String>,
    /// The rights that the user gets.
    pub permissions: Vec<Permission>,
    /// The initial password; the backend generates one if there is none.
    pub initial_password: Option<SecretText>,
}

/// What of a user was edited, as it was typed.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "UserChange"))]
pub struct UserChangeForm {
    /// The version that the change was made on.
    pub version: u32,
    /// Where warnings are sent.
    pub email: Option<String>,
    /// The rights that the user then holds.
    pub permissions: Vec<Permission>,
}

/// What is in a file of users, before anybody is created.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportPreview {
    /// The file's name.
    pub file_name: String,
    /// How many users it holds.
    pub users: u32,
    /// The first of them.
    pub sample: Vec<ImportRow>,
    /// How many problems stand in the way.
    pub problem_count: u32,
    /// The first of them, by line.
    pub problems: Vec<ImportLineProblem>,
}

/// A user of a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportRow {
    /// The line of the file, from 1.
    pub line: u32,
    /// The user's ID.
    pub user_id: String,
    /// Where warnings are sent.
    pub email: Option<String>,
    /// The rights that the user gets.
    pub permissions: Vec<Permission>,
    /// Whether the file names the initial password.
    pub has_password: bool,
}

/// What is wrong with a line of a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportLineProblem {
    /// The line of the file, from 1.
    pub line: u32,
    /// The user's ID, as it stands there.
    pub user_id: String,
    /// The field that is meant.
    pub field: String,
    /// What is wrong with it.
    pub code: ErrorCode,
}

/// The texts of an exported file, in the app's language.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ExportTexts {
    /// The name that the file dialog proposes.
    pub file_name: String,
    /// The headings, in the order of the columns.
    pub headings: Vec<String>,
    /// What stands in the cells, by its name.
    pub words: BTreeMap<String, String>,
}

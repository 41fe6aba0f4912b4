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
    /// The user's name (氏名).
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub name: Option<String>,
    /// The user's department (部署).
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub department: Option<String>,
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
    /// The user's name (氏名); a missing one stays as it is, an empty one is taken away.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub name: Option<String>,
    /// The user's department (部署), likewise.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub department: Option<String>,
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
    /// What stands above the headings, of which nothing is taken.
    pub above: Vec<ImportNote>,
    /// The columns that nothing is taken from.
    pub unused: Vec<UnusedColumn>,
    /// Whether some of them hold what may have been meant to be taken: somebody has to say that they
    /// are left out.
    pub needs_consent: bool,
    /// How many users it holds.
    pub users: u32,
    /// The first of them.
    pub sample: Vec<ImportRow>,
    /// How many problems stand in the way.
    pub problem_count: u32,
    /// The first of them, by line.
    pub problems: Vec<ImportLineProblem>,
}

/// A line of a file that is no user's.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportNote {
    /// The line of the file, from 1.
    pub line: u32,
    /// The beginning of what stands there.
    pub text: String,
}

/// A column of a file that nothing is taken from.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UnusedColumn {
    /// Its place, from 1.
    pub position: u32,
    /// Its heading; empty if it has none.
    pub heading: String,
    /// Why nothing is taken from it.
    pub why: WhyUnused,
    /// The field that may have been meant, or that is already taken from another column.
    pub meant: Option<String>,
    /// In how many lines something stands there.
    pub filled: u32,
}

/// Why nothing is taken from a column.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum WhyUnused {
    /// An export writes it; an import has no use for it.
    NotImported,
    /// A column before it has the same meaning.
    Duplicate,
    /// Its heading says nothing, or there is none.
    Unknown,
}

/// A user of a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportRow {
    /// The line of the file, from 1.
    pub line: u32,
    /// The user's ID.
    pub user_id: String,
    /// The user's name (氏名).
    pub name: Option<String>,
    /// The user's department (部署).
    pub department: Option<String>,
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
    /// What stands there and cannot be understood.
    pub found: Option<String>,
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

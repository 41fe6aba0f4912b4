//! One job each: what is asked, in which order, what is stored.

mod administration;
pub(crate) mod columns;
mod encoding;
mod enrolment;
pub(crate) mod issuing;
pub(crate) mod login;
mod managed;
pub(crate) mod renewal;
pub(crate) mod settings;
pub(crate) mod spreadsheet;
pub(crate) mod warning;

pub use self::{
    administration::UserImport,
    columns::import_headings,
    encoding::{Undecodable, decode},
    enrolment::Enrolment,
    login::{Login, LoginStep, PasswordChange, Session},
};

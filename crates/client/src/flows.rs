//! One job each: what is asked, in which order, what is stored. Each takes the context and what it is
//! about.

mod administration;
mod approval;
pub(crate) mod calendar;
pub(crate) mod columns;
mod encoding;
mod enrolment;
mod handoff;
mod issuing;
mod login;
pub(crate) mod overview;
pub(crate) mod profiles;
pub(crate) mod proxies;
pub(crate) mod removal;
pub(crate) mod renewal;
pub(crate) mod settings;
pub(crate) mod spreadsheet;
pub(crate) mod warning;

pub use self::{
    administration::UserImport,
    approval::{Approval, Approved},
    columns::import_headings,
    encoding::{Undecodable, decode},
    enrolment::Enrolment,
    handoff::OpenedEntry,
    login::{Login, LoginStep, PasswordChange, Session},
    profiles::ProfileRemoval,
};

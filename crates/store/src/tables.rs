//! The tables, one file each: its row, and every statement that names it first. What is decided about a row
//! is not here.

pub mod account;
pub mod audit;
pub mod certificate;
pub mod crl;
pub mod customer;
pub mod directory;
pub mod expiry;
pub mod grant;
pub mod outbox;
pub mod password_history;
pub mod permission;
pub mod search;
pub mod session;
pub mod transfer;
pub mod web_assertion;
pub mod web_browser;
pub mod web_code;
pub mod web_handoff;
pub mod web_key;
pub mod web_known;
pub mod web_logout;
pub mod web_request;
pub mod web_service;

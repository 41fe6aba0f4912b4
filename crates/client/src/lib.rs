//! Warifu's app without its windows: issuance, login, expiry.

pub mod view;

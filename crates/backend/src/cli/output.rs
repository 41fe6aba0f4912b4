//! What commands print, and what they say when something is wrong.

use std::{
    fmt::Display,
    io::{self, Write as _},
};

use anyhow::Context as _;
use warifu_protocol::{CustomerNumber, UserId};

use crate::error::Error;

/// Nobody reads standard output any more (`… | head`), which is no fault.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("nobody reads standard output any more")]
pub(super) struct Closed;

/// What the person at the command line named is not there, or cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Mistake {
    #[error("there is no customer {0}")]
    NoCustomer(CustomerNumber),
    #[error("customer {0} has no user {1}")]
    NoUser(CustomerNumber, UserId),
    #[error("customer {0} exists already: choose another --number, or none")]
    CustomerExists(CustomerNumber),
    #[error("there is no client {0} in warifu.toml")]
    NoClient(String),
    #[error("no certificate has this thumbprint")]
    NoCertificate,
    #[error("--{0}: {1}")]
    Argument(&'static str, &'static str),
}

/// Prints a text as it is, and is sure that it has left this program.
///
/// # Errors
///
/// [`Closed`]; what is the matter with standard output, such as a full disk behind it.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Closed.into()),
        Err(error) => Err(error).context("cannot write to standard output"),
    }
}

/// Prints a line.
///
/// # Errors
///
/// As of [`print`].
pub(super) fn line(text: impl Display) -> anyhow::Result<()> {
    print(&format!("{text}\n"))
}

/// Prints lines, all of them at once.
///
/// # Errors
///
/// As of [`print`].
pub(super) fn lines(lines: impl IntoIterator<Item = String>) -> anyhow::Result<()> {
    let text: String = lines.into_iter().flat_map(|line| [line, String::from("\n")]).collect();
    print(&text)
}

/// Prints a value as JSON.
///
/// # Errors
///
/// As of [`print`].
pub(super) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string_pretty(value)?)
}

/// Says something beside the result. Nobody hears it if standard error is closed or full.
pub(super) fn say(text: impl Display) {
    // There is no other place to say it.
    let _ = writeln!(io::stderr(), "{text}");
}

/// A refusal of the domain in the words of the command line, with what it knows beside its code.
pub(super) fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(why) | Error::Unready(why) => anyhow::anyhow!(why),
        Error::Refused(code, details) => match serde_json::to_string(&details) {
            Ok(details) if details != "{}" => anyhow::anyhow!("{}: {details}", code.as_str()),
            Ok(_) | Err(_) => anyhow::anyhow!(code.as_str()),
        },
    }
}

#[cfg(test)]
mod tests {
    use warifu_protocol::{Details, ErrorCode};

    use super::*;

    #[test]
    fn a_refusal_keeps_what_it_knows() {
        let details = Details { attempts_left: Some(3), ..Details::default() };
        let said = told(Error::with(ErrorCode::AuthenticationFailed, details)).to_string();
        assert_eq!(said, r#"authentication-failed: {"attempts_left":3}"#);
        assert_eq!(told(Error::refused(ErrorCode::AccountLocked)).to_string(), "account-locked");
    }
}

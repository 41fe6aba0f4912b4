//! Why a command did not do what it was asked for: the client's failures, and the command line's own
//! refusals, which no window can meet.

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};
use warifu_client::{
    Failure,
    view::{IdentityView, ProfileView},
};
use warifu_record::{NotWhole, Refused};

use crate::exit::Exit;

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The client failed.
    Failed(Failure),
    /// The command line refused.
    Refused(Refusal),
}

/// What the command line itself refuses.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The app is open, and this would end what somebody does in it.
    AppOpen,
    /// Which certificate is meant is not clear.
    CertificateChoice(Vec<IdentityView>),
    /// No certificate on this PC has that number or thumbprint.
    CertificateNotFound,
    /// Which connection profile is meant is not clear.
    ProfileChoice(Vec<ProfileView>),
    /// Which proxy is meant is not clear.
    ProxyChoice(Vec<String>),
    /// There is no proxy on the way to the service, or not that one.
    ProxyNotFound,
    /// Certificates on this PC need the profile.
    ProfileInUse {
        /// How many users have one.
        users: usize,
    },
    /// Standard input ended, or there is no terminal to ask on.
    InputMissing(Secret),
    /// A line of standard input is too long or no text.
    InputUnreadable(Secret),
    /// The new password was not typed the same way twice.
    PasswordsDiffer,
    /// The file to be written is there already.
    FileExists(String),
    /// The file holds no public key.
    KeyUnreadable(String),
    /// A record is not believed.
    RecordNotWhole(NotWhole),
}

/// What people keep to themselves.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Secret {
    /// The password, initial or current.
    Password,
    /// The one that takes its place.
    NewPassword,
    /// The code that the old PC shows.
    TransferCode,
    /// What a proxy is told.
    ProxyPassword,
}

impl Trouble {
    /// How the program ends after it.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Failed(_) => Exit::Failed,
            Self::Refused(refusal) => match refusal {
                Refusal::AppOpen | Refusal::ProfileInUse { .. } | Refusal::RecordNotWhole(_) => {
                    Exit::Failed
                }
                Refusal::CertificateChoice(_)
                | Refusal::CertificateNotFound
                | Refusal::ProfileChoice(_)
                | Refusal::ProxyChoice(_)
                | Refusal::ProxyNotFound
                | Refusal::InputMissing(_)
                | Refusal::InputUnreadable(_)
                | Refusal::PasswordsDiffer
                | Refusal::FileExists(_)
                | Refusal::KeyUnreadable(_) => Exit::Usage,
            },
        }
    }

    /// The stable name of it.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Failed(failure) => failure.code.as_str(),
            Self::Refused(refusal) => refusal.code(),
        }
    }

    /// What a program needs to know about it.
    pub(crate) fn details(&self) -> Value {
        match self {
            Self::Failed(failure) => json!(failure.details),
            Self::Refused(refusal) => match refusal {
                Refusal::CertificateChoice(identities) => json!({ "identities": identities }),
                Refusal::ProfileChoice(profiles) => json!({ "profiles": profiles }),
                Refusal::ProxyChoice(proxies) => json!({ "proxies": proxies }),
                Refusal::ProfileInUse { users } => json!({ "users": users }),
                Refusal::InputMissing(field) | Refusal::InputUnreadable(field) => {
                    json!({ "field": field })
                }
                Refusal::FileExists(place) | Refusal::KeyUnreadable(place) => {
                    json!({ "place": place })
                }
                Refusal::RecordNotWhole(why) => record_details(why),
                Refusal::AppOpen
                | Refusal::CertificateNotFound
                | Refusal::ProxyNotFound
                | Refusal::PasswordsDiffer => json!({}),
            },
        }
    }
}

impl Refusal {
    const fn code(&self) -> &'static str {
        match self {
            Self::AppOpen => "app-open",
            Self::CertificateChoice(_) => "certificate-choice-needed",
            Self::CertificateNotFound => "certificate-not-found",
            Self::ProfileChoice(_) => "profile-choice-needed",
            Self::ProxyChoice(_) => "proxy-choice-needed",
            Self::ProxyNotFound => "proxy-not-found",
            Self::ProfileInUse { .. } => "profile-in-use",
            Self::InputMissing(_) => "input-missing",
            Self::InputUnreadable(_) => "input-unreadable",
            Self::PasswordsDiffer => "passwords-differ",
            Self::FileExists(_) => "file-exists",
            Self::KeyUnreadable(_) => "key-unreadable",
            Self::RecordNotWhole(why) => match why {
                NotWhole::Checkpoint(Refused::Unreadable) => "record-unreadable",
                NotWhole::Checkpoint(Refused::Altered) => "checkpoint-altered",
                NotWhole::Checkpoint(Refused::OtherKey(_)) => "checkpoint-of-other-key",
                NotWhole::Checkpoint(Refused::OtherBackend) => "checkpoint-of-other-backend",
                NotWhole::Checkpoint(Refused::Future(_)) => "checkpoint-from-future",
                NotWhole::Line(_) => "record-line-unreadable",
                NotWhole::BrokenAt(_) => "record-broken",
                NotWhole::CutOffAfter(_) => "record-cut-off",
                NotWhole::NotSigned(_) => "record-not-signed",
            },
        }
    }
}

fn record_details(why: &NotWhole) -> Value {
    match why {
        NotWhole::Checkpoint(Refused::OtherKey(key)) => json!({ "key": key.to_string() }),
        NotWhole::Checkpoint(Refused::Future(seconds)) => json!({ "clock_ahead_seconds": seconds }),
        NotWhole::Checkpoint(Refused::Unreadable | Refused::Altered | Refused::OtherBackend) => {
            json!({})
        }
        NotWhole::Line(line) => json!({ "line": line }),
        NotWhole::BrokenAt(row) | NotWhole::CutOffAfter(row) | NotWhole::NotSigned(row) => {
            json!({ "row": row })
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(failure) => failure.fmt(f),
            Self::Refused(refusal) => f.write_str(refusal.code()),
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

#[cfg(test)]
mod tests {
    use warifu_protocol::ErrorCode;

    use super::*;

    #[test]
    fn no_refusal_is_taken_for_a_failure_of_the_client() {
        let refusals = [
            Refusal::AppOpen,
            Refusal::CertificateChoice(Vec::new()),
            Refusal::CertificateNotFound,
            Refusal::ProfileChoice(Vec::new()),
            Refusal::ProfileInUse { users: 1 },
            Refusal::InputMissing(Secret::Password),
            Refusal::InputUnreadable(Secret::NewPassword),
            Refusal::PasswordsDiffer,
            Refusal::FileExists(String::from("a.zip")),
            Refusal::KeyUnreadable(String::from("a.pub")),
            Refusal::RecordNotWhole(Refused::Unreadable.into()),
            Refusal::RecordNotWhole(Refused::Altered.into()),
            Refusal::RecordNotWhole(Refused::OtherBackend.into()),
            Refusal::RecordNotWhole(Refused::Future(301).into()),
            Refusal::RecordNotWhole(NotWhole::Line(2)),
            Refusal::RecordNotWhole(NotWhole::BrokenAt(1)),
            Refusal::RecordNotWhole(NotWhole::CutOffAfter(1)),
            Refusal::RecordNotWhole(NotWhole::NotSigned(1)),
        ];
        let mut codes: Vec<_> = refusals.iter().map(Refusal::code).collect();
        codes.extend(ErrorCode::ALL.iter().map(|code| code.as_str()));
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
    }
}

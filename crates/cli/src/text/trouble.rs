//! A trouble in words: its code, what is known about it, and what to do.
//!
//! The texts for each code are the screens'; here every code has the step that follows, which is what
//! somebody at a console needs beside the code.

use warifu_client::Failure;
use warifu_protocol::{Details, ErrorCode};

use super::{Advice, Words};
use crate::trouble::{Refusal, Trouble};

/// All of it, in lines.
pub(crate) fn told(trouble: &Trouble, words: &Words) -> String {
    let mut lines = vec![(words.labelled)(words.error, trouble.code())];
    match trouble {
        Trouble::Failed(failure) => lines.extend(details(&failure.details, words)),
        Trouble::Refused(refusal) => lines.extend(choices(refusal, words)),
    }
    lines.push((words.labelled)(words.next, &next(trouble, words)));
    lines.join("\n  ")
}

/// What to do.
pub(crate) fn next(trouble: &Trouble, words: &Words) -> String {
    match trouble {
        Trouble::Failed(failure) => next_after(failure, words).to_owned(),
        Trouble::Refused(refusal) => (words.refusal)(refusal),
    }
}

/// What to do after a failure of the client.
pub(crate) fn next_after(failure: &Failure, words: &Words) -> &'static str {
    (words.advice)(advice(failure.code))
}

/// What is known about a failure, a line for each.
pub(crate) fn details(details: &Details, words: &Words) -> Vec<String> {
    let Details {
        attempts_left,
        retry_after_seconds,
        rules,
        field,
        at,
        clock_ahead_seconds,
        place,
        limit,
        line,
        found,
        oldest_version,
        request_id,
    } = details;
    let rules = rules.as_ref().map(|rules| {
        let rules: Vec<_> = rules.iter().map(|rule| (words.rule)(*rule)).collect();
        rules.join(" / ")
    });
    let known = [
        (words.attempts_left, attempts_left.map(|count| count.to_string())),
        (words.retry_after, retry_after_seconds.map(|seconds| seconds.to_string())),
        (words.rules, rules),
        (words.field, field.clone()),
        (words.at, at.map(|at| words.moment(at))),
        (words.clock_ahead, clock_ahead_seconds.map(|seconds| seconds.to_string())),
        (words.place, place.clone()),
        (words.limit, limit.map(|limit| limit.to_string())),
        (words.line, line.map(|line| line.to_string())),
        (words.found, found.clone()),
        (words.oldest_version, oldest_version.clone()),
        (words.request_id, request_id.clone()),
    ];
    let line = |(label, value): (&str, Option<String>)| Some((words.labelled)(label, &value?));
    known.into_iter().filter_map(line).collect()
}

/// What can be chosen from.
fn choices(refusal: &Refusal, words: &Words) -> Vec<String> {
    match refusal {
        Refusal::CertificateChoice(identities) => identities
            .iter()
            .map(|identity| {
                format!(
                    "{}: {} {}",
                    identity.id,
                    (words.owner)(identity),
                    (words.standing)(identity.standing)
                )
            })
            .collect(),
        Refusal::ProfileChoice(profiles) => profiles
            .iter()
            .map(|profile| format!("{}: {} ({})", profile.id, profile.service_name, profile.host))
            .collect(),
        Refusal::ProxyChoice(proxies) => proxies.clone(),
        Refusal::FileExists(place) | Refusal::KeyUnreadable(place) => {
            vec![(words.labelled)(words.place, place)]
        }
        Refusal::AppOpen
        | Refusal::CertificateNotFound
        | Refusal::ProxyNotFound
        | Refusal::ProfileInUse { .. }
        | Refusal::InputMissing(_)
        | Refusal::InputUnreadable(_)
        | Refusal::PasswordsDiffer
        | Refusal::RecordNotWhole(_) => Vec::new(),
    }
}

fn advice(code: ErrorCode) -> Advice {
    match code {
        ErrorCode::AuthenticationFailed
        | ErrorCode::PasswordNotInitial
        | ErrorCode::CurrentPasswordWrong
        | ErrorCode::TransferCodeInvalid
        | ErrorCode::InvalidRequest
        | ErrorCode::RequestTooLarge
        | ErrorCode::UserExists
        | ErrorCode::UserNotFound
        | ErrorCode::UserChanged
        | ErrorCode::TransferSamePc
        | ErrorCode::NameMalformed
        | ErrorCode::ImportTooLarge => Advice::CheckInput,
        ErrorCode::PasswordMalformed | ErrorCode::ProofMissing => Advice::TypePassword,
        ErrorCode::ProfileInvalid
        | ErrorCode::ProfileOutdated
        | ErrorCode::FileUnreadable
        | ErrorCode::TextUndecodable
        | ErrorCode::HeadingMissing
        | ErrorCode::QuoteOpen => Advice::CheckFile,
        ErrorCode::PasswordRejected | ErrorCode::PasswordChangeRequired => {
            Advice::ChooseOtherPassword
        }
        ErrorCode::SessionEnded
        | ErrorCode::EnrolmentExpired
        | ErrorCode::PasswordChangeExpired
        | ErrorCode::RenewalOutdated
        | ErrorCode::HandoffUnknown
        | ErrorCode::RequestExpired
        | ErrorCode::RequestMisdirected
        | ErrorCode::Cancelled => Advice::StartAgain,
        ErrorCode::TooManyAttempts | ErrorCode::TooManyRequests | ErrorCode::BackendBusy => {
            Advice::Wait
        }
        ErrorCode::RenewalTooEarly => Advice::WaitUntil,
        ErrorCode::AccountLocked
        | ErrorCode::AccountSuspended
        | ErrorCode::CertificateExpired
        | ErrorCode::CertificateRevoked
        | ErrorCode::CertificateUnknown
        | ErrorCode::KeyMissing
        | ErrorCode::KeyDamaged
        | ErrorCode::PermissionMissing
        | ErrorCode::BeyondOwnPermissions
        | ErrorCode::ServiceUnknown
        | ErrorCode::OwnAccount => Advice::AskAdministrator,
        ErrorCode::AlreadyIssued => Advice::UseOtherPc,
        ErrorCode::CertificateMissing => Advice::Issue,
        ErrorCode::CertificateSuperseded => Advice::UseNewer,
        ErrorCode::ProfileMissing => Advice::AddProfile,
        ErrorCode::ClockWrong
        | ErrorCode::CertificateNotYetValid
        | ErrorCode::BackendCertificateOutdated => Advice::CheckClock,
        ErrorCode::NameNotResolved
        | ErrorCode::BackendUnreachable
        | ErrorCode::TimedOut
        | ErrorCode::BackendUntrusted
        | ErrorCode::ProtocolMismatch
        | ErrorCode::UnexpectedAnswer
        | ErrorCode::TlsIntercepted
        | ErrorCode::ProxyRefused
        | ErrorCode::ProxyUnsupported
        | ErrorCode::ProxyUnreachable
        | ErrorCode::ProxyNameNotResolved => Advice::CheckWay,
        ErrorCode::ProxySettingInvalid => Advice::MendProxySetting,
        ErrorCode::ProxyAuthenticationRequired | ErrorCode::ProxyCredentialsRefused => {
            Advice::TellProxy
        }
        ErrorCode::KeystoreLocked | ErrorCode::KeystoreRefused => Advice::Unlock,
        ErrorCode::KeystoreUnavailable
        | ErrorCode::KeystoreFailed
        | ErrorCode::DatabaseDamaged
        | ErrorCode::StorageFailed
        | ErrorCode::DiskFull
        | ErrorCode::BrowserFailed
        | ErrorCode::ProfileManaged => Advice::CheckPc,
        ErrorCode::AppTooOld | ErrorCode::DatabaseNewer => Advice::Update,
        ErrorCode::AuthorityChanged => Advice::RenewProfile,
        ErrorCode::NotFound
        | ErrorCode::BackendFailed
        | ErrorCode::BackendNameMismatch
        | ErrorCode::PrimaryAdministrator
        | ErrorCode::ProfileDiffers
        | ErrorCode::AppFailed => Advice::AskProvider,
    }
}

#[cfg(test)]
mod tests {
    use warifu_client::view::{Language, Standing};
    use warifu_protocol::PasswordRule;

    use super::*;

    #[test]
    fn every_code_has_a_next_step_in_both_languages() {
        for code in ErrorCode::ALL {
            let trouble = Trouble::from(Failure::new(*code));
            for language in [Language::Ja, Language::En] {
                let words = Words::of(language);
                assert!(next(&trouble, words).ends_with(['。', '.']), "{code:?} {language:?}");
                assert!(told(&trouble, words).contains(code.as_str()), "{code:?} {language:?}");
            }
        }
    }

    #[test]
    fn what_is_known_is_told() {
        let failure = Failure::new(ErrorCode::PasswordRejected).with(Details {
            attempts_left: Some(4),
            rules: Some(vec![PasswordRule::Length, PasswordRule::Digit]),
            place: Some(String::from("localhost:8443")),
            ..Details::default()
        });
        let told = told(&failure.into(), Words::of(Language::Ja));
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(lines.len(), 5, "{told}");
        assert_eq!(lines[0], "エラー：password-rejected");
        assert_eq!(lines[1], "  ロックまでの残り回数：4");
        assert!(lines[3].ends_with("localhost:8443"), "{told}");
    }

    #[test]
    fn of_several_certificates_each_is_listed() {
        let identity = |id| crate::choice::tests::identity(id, Standing::Usable { days_left: 9 });
        let refusal = Refusal::CertificateChoice(vec![identity(1), identity(2)]);
        let told = told(&refusal.into(), Words::of(Language::En));
        assert!(told.contains("\n  1: ") && told.contains("\n  2: "), "{told}");
    }
}

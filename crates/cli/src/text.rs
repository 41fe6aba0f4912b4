//! The words, in both languages. Their lists are types, so that none is missing in either.

mod en;
mod ja;
pub(crate) mod trouble;

use warifu_client::view::{
    CheckName, EnrolmentView, IdentityView, IssuanceStep, ManagedTrouble, RenewalStep, SkipReason,
    Standing, WarningReason,
};
use warifu_protocol::{PasswordChangeReason, PasswordRule, Timestamp};

pub(crate) use warifu_client::view::Language;

use crate::trouble::Refusal;

/// What to do about a trouble; many codes share one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Advice {
    CheckInput,
    TypePassword,
    CheckFile,
    ChooseOtherPassword,
    StartAgain,
    Wait,
    WaitUntil,
    AskAdministrator,
    UseOtherPc,
    Issue,
    UseNewer,
    AddProfile,
    CheckClock,
    CheckWay,
    TellProxy,
    MendProxySetting,
    RenewProfile,
    Unlock,
    CheckPc,
    Update,
    AskProvider,
}

/// All that the program says in one language.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) error: &'static str,
    pub(crate) next: &'static str,
    pub(crate) folder: &'static str,
    pub(crate) app_open: &'static str,
    pub(crate) app_open_profile: &'static str,
    pub(crate) no_profile: &'static str,
    /// A setting of the IT department cannot be used.
    pub(crate) managed_problem: &'static str,
    pub(crate) why: &'static str,
    pub(crate) no_certificate: &'static str,
    pub(crate) profile: &'static str,
    pub(crate) certificate: &'static str,
    pub(crate) standing_label: &'static str,
    pub(crate) validity: &'static str,
    pub(crate) issuer: &'static str,
    pub(crate) thumbprint: &'static str,
    pub(crate) renewal_key_ready: &'static str,
    pub(crate) renewal_stored: &'static str,
    pub(crate) profile_added: &'static str,
    pub(crate) profile_removed: &'static str,
    pub(crate) transfer_code: &'static str,
    pub(crate) valid_until: &'static str,
    pub(crate) transfer_next: &'static str,
    pub(crate) proxy: &'static str,
    pub(crate) no_proxy: &'static str,
    pub(crate) proxy_login_kept: &'static str,
    pub(crate) proxy_logins_forgotten: &'static str,
    pub(crate) issued: &'static str,
    pub(crate) password_changed: &'static str,
    pub(crate) accepted: &'static str,
    pub(crate) attempts_left: &'static str,
    pub(crate) logged_in: &'static str,
    pub(crate) logged_out: &'static str,
    pub(crate) not_logged_out: &'static str,
    pub(crate) password_expires: &'static str,
    pub(crate) finishing: &'static str,
    pub(crate) renewed: &'static str,
    pub(crate) checks_good: &'static str,
    pub(crate) bundle_written: &'static str,
    pub(crate) ask_password: &'static str,
    pub(crate) ask_new_password: &'static str,
    pub(crate) ask_new_password_again: &'static str,
    pub(crate) ask_transfer_code: &'static str,
    pub(crate) ask_proxy_password: &'static str,
    pub(crate) passed: &'static str,
    pub(crate) warning: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) skipped: &'static str,
    pub(crate) retry_after: &'static str,
    pub(crate) rules: &'static str,
    pub(crate) field: &'static str,
    pub(crate) at: &'static str,
    pub(crate) clock_ahead: &'static str,
    pub(crate) place: &'static str,
    pub(crate) limit: &'static str,
    pub(crate) line: &'static str,
    pub(crate) found: &'static str,
    pub(crate) oldest_version: &'static str,
    pub(crate) request_id: &'static str,
    pub(crate) signed_by: &'static str,
    /// Whose record is whole, how many rows it has, and when it was signed.
    pub(crate) record_whole: fn(&str, i64, &str) -> String,
    /// A label and what it labels.
    pub(crate) labelled: fn(&str, &str) -> String,
    /// Whom a certificate names.
    pub(crate) owner: fn(&IdentityView) -> String,
    pub(crate) standing: fn(Standing) -> String,
    pub(crate) period: fn(&str, &str) -> String,
    pub(crate) issuing_for: fn(&EnrolmentView) -> String,
    pub(crate) checks_bad: fn(usize, usize) -> String,
    pub(crate) issuance_step: fn(IssuanceStep) -> &'static str,
    pub(crate) renewal_step: fn(RenewalStep) -> &'static str,
    pub(crate) change_reason: fn(PasswordChangeReason) -> &'static str,
    /// That a login is not complete without a new password, and what to do.
    pub(crate) change_first: fn(PasswordChangeReason) -> &'static str,
    pub(crate) check: fn(CheckName) -> &'static str,
    pub(crate) warning_reason: fn(WarningReason) -> &'static str,
    pub(crate) managed_trouble: fn(ManagedTrouble) -> &'static str,
    pub(crate) skip_reason: fn(SkipReason) -> &'static str,
    pub(crate) rule: fn(PasswordRule) -> &'static str,
    pub(crate) advice: fn(Advice) -> &'static str,
    pub(crate) refusal: fn(&Refusal) -> String,
    /// How a moment is written (strftime).
    moment: &'static str,
}

impl Words {
    /// Those of a language.
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Ja => &ja::WORDS,
            Language::En => &en::WORDS,
        }
    }

    /// A moment in the time zone of this PC.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        self.moment_in(at, jiff::tz::TimeZone::system())
    }

    fn moment_in(&self, at: Timestamp, zone: jiff::tz::TimeZone) -> String {
        let moment = jiff::Timestamp::from_second(at).unwrap_or_default().to_zoned(zone);
        moment.strftime(self.moment).to_string()
    }
}

/// Where the language comes from when nobody says one.
pub(crate) trait OfSystem {
    /// The system's language: Japanese, or English for every other.
    fn of_system() -> Self;
}

impl OfSystem for Language {
    fn of_system() -> Self {
        of_locale(sys_locale::get_locale().as_deref())
    }
}

fn of_locale(locale: Option<&str>) -> Language {
    let language = locale.unwrap_or_default().split(['-', '_', '.']).next();
    if language.is_some_and(|language| language.eq_ignore_ascii_case("ja")) {
        Language::Ja
    } else {
        Language::En
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_that_of_the_system() {
        for locale in ["ja", "ja-JP", "ja_JP.UTF-8", "JA-jp"] {
            assert_eq!(of_locale(Some(locale)), Language::Ja, "{locale}");
        }
        for locale in [None, Some("C"), Some("en-US"), Some("jam-JM"), Some("")] {
            assert_eq!(of_locale(locale), Language::En, "{locale:?}");
        }
    }

    #[test]
    fn a_moment_is_written_as_each_language_does() {
        let tokyo = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
        let at = 1_795_435_200;
        let moment = |language| Words::of(language).moment_in(at, tokyo.clone());
        assert_eq!(moment(Language::Ja), "2026年11月23日 21:00");
        assert_eq!(moment(Language::En), "2026-11-23 21:00 +09:00");
    }

    #[test]
    fn the_days_that_are_left_are_said_rightly() {
        let said =
            |language, days_left| (Words::of(language).standing)(Standing::RenewSoon { days_left });
        assert_eq!(said(Language::Ja, 28), "期限間近（有効期限まであと28日）");
        assert_eq!(said(Language::Ja, 1), "期限間近（有効期限まで24時間以内）");
        assert_eq!(said(Language::En, 2), "expires soon (2 days left)");
        assert_eq!(said(Language::En, 1), "expires soon (within a day)");
    }
}

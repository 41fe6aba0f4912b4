//! English.

use warifu_client::view::{
    CheckName, IdentityView, IssuanceStep, ManagedTrouble, RenewalStep, SkipReason, Standing,
    WarningReason,
};
use warifu_protocol::{PasswordChangeReason, PasswordRule, PersonName};
use warifu_record::{NotWhole, Refused};

use super::{Advice, Words};
use crate::trouble::{Refusal, Secret};

pub(super) static WORDS: Words = Words {
    error: "error",
    next: "what to do",
    folder: "Data folder",
    app_open: "The app is open.",
    app_open_profile: "The app is open. Its window shows the change after its next start.",
    no_profile: "There is no connection profile.",
    managed_problem: "managed setting that cannot be used",
    why: "reason",
    no_certificate: "There is no certificate on this PC.",
    profile: "Connection profile",
    certificate: "Certificate",
    standing_label: "state",
    validity: "validity",
    issuer: "issuer",
    thumbprint: "thumbprint (SHA-256)",
    renewal_key_ready: "A renewal was interrupted; `warifu-cli renew` goes on with it.",
    renewal_stored: "A renewal is not finished; `warifu-cli renew` finishes it, without a password.",
    profile_added: "The connection profile was added.",
    profile_removed: "The connection profile was removed.",
    transfer_code: "Transfer code",
    valid_until: "valid until",
    transfer_next: "On the new PC, enter it in the app under “Issue certificate”, or give it to `warifu-cli issue --customer NUMBER --user ID --transfer-code-stdin` on standard input. This PC can be used until the user logs in there.",
    proxy: "Proxy",
    no_proxy: "There is no proxy on the way to the service.",
    proxy_login_kept: "User name and password were kept in the operating system's keystore. Check them by `warifu-cli doctor`.",
    proxy_logins_forgotten: "What the proxies were told is forgotten.",
    issued: "The certificate was issued.",
    password_changed: "The password was changed.",
    accepted: "The certificate was accepted.",
    attempts_left: "tries left before the user ID is locked",
    logged_in: "The login works.",
    logged_out: "Logged out.",
    not_logged_out: "The service did not hear of the logout; it logs the user out by itself after a while.",
    password_expires: "password expires",
    finishing: "Starting the use of the new certificate that an earlier renewal has stored.",
    renewed: "The certificate was renewed, and the new one is in use.",
    checks_good: "No problem was found.",
    bundle_written: "Information for support was saved",
    ask_password: "Password: ",
    ask_new_password: "New password: ",
    ask_new_password_again: "New password (again): ",
    ask_transfer_code: "Transfer code: ",
    ask_proxy_password: "Proxy's password: ",
    passed: "good",
    warning: "please look",
    failed: "PROBLEM",
    skipped: "not checked",
    retry_after: "seconds to wait",
    rules: "rules that are not met",
    field: "field",
    at: "date and time",
    clock_ahead: "clock ahead (seconds; negative if behind)",
    place: "address, folder or file",
    limit: "limit",
    line: "line",
    found: "found",
    oldest_version: "oldest version that can be used",
    request_id: "request number",
    signed_by: "signed with the key",
    record_whole: |customer, rows, at| {
        format!("The record of customer {customer} is whole: {rows} rows, as signed at {at}.")
    },
    labelled: |label, value| format!("{label}: {value}"),
    owner,
    standing,
    period: |from, until| format!("{from} to {until}"),
    issuing_for: |enrolment| {
        let person = person(&enrolment.customer_name, enrolment.holder_name.as_ref());
        format!("A certificate of {person} will be issued.")
    },
    checks_bad: |failed, warnings| format!("Problems: {failed}. To be looked at: {warnings}."),
    issuance_step,
    renewal_step,
    change_reason,
    change_first,
    check,
    warning_reason,
    managed_trouble,
    skip_reason,
    rule,
    advice,
    refusal,
    moment: "%Y-%m-%d %H:%M %:z",
};

fn owner(identity: &IdentityView) -> String {
    let IdentityView { service_name, customer_number, user_id, .. } = identity;
    let person = person(&identity.customer_name, identity.holder_name.as_ref());
    let number = customer_number.as_str();
    let user_id = user_id.as_str();
    format!("{service_name}, {person} (customer number {number}, user ID {user_id})")
}

/// Whom of the company, where that is known.
fn person(customer_name: &str, name: Option<&PersonName>) -> String {
    match name {
        Some(name) => format!("{name}, {customer_name}"),
        None => customer_name.to_owned(),
    }
}

fn standing(standing: Standing) -> String {
    let left = |days: u32| match days {
        0 | 1 => String::from("within a day"),
        days => format!("{days} days left"),
    };
    match standing {
        Standing::Incomplete => String::from("issuance not finished"),
        Standing::Usable { days_left } => format!("valid ({})", left(days_left)),
        Standing::RenewSoon { days_left } => format!("expires soon ({})", left(days_left)),
        Standing::Expired => String::from("expired"),
        Standing::NotYetValid => String::from("not valid yet"),
        Standing::Revoked => String::from("revoked"),
        Standing::Superseded => String::from("replaced by a newer one"),
    }
}

fn issuance_step(step: IssuanceStep) -> &'static str {
    match step {
        IssuanceStep::MakeKey => "Making the key on this PC.",
        IssuanceStep::Request => "Requesting the certificate.",
        IssuanceStep::Verify => "Verifying the issued certificate.",
        IssuanceStep::Store => "Storing it on this PC.",
    }
}

fn renewal_step(step: RenewalStep) -> &'static str {
    match step {
        RenewalStep::Obtain => "Obtaining the new certificate.",
        RenewalStep::Store => "Storing it on this PC.",
        RenewalStep::StartUse => "Starting the use of the new certificate.",
    }
}

fn change_reason(reason: PasswordChangeReason) -> &'static str {
    match reason {
        PasswordChangeReason::Initial => {
            "The initial password has to be replaced with one that only the user knows."
        }
        PasswordChangeReason::Expired => "The password has expired and has to be replaced.",
    }
}

fn change_first(reason: PasswordChangeReason) -> &'static str {
    match reason {
        PasswordChangeReason::Initial => {
            "The password is right, but an initial one has to be replaced. Log in with the app to do so."
        }
        PasswordChangeReason::Expired => {
            "The password is right, but it has expired. Log in with the app to replace it."
        }
    }
}

fn check(check: CheckName) -> &'static str {
    match check {
        CheckName::NameResolution => "Name of the service",
        CheckName::Proxy => "Proxy",
        CheckName::Reachability => "Reaching the service",
        CheckName::TlsVersion => "Version of encryption",
        CheckName::TlsInterception => "Inspection of encrypted connections",
        CheckName::ServerCertificate => "Certificate of the service",
        CheckName::Backend => "Answer of the service",
        CheckName::Clock => "Clock of this PC",
        CheckName::LoginPage => "Way to the login page",
        CheckName::LoginCertificate => "Certificate of the login page",
        CheckName::LinkHandler => "Links that open Warifu from the browser",
        CheckName::DefaultBrowser => "Default browser",
        CheckName::Keystore => "Keystore of the operating system",
        CheckName::Key => "Key of the certificate (live signature)",
        CheckName::CertificateValidity => "Validity of the certificate",
        CheckName::CertificateStanding => "Acceptance of the certificate",
        CheckName::Folder => "Folder of the app",
        CheckName::DiskSpace => "Free disk space",
        CheckName::Database => "Database",
        CheckName::Leftovers => "Unfinished procedures",
    }
}

fn warning_reason(reason: WarningReason) -> &'static str {
    match reason {
        WarningReason::ProxyScript => {
            "This PC is set to a proxy auto-configuration script (PAC file), which Warifu does not evaluate. If it cannot connect, ask your IT department for the proxy's address and name it in “Settings”."
        }
        WarningReason::ProxyExceptions => {
            "The list of addresses that need no proxy holds something that Warifu does not understand. What it means is reached through the proxy."
        }
        WarningReason::ResolvedByProxy => "This PC cannot resolve the name, but the proxy does.",
        WarningReason::LinksLeadElsewhere => {
            "Links in the browser open another app instead of Warifu. In the settings for default apps, choose Warifu for “warifu” links."
        }
        WarningReason::LinksLeadNowhere => {
            "This PC does not know that links in the browser open Warifu. Install Warifu again."
        }
        WarningReason::NoBrowser => {
            "No default browser is set. Choose one in the settings of this PC."
        }
        WarningReason::RenewSoon => {
            "It is time to renew the certificate, by `warifu-cli renew` or in the app."
        }
        WarningReason::IssuanceUnfinished => {
            "An issuance was interrupted. Continue it by `warifu-cli issue --customer NUMBER --user ID` or in the app."
        }
        WarningReason::RenewalUnfinished => {
            "A renewal was interrupted. Finish it by `warifu-cli renew` or in the app."
        }
        WarningReason::DiskSpaceLow => "There is little free space on the disk.",
        WarningReason::OrphanedKeys => {
            "There are keys that this PC's data does not know. They are kept, because earlier data may come back and need them."
        }
    }
}

fn managed_trouble(trouble: ManagedTrouble) -> &'static str {
    match trouble {
        ManagedTrouble::Unreadable => "It cannot be read.",
        ManagedTrouble::Malformed => "The file is malformed.",
        ManagedTrouble::UnknownSetting => "There is no setting of this name.",
        ManagedTrouble::WrongType => "The value is of another type.",
        ManagedTrouble::NotPossible => "The value is not possible.",
        ManagedTrouble::OutdatedProfile => {
            "The connection profile is older than the one that is here."
        }
        ManagedTrouble::BadFile => "The file is not there, or is no connection profile.",
    }
}

fn skip_reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::EarlierFailure => "Not checked, because an earlier check found a problem.",
        SkipReason::NoProfile => "Not checked, because there is no connection profile.",
        SkipReason::NoCertificate => "Not checked, because there is no certificate.",
        SkipReason::CertificateUnusable => "Not checked, because the certificate cannot be used.",
        SkipReason::NoName => "Not needed, because the service is given by its address.",
        SkipReason::NoLoginPage => {
            "Not needed, because the provider has no page that browsers log in at."
        }
        SkipReason::NotSaid => "This PC does not say.",
        SkipReason::NotEncrypted => {
            "Not checked: the page is on this PC and its connection is not encrypted."
        }
    }
}

fn rule(rule: PasswordRule) -> &'static str {
    match rule {
        PasswordRule::Length => "number of characters",
        PasswordRule::Characters => "only half-width letters, digits and symbols",
        PasswordRule::Letter => "at least one half-width letter",
        PasswordRule::Digit => "at least one half-width digit",
        PasswordRule::NotRecent => "neither the current password nor an earlier one",
        PasswordRule::NotGuessable => "not among the passwords that are tried first",
    }
}

fn secret(secret: Secret) -> &'static str {
    match secret {
        Secret::Password => "password",
        Secret::NewPassword => "new password",
        Secret::TransferCode => "transfer code",
        Secret::ProxyPassword => "proxy's password",
    }
}

fn advice(advice: Advice) -> &'static str {
    match advice {
        Advice::CheckInput => "Check what was entered and try again.",
        Advice::TypePassword => {
            "This cannot be a password: it holds full-width characters, a space or the like, or is too long. It was not sent and does not count as a wrong try. Enter it again in half-width letters, digits and symbols."
        }
        Advice::CheckFile => {
            "Check the file. A connection profile is used as you received it from the service's help desk (*.warifu.json)."
        }
        Advice::ChooseOtherPassword => "Try again with a password that meets the rules.",
        Advice::StartAgain => "Start again.",
        Advice::Wait => "Wait, then try again.",
        Advice::WaitUntil => {
            "Try again when the certificate can be renewed; if a date is given, from then on."
        }
        Advice::AskAdministrator => {
            "If you are not the primary administrator: ask that person or a user administrator of the company, giving the error code. If you are the primary administrator: apply to the service's help desk for unlocking or a reissue, in writing."
        }
        Advice::UseOtherPc => {
            "Log in from the PC that has the certificate. To move to this one, give the code that the old PC shows with --transfer-code-stdin. If the certificate cannot be used, it has to be reissued. If you are not the primary administrator: ask that person or a user administrator of the company. If you are the primary administrator: apply to the service's help desk in writing."
        }
        Advice::Issue => {
            "Obtain a certificate by `warifu-cli issue --customer NUMBER --user ID`, or with “Issue certificate” in the app."
        }
        Advice::UseNewer => {
            "Use the newer certificate. If there is none, ask a user administrator of the company (as the primary administrator, the service's help desk)."
        }
        Advice::AddProfile => "Add a connection profile by `warifu-cli profile add FILE`.",
        Advice::CheckClock => "Set the date, time and time zone of this PC right and try again.",
        Advice::CheckWay => "Show the IT department what `warifu-cli doctor` finds.",
        Advice::TellProxy => {
            "Give the proxy's user name and password by `warifu-cli proxy login --user NAME`, or in the app."
        }
        Advice::MendProxySetting => {
            "Correct the proxy setting: it is written as in http://name-of-the-proxy:port. If in doubt, ask your IT department."
        }
        Advice::RenewProfile => {
            "Ask the service's help desk for the newest connection profile, and add it by `warifu-cli profile add`."
        }
        Advice::Unlock => {
            "Unlock the keystore of the operating system and let Warifu use it, then try again."
        }
        Advice::Update => {
            "Install a newer version of Warifu on this PC, or ask your IT department to."
        }
        Advice::CheckPc => {
            "Have the IT department look at the data folder, the disk and the keystore of this PC."
        }
        Advice::AskProvider => "Contact the service's help desk and give the error code.",
    }
}

fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::AppOpen => String::from(
            "The app is open. Quit it by its icon in the notification area, then run this again.",
        ),
        Refusal::CertificateChoice(_) => String::from(
            "There are several certificates; name one by its number or thumbprint with --certificate.",
        ),
        Refusal::CertificateNotFound => {
            String::from("There is no such certificate; `warifu-cli status` shows their numbers.")
        }
        Refusal::ProfileChoice(_) => String::from(
            "There are several connection profiles; name one by its number with --profile.",
        ),
        Refusal::ProxyChoice(_) => {
            String::from("There are several proxies; name one by host and port with --at.")
        }
        Refusal::ProxyNotFound => String::from(
            "There is no such proxy on the way to the service; `warifu-cli proxy list` shows them.",
        ),
        Refusal::ProfileInUse { users } => format!(
            "The profile is kept, because certificates that need it are on this PC: {users}."
        ),
        Refusal::InputMissing(Secret::TransferCode) => {
            String::from("There was no transfer code. Give it on the first line of standard input.")
        }
        Refusal::InputMissing(what) => format!(
            "There was no {}. Run this on a terminal to be asked for it, or give it on standard input (--password-stdin).",
            secret(*what)
        ),
        Refusal::InputUnreadable(what) => format!(
            "The {} cannot be read from standard input. Give one on each line, in UTF-8.",
            secret(*what)
        ),
        Refusal::PasswordsDiffer => {
            String::from("The new passwords do not match. Enter them again.")
        }
        Refusal::FileExists(_) => {
            String::from("There is a file of that name already; choose another name.")
        }
        Refusal::KeyUnreadable(_) => String::from(
            "There is no public key in this file. Ask your provider for its public key (PEM).",
        ),
        Refusal::RecordNotWhole(why) => record_not_whole(why),
    }
}

fn record_not_whole(why: &NotWhole) -> String {
    match why {
        NotWhole::Checkpoint(Refused::Unreadable) => String::from(
            "This is no exported record, or one of a newer version. Ask for the file again.",
        ),
        NotWhole::Checkpoint(Refused::Altered) => {
            String::from("Its signature does not fit. The record was altered; do not rely on it.")
        }
        NotWhole::Checkpoint(Refused::OtherKey(key)) => format!(
            "It is signed with another key ({key}). Ask your provider, on another way than the one that it \
             came by, which key is right."
        ),
        NotWhole::Checkpoint(Refused::OtherBackend) => {
            String::from("It was made by another service. Ask your provider for the right file.")
        }
        NotWhole::Checkpoint(Refused::Future(seconds)) => format!(
            "It says that it was signed {seconds} seconds after now. Check the clock of this PC."
        ),
        NotWhole::Line(line) => format!("Line {line} cannot be read. The record was altered."),
        NotWhole::BrokenAt(row) => {
            format!("Row {row} does not follow from the row before it. The record was altered.")
        }
        NotWhole::CutOffAfter(row) => format!("The rows after row {row} are missing."),
        NotWhole::NotSigned(row) => {
            format!("Up to row {row}, the rows are not those that were signed.")
        }
    }
}

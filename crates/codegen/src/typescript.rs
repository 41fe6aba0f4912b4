//! The TypeScript declarations of everything that crosses to the window are those in `ui/`.

use std::fmt::Write as _;

use anyhow::Result;
use ts_rs::{Config, TS};
use warifu_client::{Failure, view};
use warifu_protocol as protocol;

/// The whole file, with the constants that a screen needs.
pub(super) fn declarations() -> Result<String> {
    // Timestamps are far below 2^53.
    let config = Config::new().with_large_int("number");
    let mut file =
        String::from("// Written by `cargo xtask codegen` from the Rust types. Do not edit.\n");
    macro_rules! declare {
        ($($kind:ty),+ $(,)?) => {
            $(write!(file, "\n{}export {}\n", documentation::<$kind>(), <$kind>::decl(&config))?;)+
        };
    }
    declare![
        protocol::CustomerNumber,
        protocol::UserId,
        protocol::Permission,
        protocol::EmailAddress,
        protocol::PersonName,
        protocol::Department,
        protocol::TransferCode,
        protocol::Thumbprint,
        protocol::SecretText,
        protocol::ErrorCode,
        protocol::Details,
        protocol::Actor,
        Failure,
        protocol::PasswordPolicy,
        protocol::PasswordRule,
        protocol::RuleCheck,
        protocol::PasswordChangeReason,
        protocol::NextStep,
        protocol::SupportContact,
        protocol::UserSummary,
        protocol::CertificateSummary,
        protocol::LocalizedText,
        protocol::ProviderContact,
        protocol::ServiceEntry,
        protocol::SessionView,
        protocol::HandoffView,
        protocol::HandoffState,
        protocol::BrowserView,
        protocol::BrowserName,
        protocol::AuthorizationView,
        protocol::AppVersions,
        protocol::Policy,
        protocol::AdministrationView,
        protocol::PermissionView,
        protocol::UserQuery,
        protocol::UserState,
        protocol::UserSort,
        protocol::SortDirection,
        protocol::UserCounts,
        protocol::UserPage,
        protocol::UserView,
        protocol::UserActionRequest,
        protocol::UserAction,
        protocol::UserAnswer,
        protocol::CreatedUser,
        protocol::ActorKind,
        protocol::AuditEvent,
        protocol::AuditQuery,
        protocol::AuditPage,
        protocol::AuditRecord,
        view::Overview,
        view::ProfileView,
        view::ProviderView,
        view::CodeView,
        view::UpdateNotice,
        view::IdentityView,
        view::CertificateView,
        protocol::Protection,
        view::Standing,
        view::RenewalState,
        view::Loss,
        view::RemovalConsent,
        view::IdentityRemoval,
        warifu_client::ProfileRemoval,
        view::EnrolmentView,
        view::IssuanceStep,
        view::LoginPrompt,
        view::LoginView,
        view::RenewalStep,
        view::PasswordChangeView,
        view::EntryOpening,
        view::ApprovalView,
        view::ApprovalProgress,
        view::TransferCodeView,
        view::NewUserForm,
        view::UserChangeForm,
        view::ImportPreview,
        view::ImportNote,
        view::UnusedColumn,
        view::WhyUnused,
        view::ImportRow,
        view::ImportLineProblem,
        view::ExportTexts,
        view::DiagnosisResult,
        view::CheckName,
        view::Outcome,
        view::WarningReason,
        view::SkipReason,
        view::Fact,
        view::FactName,
        view::FactValue,
        view::Settings,
        view::ProxyChoice,
        view::ManagedView,
        view::ManagedSetting,
        view::ManagedProblem,
        view::ManagedTrouble,
        view::Language,
        view::Theme,
        view::Target,
        view::Expiring,
        view::Left,
        view::PasswordView,
        view::NoticeView,
    ];
    file.push_str(
        "\n/**\n * The headings of a file of users: ID, name, department, address, permissions, initial\n * password.\n */\n\
         export const IMPORT_HEADINGS = {\n",
    );
    for (name, language) in [("ja", view::Language::Ja), ("en", view::Language::En)] {
        let headings = warifu_client::import_headings(language);
        writeln!(file, "  {name}: {headings:?},")?;
    }
    file.push_str("} as const;\n");
    constants(&mut file)?;
    Ok(file)
}

/// The rules of the protocol that a screen can say before the backend is asked.
fn constants(file: &mut String) -> Result<()> {
    let digits = protocol::CustomerNumber::DIGITS;
    let (shortest, longest) = (protocol::UserId::SHORTEST, protocol::UserId::LONGEST);
    let marks = protocol::UserId::MARKS;
    let (letters, length) = (protocol::TransferCode::LETTERS, protocol::TransferCode::LENGTH);
    let near = warifu_client::NEAR_DAYS;
    write!(
        file,
        "
/** What a customer number looks like. */
export const CUSTOMER_NUMBER = /^[0-9]{{{digits}}}$/;

/** What a user ID looks like. */
export const USER_ID = /^[A-Za-z0-9{marks}]{{{shortest},{longest}}}$/;

/** What a transfer code looks like, in upper case and without its groups. */
export const TRANSFER_CODE = /^[{letters}]{{{length}}}$/;

/** Days before an expiry from which business days are said beside them. */
export const NEAR_DAYS = {near};

/** Who must act on a failure. */
export const ACTORS: Record<ErrorCode, Actor> = {{
"
    )?;
    for code in protocol::ErrorCode::ALL {
        let actor = serde_json::to_string(&code.actor())?;
        writeln!(file, "  \"{}\": {actor},", code.as_str())?;
    }
    file.push_str("};\n");
    Ok(())
}

fn documentation<T: TS>() -> String {
    T::docs().map(|docs| format!("{}\n", docs.trim_end())).unwrap_or_default()
}

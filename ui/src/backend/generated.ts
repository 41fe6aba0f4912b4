// Generated from the Rust types by the test `the_screens_know_the_types_as_they_are`.
// Do not edit.

/**
 * A company that uses the service (お客さま番号): eight half-width digits.
 */
export type CustomerNumber = string;

/**
 * A person at a customer (ユーザID): 3 to 20 half-width letters, digits, `.`, `-` or `_`.
 *
 * Letters are folded to lower case, so two users of one customer never differ by case alone.
 */
export type UserId = string;

/**
 * A right that a user may hold, such as `user-administration` or `claims.view`.
 *
 * 1 to 64 lower-case letters, digits, `.` or `-`.
 */
export type Permission = string;

/**
 * The SHA-256 of a DER structure (a certificate, or a SubjectPublicKeyInfo): 64 lower-case
 * hexadecimal digits (RFC 8705 §3.1 names the digest; hexadecimal is how Windows and OpenSSL
 * show it).
 */
export type Thumbprint = string;

/**
 * The stable name of a failure.
 */
export type ErrorCode = "authentication-failed" | "account-locked" | "account-suspended" | "too-many-attempts" | "session-ended" | "enrolment-expired" | "password-rejected" | "password-change-expired" | "password-not-initial" | "current-password-wrong" | "password-change-required" | "already-issued" | "certificate-expired" | "certificate-not-yet-valid" | "certificate-revoked" | "certificate-superseded" | "certificate-unknown" | "certificate-missing" | "renewal-too-early" | "renewal-outdated" | "transfer-code-invalid" | "permission-missing" | "beyond-own-permissions" | "own-account" | "primary-administrator" | "user-exists" | "user-not-found" | "user-changed" | "import-too-large" | "invalid-request" | "request-too-large" | "not-found" | "backend-busy" | "backend-failed" | "name-not-resolved" | "backend-unreachable" | "timed-out" | "backend-untrusted" | "backend-name-mismatch" | "backend-certificate-outdated" | "protocol-mismatch" | "unexpected-answer" | "tls-intercepted" | "proxy-refused" | "proxy-authentication-required" | "proxy-unreachable" | "clock-wrong" | "keystore-unavailable" | "keystore-locked" | "keystore-refused" | "keystore-failed" | "key-missing" | "key-damaged" | "profile-invalid" | "profile-missing" | "database-newer" | "database-damaged" | "storage-failed" | "file-unreadable" | "disk-full" | "cancelled" | "app-failed";

/**
 * What a failure's text needs to know; each code uses few of them.
 */
export type Details = { 
/**
 * Wrong passwords left before the user is locked.
 */
tries_left?: number, 
/**
 * Seconds to wait before trying again.
 */
retry_after_seconds?: number, 
/**
 * The rules that a new password breaks.
 */
rules?: Array<PasswordRule>, 
/**
 * The field of the request that is not well formed.
 */
field?: string, 
/**
 * When a certificate expired, begins, or was revoked.
 */
at?: number, 
/**
 * Seconds by which this PC's clock is ahead of the backend's; negative if behind.
 */
clock_ahead_seconds?: number, 
/**
 * The host or folder that is meant.
 */
place?: string, 
/**
 * The most that is allowed.
 */
limit?: number, 
/**
 * Names the failed request in the backend's log.
 */
request_id?: string, };

/**
 * A failure with its stable code and what the code's text needs to know.
 *
 * `cause` is for the log alone: it never reaches a screen, and it holds no secret because nothing
 * below this crate puts one into an error.
 */
export type Failure = { 
/**
 * The code, whose texts the screens hold.
 */
code: ErrorCode, 
/**
 * What the texts need to know; boxed because every fallible call returns it.
 */
details: Details, };

/**
 * How long a password is and how long it lives. The numbers are the provider's; the app shows them
 * from the backend's answer.
 */
export type PasswordPolicy = { 
/**
 * Fewest characters (FAQ 3-3②).
 */
min_length: number, 
/**
 * Most characters (FAQ 3-3②).
 */
max_length: number, 
/**
 * How many earlier passwords, besides the current one, may not come back (FAQ 3-3②).
 */
generations: number, 
/**
 * Days until a password must be changed (FAQ 3-1).
 */
valid_days: number, 
/**
 * Days before that from which the main menu says so (FAQ 3-1).
 */
notice_days: number, 
/**
 * Seconds for which the change screen is valid (FAQ 3-3③).
 */
change_seconds: number, 
/**
 * Wrong passwords in a row that lock the user (FAQ 3-2).
 */
tries: number, };

/**
 * One rule that a new password must meet, in the order in which the change screen lists them.
 */
export type PasswordRule = "length" | "characters" | "letter" | "digit" | "not-recent";

/**
 * Whether a candidate meets one rule.
 */
export type RuleCheck = { 
/**
 * The rule.
 */
rule: PasswordRule, 
/**
 * Whether the candidate meets it.
 */
met: boolean, };

/**
 * Why a password has to be changed.
 */
export type PasswordChangeReason = "initial" | "expired";

/**
 * What follows a proved password.
 */
export type NextStep = { "step": "change-password", 
/**
 * Why.
 */
reason: PasswordChangeReason, 
/**
 * Seconds left on the backend's clock.
 */
seconds: number, } | { "step": "request-certificate" };

/**
 * The provider's help desk (お問い合わせ窓口).
 */
export type SupportContact = { 
/**
 * Its name.
 */
name: string, 
/**
 * Telephone, as printed.
 */
phone: string, 
/**
 * Electronic mail.
 */
email: string, 
/**
 * When it answers, as printed.
 */
hours: string, };

/**
 * A user, as the screens name them.
 */
export type UserSummary = { 
/**
 * The customer's number.
 */
customer_number: CustomerNumber, 
/**
 * The customer's name.
 */
customer_name: string, 
/**
 * The user's ID.
 */
user_id: UserId, };

/**
 * A certificate's identity and validity.
 */
export type CertificateSummary = { 
/**
 * SHA-256 of the certificate.
 */
thumbprint: Thumbprint, 
/**
 * Valid from.
 */
not_before: number, 
/**
 * Valid until.
 */
not_after: number, };

/**
 * A text in each language of the app.
 */
export type LocalizedText = { 
/**
 * Japanese.
 */
ja: string, 
/**
 * English.
 */
en: string, };

/**
 * One entry of the main menu, configured by the provider.
 */
export type ServiceEntry = { 
/**
 * Stable name, unique among the entries.
 */
id: string, 
/**
 * What it is called.
 */
title: LocalizedText, 
/**
 * What it is for, in one sentence.
 */
description: LocalizedText, 
/**
 * The right that a user needs to see it; none if everybody may.
 */
permission?: Permission, 
/**
 * An `https` address, opened in the user's browser.
 */
url: string, };

/**
 * What the main menu shows.
 */
export type SessionView = { 
/**
 * Who is logged in.
 */
user: UserSummary, 
/**
 * The certificate that opened the session.
 */
certificate: CertificateSummary, 
/**
 * When the certificate can first be renewed (FAQ 2-3).
 */
renewable_from: number, 
/**
 * Whether it can be now, on the backend's clock.
 */
renewable: boolean, 
/**
 * When the password has to be changed (FAQ 3-1).
 */
password_expires_at: number, 
/**
 * From when the main menu says so (FAQ 3-1).
 */
password_notice_from: number, 
/**
 * Whether that has come, on the backend's clock.
 */
password_notice: boolean, 
/**
 * When this user logged in before this session, if ever.
 */
previous_login_at: number | null, 
/**
 * Whether the user is the primary administrator.
 */
primary: boolean, 
/**
 * The service's entries that this user may open.
 */
entries: Array<ServiceEntry>, 
/**
 * The rights that the user holds.
 */
permissions: Array<Permission>, 
/**
 * Seconds without a request after which the session ends.
 */
idle_seconds: number, 
/**
 * When the session ends whatever happens.
 */
ends_at: number, };

/**
 * All that the start screen shows.
 */
export type Overview = { 
/**
 * The connection profiles on this PC, oldest first.
 */
profiles: Array<ProfileView>, 
/**
 * The certificates on this PC, and issuances that were interrupted; last used first.
 */
identities: Array<IdentityView>, 
/**
 * The app's version.
 */
app_version: string, };

/**
 * A connection profile.
 */
export type ProfileView = { 
/**
 * Names the profile to the commands.
 */
id: number, 
/**
 * The service's name.
 */
service_name: string, 
/**
 * The host of the service, for support calls.
 */
host: string, 
/**
 * The provider's help desk.
 */
support: SupportContact, 
/**
 * The provider's rules, as they were last heard.
 */
policy: Policy | null, };

/**
 * A certificate on this PC, or one on its way.
 */
export type IdentityView = { 
/**
 * Names the identity to the commands.
 */
id: number, 
/**
 * The profile it belongs to.
 */
profile_id: number, 
/**
 * The service's name.
 */
service_name: string, 
/**
 * The customer's number.
 */
customer_number: CustomerNumber, 
/**
 * The customer's name.
 */
customer_name: string, 
/**
 * The user's ID.
 */
user_id: UserId, 
/**
 * Where the key is held.
 */
protection: KeyProtection, 
/**
 * The certificate; none while an issuance is unfinished.
 */
certificate: CertificateView | null, 
/**
 * Whether it can be used, and if not, why.
 */
standing: Standing, 
/**
 * How far a renewal has come that was begun and not finished.
 */
renewal: RenewalState | null, 
/**
 * Whether this is the one chosen at the last login.
 */
last_used: boolean, };

/**
 * What the certificate-selection dialog shows of a certificate.
 */
export type CertificateView = { 
/**
 * SHA-256 of the certificate.
 */
thumbprint: Thumbprint, 
/**
 * The common name of the authority that issued it.
 */
issuer: string, 
/**
 * Valid from.
 */
not_before: number, 
/**
 * Valid until.
 */
not_after: number, };

/**
 * Where a private key is held.
 */
export type KeyProtection = "software" | "hardware";

/**
 * Whether a certificate can be used now (FAQ 2-3, 4-6).
 */
export type Standing = { "kind": "incomplete" } | { "kind": "usable", 
/**
 * Whole days until it expires.
 */
days_left: number, } | { "kind": "renew-soon", 
/**
 * Whole days until it expires.
 */
days_left: number, } | { "kind": "expired" } | { "kind": "not-yet-valid" } | { "kind": "revoked" } | { "kind": "superseded" };

/**
 * What follows proved credentials in the issuance wizard.
 */
export type EnrolmentView = { 
/**
 * The customer's name.
 */
customer_name: string, 
/**
 * What the user has to do next.
 */
next: NextStep, 
/**
 * The password rule, for the change screen.
 */
password_policy: PasswordPolicy, };

/**
 * The visible steps of an issuance (FAQ 4-3), in their order.
 */
export type IssuanceStep = "make-key" | "request" | "verify" | "store";

/**
 * A certificate that has been proved to the backend; the password is asked for next.
 */
export type LoginPrompt = { 
/**
 * The certificate.
 */
identity: IdentityView, 
/**
 * Wrong passwords left before the user is locked (FAQ 3-2).
 */
tries_left: number, 
/**
 * The most characters that a password has.
 */
password_max_length: number, };

/**
 * What a correct password leads to.
 */
export type LoginView = { "outcome": "logged-in", 
/**
 * What it shows.
 */
session: SessionView, } | { "outcome": "password-change-required", 
/**
 * Why.
 */
reason: PasswordChangeReason, 
/**
 * Seconds left for it (FAQ 3-3③).
 */
seconds: number, 
/**
 * The password rule.
 */
password_policy: PasswordPolicy, };

/**
 * How the app looks and speaks on this PC.
 */
export type Settings = { 
/**
 * The language.
 */
language: Language, 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * Size of the text in per cent, 100 to 200.
 */
text_percent: number, 
/**
 * Whether the app starts, in the tray, when the user logs on to the PC (SPEC H).
 */
start_at_login: boolean, };

/**
 * A language of the app.
 */
export type Language = "ja" | "en";

/**
 * A colour scheme.
 */
export type Theme = "system" | "light" | "dark";

// Written by `cargo xtask codegen` from the Rust types. Do not edit.

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
 * An address for electronic mail: at most 254 ASCII characters with one `@` between a local part
 * of at most 64 and a domain name (RFC 5321 §4.5.3.1), without quoting, comments or literals.
 */
export type EmailAddress = string;

/**
 * A person's name (氏名): 1 to 100 characters on one line, in NFC, without blanks around it.
 *
 * What an operating system writes for a character of a company's own (外字, the private use area)
 * is taken as it stands. So are variation selectors, because 葛󠄀 and 葛 are different people, and
 * what joins the parts of a letter or a picture. Of marks, no more than four follow each other
 * (UTS #39 §5.4): more would be drawn over the lines above and below.
 */
export type PersonName = string;

/**
 * A department (部署): by the rules of a [`PersonName`].
 */
export type Department = string;

/**
 * The one-time code that an old PC shows for the new one (FAQ 4-1): three groups of four of
 * [`TransferCode::LETTERS`].
 *
 * Whatever stands between the letters is ignored, and so is their case.
 */
export type TransferCode = string;

/**
 * The SHA-256 of a DER structure (a certificate, or a SubjectPublicKeyInfo): 64 lower-case
 * hexadecimal digits (RFC 8705 §3.1 names the digest; hexadecimal is how Windows and OpenSSL
 * show it).
 */
export type Thumbprint = string;

/**
 * A password or a bearer token: wiped from memory when dropped and never shown by `Debug`.
 */
export type SecretText = string;

/**
 * The stable name of a failure.
 */
export type ErrorCode = "authentication-failed" | "account-locked" | "account-suspended" | "too-many-attempts" | "session-ended" | "enrolment-expired" | "password-rejected" | "password-change-expired" | "password-not-initial" | "current-password-wrong" | "password-change-required" | "already-issued" | "certificate-expired" | "certificate-not-yet-valid" | "certificate-revoked" | "certificate-superseded" | "certificate-unknown" | "certificate-missing" | "renewal-too-early" | "renewal-outdated" | "transfer-code-invalid" | "transfer-same-pc" | "permission-missing" | "beyond-own-permissions" | "own-account" | "primary-administrator" | "user-exists" | "user-not-found" | "user-changed" | "import-too-large" | "service-unknown" | "handoff-unknown" | "request-expired" | "request-misdirected" | "proof-missing" | "too-many-requests" | "invalid-request" | "request-too-large" | "not-found" | "backend-busy" | "backend-failed" | "name-not-resolved" | "backend-unreachable" | "timed-out" | "backend-untrusted" | "backend-name-mismatch" | "backend-certificate-outdated" | "protocol-mismatch" | "unexpected-answer" | "authority-changed" | "tls-intercepted" | "proxy-refused" | "proxy-authentication-required" | "proxy-credentials-refused" | "proxy-unsupported" | "proxy-unreachable" | "proxy-name-not-resolved" | "proxy-setting-invalid" | "clock-wrong" | "app-too-old" | "password-malformed" | "name-malformed" | "keystore-unavailable" | "keystore-locked" | "keystore-refused" | "keystore-failed" | "key-missing" | "key-damaged" | "profile-invalid" | "profile-missing" | "profile-outdated" | "profile-differs" | "profile-managed" | "database-newer" | "database-damaged" | "storage-failed" | "file-unreadable" | "text-undecodable" | "heading-missing" | "quote-open" | "disk-full" | "browser-failed" | "cancelled" | "app-failed";

/**
 * What a failure's text needs to know; each code uses few of them.
 */
export type Details = { 
/**
 * Wrong passwords left before the user is locked.
 */
attempts_left?: number, 
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
 * The line of a file that is meant, from 1.
 */
line?: number, 
/**
 * What stands where something else should.
 */
found?: string, 
/**
 * The oldest version of the app that may log in.
 */
oldest_version?: string, 
/**
 * Names the failed request in the backend's log.
 */
request_id?: string, };

/**
 * Whose turn it is after a failure.
 */
export type Actor = "you" | "administrator" | "provider" | "it";

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
details: Details, 
/**
 * Whether nothing is left of a login after it, so that the window goes back to the start.
 */
session_ended: boolean, };

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
history: number, 
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
max_attempts: number, };

/**
 * One rule that a new password must meet, in the order in which the change screen lists them.
 */
export type PasswordRule = "length" | "characters" | "letter" | "digit" | "not-recent" | "not-guessable";

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
expires_in: number, } | { "step": "request-certificate" };

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
user_id: UserId, 
/**
 * The user's name (氏名); none if nobody has entered it, or from an older backend.
 */
name: PersonName | null, 
/**
 * The user's department (部署), if it was entered.
 */
department: Department | null, };

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
 * The provider's help desk (お問い合わせ窓口), in both languages.
 */
export type ProviderContact = { 
/**
 * Its name.
 */
name: LocalizedText, 
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
hours: LocalizedText, };

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
url: string, 
/**
 * Whether the app has the browser logged in as it opens the entry, by a
 * [`HandoffRequest`](crate::HandoffRequest).
 */
signs_in?: boolean, };

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
 * When somebody last failed to log in as this user; none if nobody did, or from an older backend.
 */
last_failed_login_at: number | null, 
/**
 * Where this user's warnings are sent; none from an older backend too.
 */
email: EmailAddress | null, 
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
 * What has become of a handoff.
 */
export type HandoffView = { 
/**
 * How far it is.
 */
state: HandoffState, 
/**
 * Which browser opened it, as soon as one has.
 */
browser: BrowserView | null, 
/**
 * Seconds left on the backend's clock for what it waits for; 0 if for nothing.
 */
expires_in: number, };

/**
 * How far a handoff is.
 */
export type HandoffState = "waiting" | "asking" | "confirm" | "opened" | "declined" | "replayed" | "expired" | "ended";

/**
 * A browser as the backend met it: never what it says of itself, which anybody may write.
 */
export type BrowserView = { 
/**
 * Which one.
 */
name: BrowserName, 
/**
 * Its main version, if that was to be read.
 */
version: number | null, 
/**
 * The address that it came from.
 */
address: string, 
/**
 * Whether that is the address that the app comes from.
 */
same_address: boolean, };

/**
 * The browsers that are told apart.
 */
export type BrowserName = "edge" | "chrome" | "firefox" | "safari" | "other";

/**
 * What a service asks for.
 */
export type AuthorizationView = { 
/**
 * The service's name.
 */
client: LocalizedText, 
/**
 * The host that the browser returns to.
 */
host: string, 
/**
 * When the browser asked.
 */
requested_at: number, 
/**
 * Seconds left on the backend's clock.
 */
expires_in: number, 
/**
 * The browser that asked.
 */
browser: BrowserView, 
/**
 * The address that this app comes from, to be read beside the browser's.
 */
address: string, 
/**
 * Whether the password has to be proved for this request, whatever session is open.
 */
password: boolean, };

/**
 * Which versions of the app the provider supports, as semantic versions (semver.org).
 *
 * Text, because the app must be able to read a policy whatever stands in it.
 */
export type AppVersions = { 
/**
 * The newest that there is.
 */
newest: string, 
/**
 * The oldest that may log in.
 */
oldest: string, 
/**
 * Where people find the newest, an `https` address; none if their IT department brings it.
 */
download_url: string | null, };

/**
 * The provider's rules and the backend's clock (`GET /v1/policy`, both listeners).
 */
export type Policy = { 
/**
 * The service's name, as customers know it.
 */
service_name: string, 
/**
 * The backend's clock when it answered; the app compares its own.
 */
server_time: number, 
/**
 * Days for which a certificate is valid (FAQ 2-3).
 */
certificate_valid_days: number, 
/**
 * Days before a certificate's expiry from which it can be renewed (FAQ 2-3).
 */
renewal_days: number, 
/**
 * Days before expiry at which people are warned, most first (SPEC H).
 */
warning_days: Array<number>, 
/**
 * Business days of Japan before the day of the expiry at which they are warned too (SPEC Q1); none
 * from a backend that does not count in them.
 */
warning_business_days: Array<number>, 
/**
 * Days before expiry from which a warning is urgent (SPEC H).
 */
urgent_days: number, 
/**
 * Seconds for which the code for a new PC is good (SPEC G).
 */
transfer_seconds: number, 
/**
 * Most users of one import (SPEC F).
 */
import_max_users: number, 
/**
 * The password rule.
 */
password: PasswordPolicy, 
/**
 * The app's versions, if the provider names them.
 */
app: AppVersions | null, 
/**
 * Where browsers log in, without a slash at the end; none if logins open no services (SPEC M).
 */
login_url?: string, };

/**
 * What the user administrator of a session may do.
 */
export type AdministrationView = { 
/**
 * Every permission that the provider has configured, in the order in which screens list them.
 */
permissions: Array<PermissionView>, 
/**
 * Most users of one import.
 */
import_max_users: number, 
/**
 * Whether users have names and departments here, and whether the list can be filtered, sorted and
 * counted; an older backend refuses requests that speak of it.
 */
names: boolean, 
/**
 * Days before its expiry from which a certificate counts as [`UserState::Expiring`].
 */
expiring_days: number, };

/**
 * A permission, as the screens name it.
 */
export type PermissionView = { 
/**
 * Its name.
 */
permission: Permission, 
/**
 * What it is called.
 */
title: LocalizedText, 
/**
 * What it allows, in one sentence.
 */
description: LocalizedText, 
/**
 * Whether this administrator holds it, and so may grant it (FAQ 1-3).
 */
grantable: boolean, };

/**
 * Which users to list, and in which order. All of it is optional.
 */
export type UserQuery = { 
/**
 * Part of a user ID, of a name, of a department or of an e-mail address: whatever its case and
 * width, in hiragana or katakana, with and without blanks.
 */
search?: string, 
/**
 * Only users after this one: [`UserPage::next`] of the page before.
 */
after?: string, 
/**
 * Most users of the page.
 */
limit?: number, 
/**
 * Only users in this state.
 */
state?: UserState, 
/**
 * What the list is ordered by; without it by user ID, or, with a search, by where the text is found.
 */
sort?: UserSort, 
/**
 * In which direction; ascending without it.
 */
direction?: SortDirection, 
/**
 * Whether to count the customer's users in each state.
 */
counts?: boolean, };

/**
 * A state of a user that an administrator looks for. A user can be in several.
 */
export type UserState = "locked" | "suspended" | "expiring" | "expired" | "without-certificate" | "initial-password" | "unnamed";

/**
 * What a list of users is ordered by. Users without it come last, in either direction by ID.
 */
export type UserSort = "user-id" | "name" | "department" | "certificate-not-after" | "last-login-at";

/**
 * In which direction a list is ordered.
 */
export type SortDirection = "ascending" | "descending";

/**
 * How many users of a customer are in each state; one user counts in several.
 */
export type UserCounts = { 
/**
 * All users.
 */
all: number, 
/**
 * Those in [`UserState::Locked`].
 */
locked: number, 
/**
 * Those in [`UserState::Suspended`].
 */
suspended: number, 
/**
 * Those in [`UserState::Expiring`].
 */
expiring: number, 
/**
 * Those in [`UserState::Expired`].
 */
expired: number, 
/**
 * Those in [`UserState::WithoutCertificate`].
 */
without_certificate: number, 
/**
 * Those in [`UserState::InitialPassword`].
 */
initial_password: number, 
/**
 * Those in [`UserState::Unnamed`].
 */
unnamed: number, };

/**
 * Users of one customer.
 */
export type UserPage = { 
/**
 * The users.
 */
users: Array<UserView>, 
/**
 * What the next page's [`UserQuery::after`] is, as it stands; none on the last page.
 */
next: string | null, 
/**
 * How many users there are in each state, if that was asked.
 */
counts: UserCounts | null, };

/**
 * A user, as an administrator sees them.
 */
export type UserView = { 
/**
 * The user's ID.
 */
user_id: UserId, 
/**
 * The user's name (氏名); none if nobody has entered it, or from an older backend.
 */
name: PersonName | null, 
/**
 * The user's department (部署), if it was entered.
 */
department: Department | null, 
/**
 * Where warnings are sent.
 */
email: EmailAddress | null, 
/**
 * Whether this is the primary administrator, whom only the provider may touch.
 */
primary: boolean, 
/**
 * Whether this is the administrator who looks.
 */
yourself: boolean, 
/**
 * Whether the user holds a permission that the administrator who looks does not.
 */
beyond_reach: boolean, 
/**
 * The rights that the user holds.
 */
permissions: Array<Permission>, 
/**
 * Whether too many wrong passwords have locked the user (FAQ 3-2).
 */
locked: boolean, 
/**
 * Since when the user is suspended.
 */
suspended_at: number | null, 
/**
 * Whether the password is an initial one that has not been changed yet.
 */
initial_password: boolean, 
/**
 * Whether the user may obtain a certificate now.
 */
may_issue: boolean, 
/**
 * When the user's certificate expires or has expired; none without one.
 */
certificate_not_after: number | null, 
/**
 * Whether it has, on the backend's clock.
 */
certificate_expired: boolean, 
/**
 * The name of the PC that it was issued to, in that PC's own words; only told of a user alone, not in
 * lists.
 */
pc_name: string | null, 
/**
 * When the user last logged in.
 */
last_login_at: number | null, 
/**
 * Counts the changes: a change that was made on another version is refused.
 */
version: number, };

/**
 * An action on a user.
 */
export type UserActionRequest = { 
/**
 * The version that the administrator looked at.
 */
version: number, 
/**
 * What to do.
 */
action: UserAction, 
/**
 * With `unlock` and `reissue`: whether the user gets a new initial password too.
 */
reset_password: boolean, 
/**
 * The initial password, where there is to be one; the backend generates it if there is none.
 */
initial_password: SecretText | null, };

/**
 * What an administrator can do to a user.
 */
export type UserAction = "unlock" | "reset-password" | "reissue" | "suspend" | "resume" | "delete";

/**
 * A user after a change, and the password that came of it.
 */
export type UserAnswer = { 
/**
 * The user as they are now; none after a deletion.
 */
user: UserView | null, 
/**
 * The new initial password, told this once.
 */
initial_password: SecretText | null, };

/**
 * A created user, and the initial password, told this once.
 */
export type CreatedUser = { 
/**
 * The user's ID.
 */
user_id: UserId, 
/**
 * The user's name (氏名), which the notice addresses.
 */
name: PersonName | null, 
/**
 * The user's department (部署).
 */
department: Department | null, 
/**
 * The initial password.
 */
initial_password: SecretText, };

/**
 * What kind of actor did something.
 */
export type ActorKind = "user" | "administrator" | "unproved" | "provider" | "system";

/**
 * What was done.
 */
export type AuditEvent = "authority-created" | "customer-added" | "enrolment-started" | "enrolment-failed" | "enrolment-refused" | "password-changed" | "certificate-issued" | "certificate-renewed" | "certificate-activated" | "certificate-superseded" | "certificate-revoked" | "transfer-started" | "transfer-failed" | "login" | "login-failed" | "locked" | "login-refused" | "access-refused" | "password-change-failed" | "logout" | "user-created" | "user-changed" | "unlocked" | "password-reset" | "reissued" | "suspended" | "resumed" | "user-deleted" | "exported" | "expiry-mail-sent" | "expiry-mail-failed" | "expiry-mail-uncertain" | "address-mail-sent" | "address-mail-failed" | "address-mail-uncertain" | "handoff-issued" | "handoff-opened" | "handoff-replayed" | "handoff-declined" | "authorization-approved" | "authorization-declined" | "authorization-misdirected" | "service-opened" | "service-closed" | "service-logout-undelivered" | "service-code-misused" | "service-code-unused" | "signing-key-rotated" | "backed-up" | "restored" | "passphrase-changed";

/**
 * Which records to list, newest first. All of it is optional.
 */
export type AuditQuery = { 
/**
 * A whole user ID: who did it, or whom it was done to.
 */
person?: string, 
/**
 * What was done.
 */
event?: AuditEvent, 
/**
 * Not before this instant.
 */
from?: number, 
/**
 * Before this instant.
 */
to?: number, 
/**
 * Only records before this one: [`AuditPage::next`] of the page before.
 */
before?: number, 
/**
 * Most records of the page.
 */
limit?: number, };

/**
 * Records of one customer, newest first.
 */
export type AuditPage = { 
/**
 * The records.
 */
records: Array<AuditRecord>, 
/**
 * What the next page's [`AuditQuery::before`] is; none on the last page.
 */
next: number | null, };

/**
 * One recorded event.
 */
export type AuditRecord = { 
/**
 * Its number in the whole record.
 */
seq: number, 
/**
 * When, on the backend's clock.
 */
at: number, 
/**
 * What kind of actor it was; never to be guessed from the name.
 */
actor_kind: ActorKind, 
/**
 * Who did it: a user ID, or the kind's name where no user did it.
 */
actor: string, 
/**
 * The name (氏名) of the user who did it, as it is now; none of one who has none, was deleted, or
 * did not prove who they are.
 */
actor_name: PersonName | null, 
/**
 * What was done; an [`AuditEvent`], or one that a newer backend knows.
 */
event: string, 
/**
 * Whom it was done to: a user ID.
 */
subject: string | null, 
/**
 * The name (氏名) of the user it was done to, as it is now.
 */
subject_name: PersonName | null, 
/**
 * The thumbprint of the certificate that was used or is meant.
 */
certificate: string | null, 
/**
 * The PC's name, in its own words; or the provider's service that is meant.
 */
device: string | null, 
/**
 * The network address that it came from.
 */
address: string | null, 
/**
 * Why it was refused: an [`ErrorCode`](crate::ErrorCode), or one that a newer backend knows.
 */
reason: string | null, 
/**
 * How often it happened within about a minute; more than 1 only for what is refused.
 */
times: number, };

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
app_version: string, 
/**
 * What the IT department has decided.
 */
managed: ManagedView, };

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
 * Who provides the service.
 */
provider: ProviderView, 
/**
 * The provider's rules, as they were last heard.
 */
policy: Policy | null, 
/**
 * Where the app comes from, as a telephone reads it from the sheet for a new user.
 */
app_code: CodeView | null, 
/**
 * That there is a newer version of the app, as it was last heard from this provider.
 */
update: UpdateNotice | null, };

/**
 * The provider's face. A backend that says nothing of it leaves what the connection profile says.
 */
export type ProviderView = { 
/**
 * The provider's name, or else its help desk's; empty if nobody has said either.
 */
name: LocalizedText, 
/**
 * The service's name.
 */
service_name: LocalizedText, 
/**
 * A colour that people can read on white, as `#` and six digits; none for the app's own.
 */
accent: string | null, 
/**
 * The logo, as a `data:` address of an image; none if there is none.
 */
logo: string | null, 
/**
 * Whom users turn to.
 */
contact: ProviderContact, };

/**
 * A QR code: a path in a square.
 */
export type CodeView = { 
/**
 * The side of the square.
 */
side: number, 
/**
 * The path, as SVG has it.
 */
path: string, };

/**
 * There is a newer version of the app. Each provider says which one it hands out, and where.
 */
export type UpdateNotice = { 
/**
 * The newest version.
 */
newest: string, 
/**
 * Whether this one can no longer log in.
 */
required: boolean, 
/**
 * Where the newest is found, an `https` address; none if the user's IT department installs it.
 */
download_url: string | null, };

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
 * The user's name (氏名), as the backend last said it; none before that, or from an older one.
 */
holder_name: PersonName | null, 
/**
 * Where the key is held.
 */
protection: Protection, 
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
last_used: boolean, 
/**
 * The user's password, as the last login told of it; none before the first one.
 */
password?: PasswordView, };

/**
 * What the certificate-selection dialog shows of a certificate.
 */
export type CertificateView = { 
/**
 * SHA-256 of the certificate.
 */
thumbprint: Thumbprint, 
/**
 * Its serial number in hexadecimal digits, as the authority's own program shows it.
 */
serial: string, 
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
 * What protects a private key from being copied.
 *
 * The app's own word: a program that was changed says what it likes, so nothing is decided by it.
 */
export type Protection = "software" | "hardware";

/**
 * Whether a certificate can be used now (FAQ 2-3, 4-6).
 */
export type Standing = { "kind": "incomplete" } | { "kind": "usable", 
/**
 * Days until it expires, the one that has begun included.
 */
days_left: number, } | { "kind": "renew-soon", 
/**
 * Days until it expires, the one that has begun included.
 */
days_left: number, } | { "kind": "expired" } | { "kind": "not-yet-valid" } | { "kind": "revoked" } | { "kind": "superseded" };

/**
 * How far an unfinished renewal has come (SPEC D2).
 */
export type RenewalState = "key-ready" | "stored";

/**
 * What is lost with a certificate that is taken off this PC.
 */
export type Loss = "nothing" | "expired" | "issuance" | "login";

/**
 * That the user knows whose certificate is taken off this PC, and what is lost with it.
 */
export type RemovalConsent = { 
/**
 * Whose it is.
 */
user_id: UserId, 
/**
 * What is lost.
 */
loss: Loss, };

/**
 * What came of the wish to take a certificate off this PC.
 */
export type IdentityRemoval = { "outcome": "removed" } | { "outcome": "unconfirmed", 
/**
 * What is lost.
 */
loss: Loss, } | { "outcome": "logged-in" };

/**
 * What came of the wish to forget a profile.
 */
export type ProfileRemoval = { "outcome": "removed" } | { "outcome": "in-use", 
/**
 * How many users have one, or an unfinished issuance.
 */
users: number, };

/**
 * What follows proved credentials in the issuance wizard.
 */
export type EnrolmentView = { 
/**
 * The customer's name.
 */
customer_name: string, 
/**
 * The user's name (氏名), if the backend knows it.
 */
holder_name: PersonName | null, 
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
attempts_left: number, 
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
expires_in: number, 
/**
 * The password rule.
 */
password_policy: PasswordPolicy, };

/**
 * The visible steps of a renewal (FAQ 2-4), in their order.
 */
export type RenewalStep = "obtain" | "store" | "start-use";

/**
 * The change of a password that the user opened from the main menu.
 */
export type PasswordChangeView = { 
/**
 * Seconds left for it (FAQ 3-3③).
 */
expires_in: number, 
/**
 * The password rule.
 */
password_policy: PasswordPolicy, };

/**
 * How an entry of the main menu was opened (SPEC M).
 */
export type EntryOpening = { "kind": "address" } | { "kind": "handoff", 
/**
 * Names the handoff.
 */
id: string, 
/**
 * Seconds left on the backend's clock for the browser to use it.
 */
expires_in: number, };

/**
 * What a page in the browser asks for, and whom the app would answer as (SPEC M).
 */
export type ApprovalView = { 
/**
 * The provider's profile.
 */
profile_id: number, 
/**
 * The certificate that would approve: the open login's, or else the one that was used last.
 */
identity_id: number, 
/**
 * What is asked for.
 */
asked: AuthorizationView, 
/**
 * Whether the password is needed for it.
 */
password: boolean, 
/**
 * The open login at that provider.
 */
session: SessionView | null, };

/**
 * What has become of an approval that went back into the browser.
 */
export type ApprovalProgress = "waiting" | "over" | "misdirected";

/**
 * The code that the new PC asks for (FAQ 4-1).
 */
export type TransferCodeView = { 
/**
 * The code, in groups.
 */
code: TransferCode, 
/**
 * Until when it is good.
 */
expires_at: number, 
/**
 * Seconds left on the backend's clock.
 */
expires_in: number, };

/**
 * A user to be created, as it was typed.
 */
export type NewUser = { 
/**
 * The user's ID.
 */
user_id: string, 
/**
 * The user's name (氏名).
 */
name?: string | null, 
/**
 * The user's department (部署).
 */
department?: string | null, 
/**
 * Where warnings are sent.
 */
email: string | null, 
/**
 * The rights that the user gets.
 */
permissions: Array<Permission>, 
/**
 * The initial password; the backend generates one if there is none.
 */
initial_password: SecretText | null, };

/**
 * What of a user was edited, as it was typed.
 */
export type UserChange = { 
/**
 * The version that the change was made on.
 */
version: number, 
/**
 * The user's name (氏名); a missing one stays as it is, an empty one is taken away.
 */
name?: string | null, 
/**
 * The user's department (部署), likewise.
 */
department?: string | null, 
/**
 * Where warnings are sent.
 */
email: string | null, 
/**
 * The rights that the user then holds.
 */
permissions: Array<Permission>, };

/**
 * What is in a file of users, before anybody is created.
 */
export type ImportPreview = { 
/**
 * The file's name.
 */
file_name: string, 
/**
 * What stands above the headings, of which nothing is taken.
 */
above: Array<ImportNote>, 
/**
 * The columns that nothing is taken from.
 */
unused: Array<UnusedColumn>, 
/**
 * Whether some of them hold what may have been meant to be taken: somebody has to say that they
 * are left out.
 */
needs_consent: boolean, 
/**
 * How many users it holds.
 */
users: number, 
/**
 * The first of them.
 */
sample: Array<ImportRow>, 
/**
 * How many problems stand in the way.
 */
problem_count: number, 
/**
 * The first of them, by line.
 */
problems: Array<ImportLineProblem>, };

/**
 * A line of a file that is no user's.
 */
export type ImportNote = { 
/**
 * The line of the file, from 1.
 */
line: number, 
/**
 * The beginning of what stands there.
 */
text: string, };

/**
 * A column of a file that nothing is taken from.
 */
export type UnusedColumn = { 
/**
 * Its place, from 1.
 */
position: number, 
/**
 * Its heading; empty if it has none.
 */
heading: string, 
/**
 * Why nothing is taken from it.
 */
why: WhyUnused, 
/**
 * The field that may have been meant, or that is already taken from another column.
 */
meant: string | null, 
/**
 * In how many lines something stands there.
 */
filled: number, };

/**
 * Why nothing is taken from a column.
 */
export type WhyUnused = "not-imported" | "duplicate" | "unknown";

/**
 * A user of a file.
 */
export type ImportRow = { 
/**
 * The line of the file, from 1.
 */
line: number, 
/**
 * The user's ID.
 */
user_id: string, 
/**
 * The user's name (氏名).
 */
name: string | null, 
/**
 * The user's department (部署).
 */
department: string | null, 
/**
 * Where warnings are sent.
 */
email: string | null, 
/**
 * The rights that the user gets.
 */
permissions: Array<Permission>, 
/**
 * Whether the file names the initial password.
 */
has_password: boolean, };

/**
 * What is wrong with a line of a file.
 */
export type ImportLineProblem = { 
/**
 * The line of the file, from 1.
 */
line: number, 
/**
 * The user's ID, as it stands there.
 */
user_id: string, 
/**
 * The field that is meant.
 */
field: string, 
/**
 * What is wrong with it.
 */
code: ErrorCode, 
/**
 * What stands there and cannot be understood.
 */
found: string | null, };

/**
 * The texts of an exported file, in the app's language.
 */
export type ExportTexts = { 
/**
 * The name that the file dialog proposes.
 */
file_name: string, 
/**
 * The headings, in the order of the columns.
 */
headings: Array<string>, 
/**
 * What stands in the cells, by its name.
 */
words: { [key in string]: string }, };

/**
 * What one check found.
 */
export type DiagnosisResult = { 
/**
 * The check.
 */
check: CheckName, 
/**
 * What was checked: a host and port, or a user.
 */
subject: string | null, 
/**
 * What came of it.
 */
outcome: Outcome, 
/**
 * What was seen.
 */
facts: Array<Fact>, 
/**
 * How long it took.
 */
milliseconds: number, };

/**
 * A check, in the order in which they are made.
 */
export type CheckName = "name-resolution" | "proxy" | "reachability" | "tls-version" | "tls-interception" | "server-certificate" | "backend" | "clock" | "login-page" | "login-certificate" | "link-handler" | "default-browser" | "keystore" | "key" | "certificate-validity" | "certificate-standing" | "folder" | "disk-space" | "database" | "leftovers";

/**
 * What came of a check.
 */
export type Outcome = { "kind": "passed" } | { "kind": "warning", 
/**
 * Why.
 */
because: WarningReason, } | { "kind": "failed", 
/**
 * What, with who must act.
 */
failure: Failure, } | { "kind": "skipped", 
/**
 * Why not.
 */
because: SkipReason, };

/**
 * Why somebody should look.
 */
export type WarningReason = "resolved-by-proxy" | "proxy-script" | "proxy-exceptions" | "links-lead-elsewhere" | "links-lead-nowhere" | "no-browser" | "renew-soon" | "issuance-unfinished" | "renewal-unfinished" | "disk-space-low" | "orphaned-keys";

/**
 * Why a check was not made.
 */
export type SkipReason = "earlier-failure" | "no-profile" | "no-certificate" | "certificate-unusable" | "no-name" | "no-login-page" | "not-encrypted" | "not-said";

/**
 * Something that was seen.
 */
export type Fact = { 
/**
 * What.
 */
name: FactName, 
/**
 * Its value.
 */
value: FactValue, };

/**
 * What was seen.
 */
export type FactName = "address" | "route" | "proxy" | "proxy-script" | "proxy-source" | "proxy-exception" | "http-status" | "tls-version" | "presented-issuer" | "presented-issuer-organization" | "presented-subject" | "presented-thumbprint" | "trusted-authority" | "not-before" | "not-after" | "link-program" | "browser" | "days-left" | "thumbprint" | "service-name" | "backend-version" | "clock-ahead-seconds" | "clock-tolerance-seconds" | "protection" | "tries-left" | "folder" | "free-bytes" | "schema-version" | "orphaned-keys" | "keys";

/**
 * A text, or a number in the unit that its name says.
 */
export type FactValue = string | number;

/**
 * How the app looks, speaks and connects on this PC.
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
start_at_login: boolean, 
/**
 * The way to the outside (SPEC L).
 */
proxy: ProxyChoice, };

/**
 * Which proxy is taken.
 */
export type ProxyChoice = { "kind": "system" } | { "kind": "none" } | { "kind": "manual", 
/**
 * Host and port, as people write them; kept with the scheme.
 */
address: string, };

/**
 * What the IT department has decided on this PC.
 */
export type ManagedView = { 
/**
 * The settings that the user cannot change.
 */
settings: Array<ManagedSetting>, 
/**
 * What it has decided and cannot be used.
 */
problems: Array<ManagedProblem>, };

/**
 * A setting of the app that can be managed.
 */
export type ManagedSetting = "language" | "start-at-login" | "proxy";

/**
 * Something that the IT department has decided and that cannot be used.
 */
export type ManagedProblem = { 
/**
 * The file, or the key of the registry.
 */
place: string, 
/**
 * The setting, as it is written there; none if it is the place itself.
 */
setting: string | null, 
/**
 * What is wrong.
 */
why: ManagedTrouble, };

/**
 * What is wrong with something that the IT department has decided.
 */
export type ManagedTrouble = "unreadable" | "malformed" | "unknown-setting" | "wrong-type" | "not-possible" | "bad-file" | "outdated-profile";

/**
 * A language of the app.
 */
export type Language = "ja" | "en";

/**
 * A colour scheme.
 */
export type Theme = "system" | "light" | "dark";

/**
 * The screen to which the tray's menu or a notification leads.
 */
export type Target = { "screen": "start" } | { "screen": "login", 
/**
 * The certificate.
 */
identity_id: number, } | { "screen": "finish-renewal", 
/**
 * The certificate.
 */
identity_id: number, } | { "screen": "renew", 
/**
 * The certificate.
 */
identity_id: number, } | { "screen": "notices" } | { "screen": "diagnosis" } | { "screen": "help" } | { "screen": "settings" };

/**
 * What expires.
 */
export type Expiring = "certificate" | "password";

/**
 * What is left until an expiry.
 */
export type Left = { 
/**
 * Days, the one that has begun included.
 */
days: number, 
/**
 * Business days of Japan before the day of the expiry, today included.
 */
business_days: number, };

/**
 * How long a password may still be used (FAQ 3-1).
 */
export type PasswordView = { 
/**
 * When it has to be changed.
 */
expires_at: number, 
/**
 * What is left until then; none if the time has come.
 */
left: Left | null, 
/**
 * Whether it should be changed now.
 */
notice: boolean, };

/**
 * What somebody was told about an expiry, as it was then.
 */
export type NoticeView = { 
/**
 * Names the notice to the commands.
 */
id: number, 
/**
 * When it was shown.
 */
at: number, 
/**
 * Whether it has been read in the list.
 */
read: boolean, 
/**
 * Whose it is, if that certificate is still on this PC.
 */
identity_id: number | null, 
/**
 * What expires.
 */
expiring: Expiring, 
/**
 * The service's name.
 */
service_name: string, 
/**
 * The customer's name.
 */
customer_name: string, 
/**
 * The user's ID.
 */
user_id: string, 
/**
 * The user's name, if it was known.
 */
holder_name: PersonName | null, 
/**
 * When it expires.
 */
expires_at: number, 
/**
 * What was left; none if it had expired.
 */
left: Left | null, };

/**
 * The headings of a file of users: ID, name, department, address, permissions, initial
 * password.
 */
export const IMPORT_HEADINGS = {
  ja: ["ユーザID", "氏名", "部署", "メールアドレス", "権限", "初期パスワード"],
  en: ["User ID", "Name", "Department", "E-mail", "Permissions", "Initial password"],
} as const;

/** What a customer number looks like. */
export const CUSTOMER_NUMBER = /^[0-9]{8}$/;

/** What a user ID looks like. */
export const USER_ID = /^[A-Za-z0-9._-]{3,20}$/;

/** What a transfer code looks like, in upper case and without its groups. */
export const TRANSFER_CODE = /^[23456789ABCDEFGHJKMNPQRSTUVWXYZ]{12}$/;

/** Days before an expiry from which business days are said beside them. */
export const NEAR_DAYS = 14;

/** Who must act on a failure. */
export const ACTORS: Record<ErrorCode, Actor> = {
  "authentication-failed": "you",
  "account-locked": "administrator",
  "account-suspended": "administrator",
  "too-many-attempts": "you",
  "session-ended": "you",
  "enrolment-expired": "you",
  "password-rejected": "you",
  "password-change-expired": "you",
  "password-not-initial": "you",
  "current-password-wrong": "you",
  "password-change-required": "you",
  "already-issued": "administrator",
  "certificate-expired": "administrator",
  "certificate-not-yet-valid": "you",
  "certificate-revoked": "administrator",
  "certificate-superseded": "you",
  "certificate-unknown": "administrator",
  "certificate-missing": "you",
  "renewal-too-early": "you",
  "renewal-outdated": "you",
  "transfer-code-invalid": "you",
  "transfer-same-pc": "you",
  "permission-missing": "administrator",
  "beyond-own-permissions": "administrator",
  "own-account": "you",
  "primary-administrator": "provider",
  "user-exists": "you",
  "user-not-found": "you",
  "user-changed": "you",
  "import-too-large": "you",
  "service-unknown": "administrator",
  "handoff-unknown": "you",
  "request-expired": "you",
  "request-misdirected": "you",
  "proof-missing": "you",
  "too-many-requests": "you",
  "invalid-request": "you",
  "request-too-large": "you",
  "not-found": "provider",
  "backend-busy": "you",
  "backend-failed": "provider",
  "name-not-resolved": "it",
  "backend-unreachable": "it",
  "timed-out": "you",
  "backend-untrusted": "it",
  "backend-name-mismatch": "provider",
  "backend-certificate-outdated": "you",
  "protocol-mismatch": "it",
  "unexpected-answer": "it",
  "authority-changed": "provider",
  "tls-intercepted": "it",
  "proxy-refused": "it",
  "proxy-authentication-required": "you",
  "proxy-credentials-refused": "you",
  "proxy-unsupported": "it",
  "proxy-unreachable": "it",
  "proxy-name-not-resolved": "it",
  "proxy-setting-invalid": "it",
  "clock-wrong": "you",
  "app-too-old": "it",
  "password-malformed": "you",
  "name-malformed": "you",
  "keystore-unavailable": "it",
  "keystore-locked": "you",
  "keystore-refused": "you",
  "keystore-failed": "it",
  "key-missing": "administrator",
  "key-damaged": "administrator",
  "profile-invalid": "you",
  "profile-missing": "you",
  "profile-outdated": "you",
  "profile-differs": "provider",
  "profile-managed": "it",
  "database-newer": "it",
  "database-damaged": "it",
  "storage-failed": "it",
  "file-unreadable": "you",
  "text-undecodable": "you",
  "heading-missing": "you",
  "quote-open": "you",
  "disk-full": "you",
  "browser-failed": "it",
  "cancelled": "you",
  "app-failed": "provider",
};

import type { ErrorCode } from "../../backend";
import type { Block } from "./model";
import type { EntryId, EntryIdOf } from "./outline";

/** The page of the error chapter on which each failure stands. */
export const ERROR_PAGES: Record<ErrorCode, EntryIdOf<"errors">> = {
  "authentication-failed": "errors-login",
  "account-locked": "errors-login",
  "account-suspended": "errors-login",
  "too-many-attempts": "errors-login",
  "session-ended": "errors-login",
  "password-rejected": "errors-password",
  "password-malformed": "errors-password",
  "password-change-expired": "errors-password",
  "password-not-initial": "errors-password",
  "password-change-required": "errors-password",
  "current-password-wrong": "errors-password",
  "already-issued": "errors-issuance",
  "enrolment-expired": "errors-issuance",
  "transfer-code-invalid": "errors-issuance",
  "invalid-request": "errors-issuance",
  "request-too-large": "errors-issuance",
  "profile-invalid": "errors-issuance",
  "profile-missing": "errors-issuance",
  "certificate-expired": "errors-certificate",
  "certificate-not-yet-valid": "errors-certificate",
  "certificate-revoked": "errors-certificate",
  "certificate-superseded": "errors-certificate",
  "certificate-unknown": "errors-certificate",
  "certificate-missing": "errors-certificate",
  "renewal-too-early": "errors-certificate",
  "renewal-outdated": "errors-certificate",
  "permission-missing": "errors-administration",
  "beyond-own-permissions": "errors-administration",
  "own-account": "errors-administration",
  "primary-administrator": "errors-administration",
  "user-exists": "errors-administration",
  "user-not-found": "errors-administration",
  "user-changed": "errors-administration",
  "import-too-large": "errors-administration",
  "file-unreadable": "errors-administration",
  "text-undecodable": "errors-administration",
  "heading-missing": "errors-administration",
  "quote-open": "errors-administration",
  "name-not-resolved": "errors-connection",
  "backend-unreachable": "errors-connection",
  "timed-out": "errors-connection",
  "backend-busy": "errors-connection",
  "backend-failed": "errors-connection",
  "not-found": "errors-connection",
  "backend-untrusted": "errors-connection",
  "tls-intercepted": "errors-connection",
  "backend-name-mismatch": "errors-connection",
  "backend-certificate-outdated": "errors-connection",
  "protocol-mismatch": "errors-connection",
  "unexpected-answer": "errors-connection",
  "proxy-refused": "errors-connection",
  "proxy-authentication-required": "errors-connection",
  "proxy-credentials-refused": "errors-connection",
  "proxy-unsupported": "errors-connection",
  "proxy-unreachable": "errors-connection",
  "proxy-name-not-resolved": "errors-connection",
  "proxy-setting-invalid": "errors-connection",
  "authority-changed": "errors-connection",
  "clock-wrong": "errors-connection",
  "keystore-unavailable": "errors-keystore",
  "keystore-locked": "errors-keystore",
  "keystore-refused": "errors-keystore",
  "keystore-failed": "errors-keystore",
  "key-missing": "errors-keystore",
  "key-damaged": "errors-keystore",
  "app-too-old": "errors-app",
  "database-newer": "errors-app",
  "database-damaged": "errors-app",
  "storage-failed": "errors-app",
  "disk-full": "errors-app",
  cancelled: "errors-app",
  "app-failed": "errors-app",
};

/** Failures that a page about the task explains better than the catalogue. */
const TASK_PAGES: Partial<Record<ErrorCode, EntryId>> = {
  "authentication-failed": "faq-4-5",
  "account-locked": "password-lock",
  "password-rejected": "password-change",
  "password-change-expired": "faq-3-3",
  "current-password-wrong": "faq-3-3",
  "already-issued": "faq-4-4",
  "transfer-code-invalid": "transfer",
  "certificate-expired": "reissue",
  "certificate-revoked": "reissue",
  "certificate-missing": "faq-4-6",
  "key-missing": "reissue",
  "key-damaged": "reissue",
  "renewal-too-early": "renewal",
  "renewal-outdated": "renewal",
  "permission-missing": "permissions",
  "beyond-own-permissions": "permissions",
  "import-too-large": "users-csv",
  "file-unreadable": "users-csv",
  "heading-missing": "users-csv",
  "quote-open": "users-csv",
};

/** Where the manual helps with a failure. */
export function entryFor(code: ErrorCode): EntryId {
  // A newer shell may know a code that this window does not.
  return TASK_PAGES[code] ?? ERROR_PAGES[code] ?? "errors-app";
}

export function failuresOn(page: EntryIdOf<"errors">): Block {
  const codes = (Object.keys(ERROR_PAGES) as ErrorCode[]).filter((code) => ERROR_PAGES[code] === page);
  return { kind: "failures", codes };
}

import type { ErrorCode } from "../backend";

/** The details of a failure, ready to be put into a sentence. */
export type Shown = {
  place?: string;
  at?: string;
  triesLeft?: number;
  field?: string;
  clockAheadSeconds?: number;
  limit?: number;
  line?: number;
  found?: string;
  oldestVersion?: string;
};

export type FailureText = {
  title: string;
  cause: string | ((shown: Shown) => string);
  next: string[];
};

export type FailureTexts = Record<ErrorCode, FailureText>;

/** Those that only user administrators meet. */
export type AdministrationFailureTexts = Pick<
  FailureTexts,
  | "permission-missing"
  | "beyond-own-permissions"
  | "own-account"
  | "primary-administrator"
  | "user-exists"
  | "name-malformed"
  | "user-not-found"
  | "user-changed"
  | "import-too-large"
  | "file-unreadable"
  | "text-undecodable"
  | "heading-missing"
  | "quote-open"
>;

/** Those of the way to the service. */
export type ConnectionFailureTexts = Pick<
  FailureTexts,
  | "name-not-resolved"
  | "backend-unreachable"
  | "timed-out"
  | "backend-untrusted"
  | "backend-name-mismatch"
  | "backend-certificate-outdated"
  | "protocol-mismatch"
  | "unexpected-answer"
  | "proxy-refused"
  | "tls-intercepted"
  | "proxy-authentication-required"
  | "proxy-credentials-refused"
  | "proxy-unsupported"
  | "proxy-unreachable"
  | "proxy-name-not-resolved"
  | "proxy-setting-invalid"
  | "authority-changed"
  | "clock-wrong"
>;

/** What a screen can offer after a failure. */
export type WayOut = "retry" | "restart" | "leave";

/** Trying the same again, starting the procedure again, or only leaving it. */
export const WAYS_OUT: Record<ErrorCode, WayOut> = {
  "authentication-failed": "restart",
  "account-locked": "leave",
  "account-suspended": "leave",
  "too-many-attempts": "retry",
  "session-ended": "restart",
  "enrolment-expired": "restart",
  "password-rejected": "retry",
  "password-malformed": "retry",
  "name-malformed": "retry",
  "password-change-expired": "restart",
  "password-not-initial": "restart",
  "password-change-required": "restart",
  "already-issued": "leave",
  "certificate-expired": "leave",
  "certificate-not-yet-valid": "retry",
  "certificate-revoked": "leave",
  "certificate-superseded": "leave",
  "certificate-unknown": "leave",
  "certificate-missing": "leave",
  "invalid-request": "restart",
  "request-too-large": "restart",
  "not-found": "leave",
  "backend-busy": "retry",
  "backend-failed": "retry",
  "name-not-resolved": "retry",
  "backend-unreachable": "retry",
  "timed-out": "retry",
  "backend-untrusted": "retry",
  "backend-name-mismatch": "retry",
  "backend-certificate-outdated": "retry",
  "protocol-mismatch": "retry",
  "authority-changed": "leave",
  "unexpected-answer": "retry",
  "proxy-refused": "retry",
  "tls-intercepted": "retry",
  "proxy-authentication-required": "retry",
  "proxy-credentials-refused": "retry",
  "proxy-unsupported": "retry",
  "proxy-unreachable": "retry",
  "proxy-name-not-resolved": "retry",
  "proxy-setting-invalid": "retry",
  "clock-wrong": "retry",
  "app-too-old": "leave",
  "keystore-unavailable": "retry",
  "keystore-locked": "retry",
  "keystore-refused": "retry",
  "keystore-failed": "retry",
  "key-missing": "leave",
  "key-damaged": "leave",
  "profile-invalid": "leave",
  "profile-missing": "leave",
  "profile-outdated": "leave",
  "profile-differs": "leave",
  "profile-managed": "leave",
  "database-newer": "leave",
  "database-damaged": "leave",
  "storage-failed": "retry",
  "disk-full": "retry",
  cancelled: "retry",
  "current-password-wrong": "retry",
  "renewal-too-early": "leave",
  "renewal-outdated": "retry",
  "transfer-code-invalid": "retry",
  "transfer-same-pc": "leave",
  "permission-missing": "leave",
  "beyond-own-permissions": "leave",
  "own-account": "leave",
  "primary-administrator": "leave",
  "user-exists": "retry",
  "user-not-found": "leave",
  "user-changed": "retry",
  "import-too-large": "retry",
  "file-unreadable": "retry",
  "text-undecodable": "retry",
  "heading-missing": "retry",
  "quote-open": "retry",
  "service-unknown": "leave",
  "handoff-unknown": "restart",
  "request-expired": "leave",
  "request-misdirected": "leave",
  "proof-missing": "retry",
  "too-many-requests": "retry",
  "browser-failed": "retry",
  "app-failed": "restart",
};

/** Failures of the way to the service or of the keystore: a diagnosis says more about them. */
export const DIAGNOSABLE: readonly ErrorCode[] = [
  "name-not-resolved",
  "backend-unreachable",
  "timed-out",
  "backend-untrusted",
  "backend-name-mismatch",
  "backend-certificate-outdated",
  "protocol-mismatch",
  "authority-changed",
  "unexpected-answer",
  "proxy-refused",
  "proxy-unsupported",
  "proxy-unreachable",
  "proxy-name-not-resolved",
  "proxy-setting-invalid",
  "clock-wrong",
  "keystore-unavailable",
  "keystore-locked",
  "keystore-refused",
  "keystore-failed",
  "key-missing",
  "key-damaged",
  "storage-failed",
  "database-damaged",
];

/** Failures that end when the proxy is told who asks. */
export const ASKS_WHO: readonly ErrorCode[] = [
  "proxy-authentication-required",
  "proxy-credentials-refused",
];

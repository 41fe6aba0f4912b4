import type { ErrorCode } from "../backend";

/** A piece of an entry. The manual grows by adding entries, not by adding screens. */
export type HelpBlock =
  | { kind: "text"; text: string }
  | { kind: "steps"; steps: string[] }
  | { kind: "list"; items: string[] }
  /** Cause and next steps of failures, in the words of their own texts. */
  | { kind: "failures"; codes: ErrorCode[] };

export type HelpEntry = { id: string; title: string; blocks: HelpBlock[] };

export type HelpSection = { id: string; title: string; entries: HelpEntry[] };

export type HelpTexts = { title: string; lead: string; contents: string; close: string; sections: HelpSection[] };

/** The failures that people ask about most. */
export const COMMON_FAILURES: ErrorCode[] = [
  "authentication-failed",
  "account-locked",
  "already-issued",
  "password-rejected",
  "password-change-expired",
  "certificate-expired",
  "certificate-revoked",
  "backend-unreachable",
  "backend-untrusted",
  "clock-wrong",
  "keystore-locked",
  "session-ended",
];

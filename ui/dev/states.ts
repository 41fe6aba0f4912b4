// How to bring the screens into each state worth looking at.

import type { ManagedView } from "../src/backend";
import type { SampleBackend } from "../src/test/sample-backend";
import { failure } from "../src/test/sample-backend";
import {
  EVERY_STANDING,
  identity,
  NEWER,
  NOW,
  OTHER_PROFILE,
  overview,
  POLICY,
  PROFILE,
  session,
  USABLE,
} from "../src/test/sample-data";
import { click, login, menu, type, type State } from "./steps";

const none = (backend: SampleBackend): void => void (backend.current = overview());
const credentials = [
  click("start-issue"),
  type("customer-number", "12345678"),
  type("user-id", "kanri01"),
  type("password", "aB3#kd9%"),
  click("next"),
];

const dueBackend = (backend: SampleBackend): void => {
  backend.loginView = {
    outcome: "logged-in",
    session: session({ renewable: true, password_notice: true }),
  };
  backend.sessionView = session({ renewable: true, password_notice: true });
};

export const STATES: Record<string, State> = {
  "menu-due": { prepare: dueBackend, steps: menu },
  renewal: { prepare: dueBackend, steps: [...menu, click("renew")] },
  "renewal-running": {
    prepare: (backend) => {
      dueBackend(backend);
      backend.renewalSteps = ["obtain", "store"];
      backend.hanging.add("renewCertificate");
    },
    steps: [...menu, click("renew"), click("renewal-start")],
  },
  "renewal-failed": {
    prepare: (backend) => {
      dueBackend(backend);
      backend.renewalSteps = ["obtain"];
      backend.fail("renewCertificate", failure("timed-out"));
    },
    steps: [...menu, click("renew"), click("renewal-start")],
  },
  "renewal-done": { prepare: dueBackend, steps: [...menu, click("renew"), click("renewal-start")] },
  "own-password": { steps: [...menu, click("change-password")] },
  transfer: { steps: [...menu, click("open-transfer"), click("transfer-start")] },
  "start-unfinished": {
    prepare: (backend) =>
      (backend.current = overview([
        identity(1, { kind: "renew-soon", days_left: 12 }, { renewal: "stored" }),
        identity(2, { kind: "renew-soon", days_left: 9 }, { renewal: "key-ready" }),
      ])),
  },
  "finish-renewal": {
    prepare: (backend) =>
      (backend.current = overview([
        identity(1, { kind: "renew-soon", days_left: 12 }, { renewal: "stored" }),
      ])),
    steps: [click("finish-renewal-1")],
  },
  "credentials-transfer": {
    prepare: (backend) => {
      none(backend);
      backend.fail("startEnrolment", failure("already-issued"));
    },
    steps: credentials,
  },
  start: {},
  "start-new": { prepare: none },
  "start-all": {
    prepare: (backend) => (backend.current = overview(EVERY_STANDING, [PROFILE, OTHER_PROFILE])),
  },
  "start-newer": {
    prepare: (backend) => (backend.current = overview([USABLE], [{ ...PROFILE, update: NEWER }])),
  },
  "start-too-old": {
    prepare: (backend) => {
      backend.current = overview([USABLE], [{ ...PROFILE, update: { ...NEWER, required: true } }]);
    },
  },
  profile: { prepare: (backend) => (backend.current = overview([], [])) },
  "profile-invalid": {
    prepare: (backend) => {
      backend.current = overview([], []);
      backend.fail("addProfile", failure("profile-invalid"));
    },
    steps: [click("profile-paste"), type("profile-text", "{"), click("profile-add")],
  },
  broken: { prepare: (backend) => backend.fail("overview", failure("database-newer")) },
  credentials: { prepare: none, steps: [click("start-issue")] },
  "credentials-wide": {
    prepare: none,
    steps: [
      click("start-issue"),
      type("customer-number", "１２３４５６７８"),
      type("user-id", "ｋａｎｒｉ０１"),
      type("password", "ａＢ3"),
    ],
  },
  "credentials-busy": {
    prepare: (backend) => {
      none(backend);
      backend.hanging.add("startEnrolment");
    },
    steps: credentials,
  },
  "already-issued": {
    prepare: (backend) => {
      none(backend);
      backend.fail("startEnrolment", failure("already-issued"));
    },
    steps: credentials,
  },
  "too-many": {
    prepare: (backend) => {
      none(backend);
      backend.fail("startEnrolment", failure("too-many-attempts", { retry_after_seconds: 45 }));
    },
    steps: credentials,
  },
  "new-password": { prepare: none, steps: [...credentials, type("new-password", "sample")] },
  "new-password-ok": {
    prepare: none,
    steps: [
      ...credentials,
      type("new-password", "Sample#2026"),
      type("confirm-password", "Sample#2026"),
    ],
  },
  issuing: {
    prepare: (backend) => {
      none(backend);
      backend.next = { step: "request-certificate" };
      backend.hanging.add("issueCertificate");
      backend.steps = ["make-key", "request"];
    },
    steps: credentials,
  },
  "issue-failed": {
    prepare: (backend) => {
      none(backend);
      backend.next = { step: "request-certificate" };
      backend.steps = ["make-key", "request"];
      backend.fail(
        "issueCertificate",
        failure("backend-unreachable", { place: "service.sample.example" }),
      );
    },
    steps: credentials,
  },
  issued: {
    prepare: (backend) => {
      none(backend);
      backend.next = { step: "request-certificate" };
    },
    steps: credentials,
  },
  certificates: { steps: [click("start-login")] },
  "certificates-all": {
    prepare: (backend) => (backend.current = overview(EVERY_STANDING)),
    steps: [click("start-login")],
  },
  "certificates-busy": {
    prepare: (backend) => void backend.hanging.add("proveIdentity"),
    steps: login,
  },
  "certificates-failed": {
    prepare: (backend) => backend.fail("proveIdentity", failure("backend-untrusted")),
    steps: login,
  },
  password: { steps: login },
  "password-wrong": {
    prepare: (backend) =>
      backend.fail("login", failure("authentication-failed", { attempts_left: 2 })),
    steps: [...login, type("login-password", "Sample#2025"), click("login-submit")],
  },
  locked: {
    prepare: (backend) => backend.fail("login", failure("account-locked")),
    steps: [...login, type("login-password", "Sample#2025"), click("login-submit")],
  },
  "password-expired": {
    prepare: (backend) =>
      (backend.loginView = {
        outcome: "password-change-required",
        reason: "expired",
        expires_in: 25,
        password_policy: POLICY,
      }),
    steps: [...login, type("login-password", "Sample#2025"), click("login-submit")],
  },
  menu: { steps: [...login, type("login-password", "Sample#2026"), click("login-submit")] },
  "menu-notices": {
    prepare: (backend) => {
      backend.loginView = {
        outcome: "logged-in",
        session: session({
          certificate: {
            thumbprint: "0".repeat(64),
            not_before: NOW - 345 * 86_400,
            not_after: NOW + 20 * 86_400,
          },
          renewable_from: NOW - 8 * 86_400,
          password_expires_at: NOW + 6 * 86_400,
          password_notice_from: NOW - 4 * 86_400,
          previous_login_at: null,
          idle_seconds: 50,
        }),
      };
      backend.current = overview([identity(8, { kind: "renew-soon", days_left: 20 }), USABLE]);
    },
    steps: [
      click("start-login"),
      click("cert-option-8"),
      click("cert-confirm"),
      type("login-password", "Sample#2026"),
      click("login-submit"),
    ],
  },
  "session-ended": {
    prepare: (backend) => backend.fail("session", failure("session-ended")),
    steps: [
      ...login,
      type("login-password", "Sample#2026"),
      click("login-submit"),
      click("entry-claims"),
    ],
  },
  help: { steps: [click("open-help")] },
  "help-page": { steps: [click("open-help"), click("entry-link-renewal")] },
  "help-errors": { steps: [click("open-help"), click("entry-link-errors-login")] },
  "help-search": { steps: [click("open-help"), type("help-search", "ぱすわーど ﾛｯｸ")] },
  "help-search-en": { steps: [click("open-help"), type("help-search", "PASSWORD lock")] },
  "help-found": {
    steps: [click("open-help"), type("help-search", "account-locked"), click("hit-errors-login")],
  },
  "help-tray": { steps: [click("open-help"), click("entry-link-tray")] },
  "help-none": { steps: [click("open-help"), type("help-search", "xyz")] },
  "help-printed": { steps: [click("open-help"), click("print-manual")] },
  settings: { steps: [click("settings")] },
  "settings-proxy": { steps: [click("settings"), click("proxy-manual")] },
  "settings-managed": {
    prepare: (backend) => {
      const managed: ManagedView = {
        settings: ["language", "start-at-login", "proxy"],
        problems: [],
      };
      backend.current = { ...backend.current, managed };
    },
    steps: [click("settings")],
  },
  "managed-problem": {
    prepare: (backend) => {
      const place = "HKLM\\Software\\Policies\\Warifu";
      const problems: ManagedView["problems"] = [
        { place, setting: "StartAtLogin", why: "wrong-type" },
      ];
      backend.current = { ...backend.current, managed: { settings: [], problems } };
    },
  },
  "proxy-login": {
    prepare: (backend) =>
      backend.fail(
        "proveIdentity",
        failure("proxy-authentication-required", { place: "proxy.example.jp:8080" }),
      ),
    steps: [click("start-login"), click("cert-confirm")],
  },
};

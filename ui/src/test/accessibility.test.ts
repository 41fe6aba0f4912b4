import axe from "axe-core";
import { screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import {
  enterCredentials,
  enterPassword,
  find,
  get,
  openApp,
  reachMenu,
  reachPassword,
  type OpenApp,
} from "./app";
import { failure } from "./sample-backend";
import {
  approval,
  EVERY_STANDING,
  FIREFOX,
  handoff,
  identity,
  NEWER,
  overview,
  POLICY,
  PROFILE,
  USABLE,
} from "./sample-data";

const STORED = identity(8, { kind: "renew-soon", days_left: 12 }, { renewal: "stored" });

const SCREENS: Record<string, (app: OpenApp) => Promise<unknown>> = {
  start: async () => {},
  settings: async ({ user }) => {
    await user.click(get("settings"));
    await find("settings-page");
    await user.click(get("proxy-manual"));
  },
  "a proxy that asks": async ({ backend, user }) => {
    backend.fail(
      "proveIdentity",
      failure("proxy-credentials-refused", { place: "proxy.example.jp:8080" }),
    );
    await user.click(get("start-login"));
    await user.click(await find("cert-confirm"));
    await find("proxy-login");
  },
  "the question before a logout": async (app) => {
    await reachMenu(app);
    await app.user.keyboard("{Control>}l{/Control}");
    await find("logout-dialog");
  },
  locked: async (app) => {
    app.backend.fail("login", failure("account-locked"));
    await reachPassword(app);
    await enterPassword(app);
    await find("locked-contact");
  },
  "a newer version": async ({ backend }) => {
    backend.current = overview([USABLE], [{ ...PROFILE, update: NEWER }]);
    backend.certificatesChanged();
    await find("update-available");
  },
  "a version that is too old": async ({ backend, user }) => {
    backend.current = overview([USABLE], [{ ...PROFILE, update: { ...NEWER, required: true } }]);
    backend.certificatesChanged();
    await find("update-required");
    backend.fail("openUpdate", failure("app-failed"));
    await user.click(get("open-update"));
    await find("failure");
  },
  help: async ({ user }) => {
    await user.click(get("open-help"));
    await find("help");
  },
  profile: ({ user }) => user.click(get("add-profile")),
  credentials: ({ user }) => user.click(get("start-issue")),
  "new password": async (app) => {
    await enterCredentials(app);
    await find("new-password");
  },
  issued: async (app) => {
    app.backend.next = { step: "request-certificate" };
    await enterCredentials(app);
    await find("result-card");
  },
  "issuance failed": async (app) => {
    app.backend.fail("startEnrolment", failure("already-issued"));
    await enterCredentials(app);
    await find("failure");
  },
  certificates: async ({ user }) => {
    await user.click(get("start-login"));
    await find("cert-dialog");
  },
  password: reachPassword,
  menu: (app) => reachMenu(app),
  "an entry on its way into the browser": async (app) => {
    await reachMenu(app);
    await app.user.click(get("entry-claims"));
    await find("handoff");
  },
  "the question who opened it": async (app) => {
    app.backend.handoffViews = [handoff("confirm", { ...FIREFOX, same_address: false })];
    await reachMenu(app);
    await app.user.click(get("entry-claims"));
    await screen.findByTestId("handoff-question", {}, { timeout: 3000 });
  },
  "an address that was used twice": async (app) => {
    app.backend.handoffViews = [handoff("replayed", FIREFOX)];
    await reachMenu(app);
    await app.user.click(get("entry-claims"));
    await screen.findByTestId("handoff-warning", {}, { timeout: 3000 });
  },
  "what a page in the browser asks": async (app) => {
    app.backend.approvals = [approval()];
    app.backend.linkCame();
    await find("approval");
  },
  "a page that cannot be answered": async (app) => {
    app.backend.fail("nextApproval", failure("profile-missing"));
    app.backend.linkCame();
    await find("approval-failure");
  },
  "menu with everything due": (app) =>
    reachMenu(app, {
      renewable: true,
      password_notice: true,
      permissions: ["user-administration"],
    }),
  renewal: async (app) => {
    await reachMenu(app, { renewable: true });
    await app.user.click(get("renew"));
    await find("renewal");
  },
  "renewal failed": async (app) => {
    app.backend.renewalSteps = ["obtain", "store"];
    app.backend.fail("renewCertificate", failure("timed-out"));
    await reachMenu(app, { renewable: true });
    await app.user.click(get("renew"));
    await app.user.click(await find("renewal-start"));
    await find("failure");
  },
  renewed: async (app) => {
    await reachMenu(app, { renewable: true });
    await app.user.click(get("renew"));
    await app.user.click(await find("renewal-start"));
    await find("renewal-done");
  },
  "finish a renewal": async ({ user }) => {
    await user.click(get("finish-renewal-8"));
    await find("finish");
  },
  "own password": async (app) => {
    await reachMenu(app);
    await app.user.click(get("change-password"));
    await find("current-password");
  },
  "expired password": async (app) => {
    app.backend.loginView = {
      outcome: "password-change-required",
      reason: "expired",
      expires_in: 180,
      password_policy: POLICY,
    };
    await reachPassword(app);
    await enterPassword(app);
    await find("new-password");
  },
  transfer: async (app) => {
    await reachMenu(app);
    await app.user.click(get("open-transfer"));
    await app.user.click(await find("transfer-start"));
    await find("transfer-code");
  },
  "credentials with a code": async ({ user }) => {
    await user.click(get("start-issue"));
    await user.click(await find("transfer-offer"));
    await find("transfer-code-input");
  },
  diagnosis: async (app) => {
    app.backend.findings = [
      ...app.backend.findings,
      {
        check: "proxy",
        subject: null,
        outcome: { kind: "failed", failure: failure("proxy-refused") },
        facts: [{ name: "route", value: "proxy" }],
        milliseconds: 5,
      },
      {
        check: "backend",
        subject: null,
        outcome: { kind: "skipped", because: "earlier-failure" },
        facts: [],
        milliseconds: 0,
      },
      {
        check: "disk-space",
        subject: null,
        outcome: { kind: "warning", because: "disk-space-low" },
        facts: [],
        milliseconds: 0,
      },
    ];
    await app.user.click(get("open-diagnosis"));
    await find("diagnosis-summary");
  },
  "page of the help": async ({ user }) => {
    await user.click(get("open-help"));
    await user.click(await find("entry-link-renewal"));
    await find("help-contents");
  },
  "search of the help": async ({ user }) => {
    await user.click(get("open-help"));
    await user.type(await find("help-search"), "パスワード");
    await find("help-clear");
  },
};

/** axe looks at every node of the manual, in milliseconds; a machine that is busy takes longer. */
const SLOW = 30_000;

describe("axe", () => {
  // Colours need a rendering engine; the end-to-end tests look at them.
  it.each(Object.keys(SCREENS))(
    "finds nothing on: %s",
    async (name) => {
      const app = await openApp(
        (backend) => (backend.current = overview([...EVERY_STANDING, STORED])),
      );
      await SCREENS[name]?.(app);
      const { violations } = await axe.run(document, {
        rules: { "color-contrast": { enabled: false } },
      });
      expect(
        violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html ?? ""}`),
      ).toEqual([]);
      const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(screen.getAllByRole("heading", { level: 1, hidden: true }).length).toBeGreaterThan(0);
    },
    SLOW,
  );
});

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
import { approval, identity, overview, POLICY, USABLE } from "./sample-data";

const STORED = identity(8, { kind: "renew-soon", days_left: 12 }, { renewal: "stored" });

/** Each screen that has something to press, the way there, and what that is. */
const SCREENS: Record<string, [(app: OpenApp) => Promise<unknown>, string, string?]> = {
  "proving who one is": [({ user }) => user.click(get("start-issue")), "next"],
  "a first password": [enterCredentials, "change-submit", "countdown"],
  "an expired password": [
    async (app) => {
      app.backend.loginView = {
        outcome: "password-change-required",
        reason: "expired",
        expires_in: 180,
        password_policy: POLICY,
      };
      await reachPassword(app);
      await enterPassword(app);
    },
    "change-submit",
    "countdown",
  ],
  "one's own password": [
    async (app) => {
      await reachMenu(app);
      await app.user.click(get("change-password"));
    },
    "change-submit",
    "countdown",
  ],
  "the certificate that was issued": [
    async (app) => {
      app.backend.next = { step: "request-certificate" };
      await enterCredentials(app);
    },
    "to-login",
  ],
  "the password of a login": [reachPassword, "login-submit"],
  "a locked user ID": [
    async (app) => {
      app.backend.fail("login", failure("account-locked"));
      await reachPassword(app);
      await enterPassword(app);
    },
    "leave",
  ],
  "a renewal": [
    async (app) => {
      await reachMenu(app, { renewable: true });
      await app.user.click(get("renew"));
    },
    "renewal-start",
  ],
  "the end of a renewal": [({ user }) => user.click(get("finish-renewal-8")), "finish-start"],
  "the code for a new PC": [
    async (app) => {
      await reachMenu(app);
      await app.user.click(get("open-transfer"));
    },
    "transfer-start",
  ],
  "what a page asks": [
    async (app) => {
      app.backend.approvals = [approval()];
      app.backend.linkCame();
      await find("approval");
    },
    "approval-approve",
    "approval-left",
  ],
};

describe("what a screen is for", () => {
  it.each(Object.keys(SCREENS))("is in the bar that does not scroll: %s", async (name) => {
    const app = await openApp((backend) => (backend.current = overview([USABLE, STORED])));
    const [reach, primary, countdown] = SCREENS[name] ?? [];
    await reach?.(app);
    const button = await find(primary ?? "");
    const bar = button.closest<HTMLElement>(".bar");
    expect(bar).toBeVisible();
    expect(bar?.closest(".work")).toBeNull();
    if (countdown) expect(bar).toContainElement(get(countdown));
    // One, so that nobody has to ask which.
    const shown = [...document.querySelectorAll<HTMLElement>(".button.primary")].filter(
      (other) => other.closest("[hidden]") === null,
    );
    expect(shown).toEqual([button]);
  });
});

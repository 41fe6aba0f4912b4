import axe from "axe-core";
import { screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { enterCredentials, enterPassword, find, get, openApp, reachPassword, type OpenApp } from "./app";
import { failure } from "./sample-backend";
import { EVERY_STANDING, overview } from "./sample-data";

const SCREENS: Record<string, (app: OpenApp) => Promise<unknown>> = {
  start: async () => {},
  settings: async ({ user }) => {
    await user.click(get("settings"));
    await find("settings-dialog");
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
  menu: async (app) => {
    await reachPassword(app);
    await enterPassword(app);
    await find("main-menu");
  },
};

describe("axe", () => {
  // Colours need a rendering engine; the end-to-end tests look at them.
  it.each(Object.keys(SCREENS))("finds nothing on: %s", async (name) => {
    const app = await openApp((backend) => (backend.current = overview(EVERY_STANDING)));
    await SCREENS[name]?.(app);
    const { violations } = await axe.run(document, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html ?? ""}`)).toEqual([]);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(screen.getAllByRole("heading", { level: 1, hidden: true }).length).toBeGreaterThan(0);
  });
});

import { screen, waitFor } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";

import { find, get, openApp, openUser, paste, reachUsers, type OpenApp } from "./app";

/** Milliseconds for a way through several screens. */
const JOURNEY = 30_000;
vi.setConfig({ testTimeout: JOURNEY });

/** What a page has to lose, and how it comes to have it. */
const LOSSES: Record<string, (app: OpenApp) => Promise<void>> = {
  "a changed user": async (app) => {
    await openUser(app, "tanto01");
    await app.user.click(get("user-edit"));
    await find("user-form");
    await paste(app, "department-input", "名古屋支店");
  },
  "a new user": async (app) => {
    await app.user.click(get("user-new"));
    await find("create-form");
    await paste(app, "name-input", "田中 一郎");
  },
  "one initial password": async (app) => {
    await openUser(app, "tanto01");
    await app.user.click(get("act-reset"));
    await find("act-dialog");
    await app.user.click(get("act-confirm"));
    await find("initial-password-shown");
  },
  "a list of initial passwords": async (app) => {
    await app.user.click(get("users-import"));
    await app.user.click(await find("import-choose"));
    await app.user.click(await find("import-run"));
    await find("issued-table");
  },
};

/** The ways out, and what is seen at their end. */
const WAYS: Record<string, [button: string, end: string]> = {
  back: ["back-to-users", "users-table"],
  "the other tab": ["audit-tab", "audit-table"],
  "the main menu": ["back-to-menu", "main-menu"],
  logout: ["logout", "start-login"],
};

const EVERY = Object.keys(LOSSES).flatMap((loss) => Object.keys(WAYS).map((way) => [loss, way]));

it.each(EVERY)("%s is not lost on the way out unasked: %s", async (loss = "", way = "") => {
  const app = await openApp();
  await reachUsers(app);
  await LOSSES[loss]?.(app);
  const [button, end] = WAYS[way] ?? ["", ""];
  await app.user.click(get(button));
  await find("leave-dialog");
  await app.user.click(get("leave-stay"));
  await waitFor(() => expect(screen.queryByTestId("leave-dialog")).toBeNull());
  expect(screen.queryByTestId(end)).toBeNull();
  expect(app.backend.called("logout")).toHaveLength(0);
  await app.user.click(get(button));
  await app.user.click(await find("leave-confirm"));
  expect(await find(end)).toBeVisible();
  expect(app.backend.called("logout")).toHaveLength(way === "logout" ? 1 : 0);
});

it.each(Object.keys(WAYS))("nothing is asked where nothing is lost: %s", async (way) => {
  const app = await openApp();
  await reachUsers(app);
  await openUser(app, "tanto01");
  await app.user.click(get("user-edit"));
  await find("user-form");
  await paste(app, "department-input", "名古屋支店");
  await app.user.click(get("user-discard"));
  await waitFor(() => expect(screen.queryByTestId("unsaved")).toBeNull());
  const [button, end] = WAYS[way] ?? ["", ""];
  await app.user.click(get(button));
  expect(await find(way === "back" ? "user-panel" : end)).toBeVisible();
  expect(screen.queryByTestId("leave-dialog")).toBeNull();
});

it.each(["print-notice", "copy-password"])(
  "a password that was kept by %s may go",
  async (keep) => {
    const app = await openApp();
    await reachUsers(app);
    await LOSSES["one initial password"]?.(app);
    await app.user.click(get(keep));
    if (keep === "copy-password")
      await waitFor(() => expect(get("copy-state")).toHaveTextContent("コピーしました"));
    await app.user.click(get("logout"));
    expect(await find("start-login")).toBeVisible();
    expect(screen.queryByTestId("leave-dialog")).toBeNull();
  },
);

it("a screen that is left asks no more", async () => {
  const app = await openApp();
  await reachUsers(app);
  await LOSSES["a new user"]?.(app);
  await app.user.click(get("back-to-menu"));
  await app.user.click(await find("leave-confirm"));
  await find("main-menu");
  await app.user.click(get("logout"));
  expect(await find("start-login")).toBeVisible();
});

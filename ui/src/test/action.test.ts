import { expect, it, vi } from "vitest";

import type { ErrorCode } from "../backend";
import { Action } from "../model/action.svelte";
import { Shell } from "../model/shell.svelte";
import { openApp } from "./app";
import { failure, SampleBackend } from "./sample-backend";
import { identity, overview, session } from "./sample-data";

async function shellOn(screen: "menu" | "start"): Promise<Shell> {
  const shell = new Shell(new SampleBackend());
  await shell.open();
  shell.router.screen =
    screen === "menu" ? { name: "menu", session: session() } : { name: "start" };
  return shell;
}

it("an action runs once at a time, and forgets what failed before", async () => {
  let settle: (() => void) | undefined;
  const work = vi.fn(() => new Promise<void>((resolve) => (settle = resolve)));
  const doing = new Action(await shellOn("menu"), work, {});
  doing.failure = failure("timed-out");
  const first = doing.run();
  await doing.run();
  expect(work).toHaveBeenCalledTimes(1);
  expect(doing).toMatchObject({ running: true, failure: null });
  settle?.();
  await first;
  expect(doing.running).toBe(false);
});

it.each(["timed-out", "app-failed", "cancelled"] as ErrorCode[])(
  "a failed action tells why: %s",
  async (code) => {
    const told: string[] = [];
    const doing = new Action(await shellOn("menu"), () => Promise.reject(failure(code)), {
      refused: (found) => void told.push(`${found.code} ${doing.running}`),
      ended: () => void told.push("ended"),
    });
    await doing.run();
    expect(doing.failure?.code).toBe(code);
    expect(told).toEqual([`${code} false`, "ended"]);
  },
);

it.each([
  "session-ended",
  "certificate-revoked",
  "certificate-superseded",
  "account-suspended",
] as ErrorCode[])(
  "what ends a login leads to the start from within one, and is a failure elsewhere: %s",
  async (code) => {
    const refused = vi.fn();
    const within = await shellOn("menu");
    const inside = new Action(within, () => Promise.reject(failure(code)), { refused });
    await inside.run();
    expect(within.router.notice?.code).toBe(code);
    expect(inside.failure).toBeNull();
    expect(refused).not.toHaveBeenCalled();

    const outside = await shellOn("start");
    const before = new Action(outside, () => Promise.reject(failure(code)), { refused });
    await before.run();
    expect(outside.router.notice).toBeNull();
    expect(before.failure?.code).toBe(code);
    expect(refused).toHaveBeenCalledTimes(1);
  },
);

it("a closed window hears the tray no more", async () => {
  const one = identity(1, { kind: "usable", days_left: 100 });
  const { backend, shell } = await openApp((prepared) => (prepared.current = overview([one])));
  const deaf = shell.listen();
  backend.navigate({ screen: "login", identity_id: 1 });
  expect(shell.router.selecting).toEqual({ preferred: 1 });
  shell.router.selecting = null;
  deaf();
  backend.navigate({ screen: "login", identity_id: 1 });
  expect(shell.router.selecting).toBeNull();
});

import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import { find, get, openApp, reachMenu } from "./app";

describe("the keys of every screen", () => {
  it("F1 opens the manual at what the user is doing, and Esc comes back", async () => {
    const app = await openApp();
    await app.user.click(get("start-issue"));
    const field = await find("customer-number");
    await app.user.type(field, "1234");
    await app.user.keyboard("{F1}");
    await find("help");
    expect(app.shell.router.helpEntry).toBe("issuance");
    await app.user.keyboard("{Escape}");
    await waitFor(() => expect(get("customer-number")).toBeVisible());
    // What was typed is still there, and so is the focus.
    expect(get("customer-number")).toHaveValue("1234");
    await waitFor(() => expect(get("customer-number")).toHaveFocus());
  });

  it("Ctrl+, opens the settings, and closes nothing else", async () => {
    const app = await openApp();
    await reachMenu(app);
    await app.user.keyboard("{Control>},{/Control}");
    await find("settings-page");
    expect(document.title).toMatch(/^設定/);
    await app.user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("settings-page")).toBeNull());
    expect(get("main-menu")).toBeVisible();
    expect(app.backend.called("logout")).toHaveLength(0);
  });

  it("Ctrl+L asks before it logs out", async () => {
    const app = await openApp();
    await reachMenu(app);
    await app.user.keyboard("{Control>}l{/Control}");
    await find("logout-dialog");
    expect(app.backend.called("logout")).toHaveLength(0);
    await app.user.click(get("logout-stay"));
    await waitFor(() => expect(screen.queryByTestId("logout-dialog")).toBeNull());
    expect(get("main-menu")).toBeVisible();
    await app.user.keyboard("{Control>}l{/Control}");
    await app.user.click(await find("logout-sure"));
    expect(await find("start-login")).toBeVisible();
    expect(app.backend.called("logout")).toHaveLength(1);
  });

  it("Ctrl+L does nothing where nobody is logged in, in a dialog, or while something runs", async () => {
    const app = await openApp((backend) => void backend.hanging.add("renewCertificate"));
    await app.user.keyboard("{Control>}l{/Control}");
    expect(screen.queryByTestId("logout-dialog")).toBeNull();
    await reachMenu(app, { renewable: true });
    await app.user.click(get("renew"));
    await app.user.click(await find("renewal-start"));
    await find("busy");
    await app.user.keyboard("{Control>}l{/Control}");
    expect(screen.queryByTestId("logout-dialog")).toBeNull();
  });

  it("Ctrl+P prints what is offered, and is the browser's where nothing is", async () => {
    const app = await openApp();
    const print = vi.spyOn(app.backend, "print");
    const free = new KeyboardEvent("keydown", { key: "p", ctrlKey: true, cancelable: true });
    window.dispatchEvent(free);
    expect(free.defaultPrevented).toBe(false);
    await app.user.click(get("open-diagnosis"));
    await find("diagnosis-summary");
    await app.user.keyboard("{Control>}p{/Control}");
    await waitFor(() => expect(print).toHaveBeenCalledTimes(1));
  });

  it.each([
    { key: "F1", isComposing: true },
    { key: "F1", altKey: true },
    { key: "l", ctrlKey: true, shiftKey: true },
    { key: ",", ctrlKey: false },
    { key: "F1", repeat: true },
  ])("takes nothing that belongs to something else: %o", async (init) => {
    const app = await openApp();
    await reachMenu(app);
    const event = new KeyboardEvent("keydown", { ...init, cancelable: true });
    window.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
    expect(app.shell.router.cover).toBeNull();
    expect(screen.queryByTestId("logout-dialog")).toBeNull();
  });

  it("are told beside the buttons that do the same", async () => {
    const app = await openApp();
    await reachMenu(app);
    for (const [button, key] of [
      ["open-help", "F1"],
      ["settings", "Control+,"],
      ["logout", "Control+L"],
    ] as const) {
      expect(get(button)).toHaveAttribute("aria-keyshortcuts", key);
      expect(get(button).title).not.toBe("");
    }
  });
});

import { screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { ApprovalView } from "../backend";
import { STRAY_MILLISECONDS } from "../model/ready.svelte";
import { code, find, get, openApp, paste, reachMenu, type OpenApp } from "./app";
import { failure } from "./sample-backend";
import { approval, identity, overview, POLICY, session, USABLE } from "./sample-data";

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => void vi.useRealTimers());

const later = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const timers = {
  advanceTimers: (milliseconds: number) => void vi.advanceTimersByTime(milliseconds),
};

/** The app that a page has called. */
async function called(...views: ApprovalView[]): Promise<OpenApp> {
  const app = await openApp((backend) => void (backend.approvals = views), timers);
  await find("approval");
  return app;
}

const IN = approval({ password: false, session: session() });

describe("what a page in the browser asks", () => {
  it("is shown over everything, and nothing is approved by what was pressed before", async () => {
    const { backend, user } = await called(approval());
    expect(document.title).toMatch(/^ブラウザでのログインを承認しますか？/);
    const shown = get("approval");
    expect(shown).toHaveTextContent("割引申込");
    expect(get("approval-host")).toHaveTextContent("waribiki.sample.example");
    expect(shown).toHaveTextContent("Microsoft Edge 156");
    expect(shown).toHaveTextContent("192.0.2.15");
    expect(shown).toHaveTextContent("このパソコンと同じ接続元");
    expect(get("approval-left")).toHaveTextContent("4:42");
    expect(get("time-left")).toHaveTextContent("残り時間");
    for (const inSight of ["approval-left", "approval-decline", "approval-approve"])
      expect(document.querySelector(".bar:not([hidden])")).toContainElement(get(inSight));
    await waitFor(() => expect(get("approval-decline")).toHaveFocus());
    expect(get("approval-approve")).toBeDisabled();
    await user.keyboard("{Enter}");
    expect(backend.called("approve")).toEqual([]);
    expect(backend.called("declineApproval")).toHaveLength(1);
    expect(screen.queryByTestId("approval")).toBeNull();
    expect(get("announcement")).toHaveTextContent("ログインを拒否しました。");
  });

  it("is approved with a certificate and its password, and the main menu is open", async () => {
    const two = [USABLE, identity(2, { kind: "usable", days_left: 9 })];
    const app = await openApp((backend) => {
      backend.current = overview([...two, identity(3, { kind: "expired" })]);
      backend.approvals = [approval()];
    }, timers);
    await find("approval");
    const choice = get<HTMLSelectElement>("approval-certificate");
    expect(choice.options).toHaveLength(2);
    await app.user.selectOptions(choice, "2");
    await later(STRAY_MILLISECONDS);
    await app.user.click(get("approval-approve"));
    expect(app.backend.called("approve")).toEqual([]);
    expect(get("field-error")).toHaveTextContent("パスワード");
    await paste(app, "approval-password", "Sample#2026");
    await app.user.click(get("approval-approve"));
    await find("main-menu");
    expect(app.backend.called("approve")[0]?.args).toEqual([2, "Sample#2026"]);
    expect(screen.queryByTestId("approval")).toBeNull();
    expect(get("announcement")).toHaveTextContent("ブラウザの画面に戻ります");
  });

  it("names the one person who can approve, and approves as that person", async () => {
    const app = await openApp((backend) => {
      const only = identity(4, { kind: "usable", days_left: 90 }, { holder_name: "佐藤 花子" });
      backend.current = overview([identity(1, { kind: "expired" }), only]);
      // What the page was called for has expired since.
      backend.approvals = [approval({ identity_id: 1 })];
    }, timers);
    await find("approval");
    expect(get("approval-person")).toHaveTextContent("佐藤 花子 さま");
    expect(screen.queryByTestId("approval-certificate")).toBeNull();
    await later(STRAY_MILLISECONDS);
    await paste(app, "approval-password", "Sample#2026");
    await app.user.click(get("approval-approve"));
    await find("main-menu");
    expect(app.backend.called("approve")[0]?.args).toEqual([4, "Sample#2026"]);
  });

  it("needs one press of a login that is open, and the user stays where they were", async () => {
    const app = await openApp(() => {}, timers);
    await reachMenu(app);
    app.backend.approvals = [IN];
    app.backend.linkCame();
    await find("approval");
    expect(screen.queryByTestId("approval-password")).toBeNull();
    expect(get("approval-decline")).toHaveFocus();
    await later(STRAY_MILLISECONDS);
    await app.user.click(get("approval-approve"));
    await waitFor(() => expect(screen.queryByTestId("approval")).toBeNull());
    expect(app.backend.called("approve")[0]?.args).toEqual([1, null]);
    expect(get("main-menu")).toBeVisible();
  });

  it("warns of another address, and wants the password", async () => {
    const { asked } = approval();
    const browser = { ...asked.browser, address: "198.51.100.7", same_address: false };
    await called(approval({ asked: { ...asked, browser }, session: session() }));
    expect(get("approval-warning")).toHaveTextContent("ほかのパソコンで始められた");
    expect(get("approval")).toHaveTextContent("このパソコン（192.0.2.15）と異なる接続元");
    expect(get("approval-password")).toBeVisible();
  });

  it("says that a password was wrong, and lets it be entered again", async () => {
    const app = await called(approval());
    app.backend.fail("approve", failure("authentication-failed", { attempts_left: 4 }));
    await later(STRAY_MILLISECONDS);
    await paste(app, "approval-password", "Wrong#2026");
    await app.user.click(get("approval-approve"));
    await waitFor(() => expect(code()).toBe("authentication-failed"));
    expect(get("approval-password")).toHaveValue("");
    await paste(app, "approval-password", "Sample#2026");
    await app.user.click(get("approval-approve"));
    expect(await find("main-menu")).toBeVisible();
  });

  it("comes back after a password had to be changed", async () => {
    const app = await called(approval());
    app.backend.loginView = {
      outcome: "password-change-required",
      reason: "expired",
      expires_in: 180,
      password_policy: POLICY,
    };
    await later(STRAY_MILLISECONDS);
    await paste(app, "approval-password", "Sample#2026");
    await app.user.click(get("approval-approve"));
    await find("new-password");
    expect(screen.queryByTestId("approval")).toBeNull();
    app.backend.approvals = [IN];
    await paste(app, "new-password", "Sample#2027");
    await paste(app, "confirm-password", "Sample#2027");
    await app.user.click(get("change-submit"));
    await find("approval");
    await waitFor(() => expect(screen.queryByTestId("approval-password")).toBeNull());
  });

  it("is over when its time is, and cannot be approved any more", async () => {
    const { asked } = approval();
    const { backend, user } = await called(approval({ asked: { ...asked, expires_in: 3 } }));
    await later(3500);
    expect(get("approval-over")).toBeVisible();
    expect(screen.queryByTestId("approval-approve")).toBeNull();
    await user.click(get("approval-close"));
    expect(screen.queryByTestId("approval")).toBeNull();
    expect(backend.called("closeApproval")).toHaveLength(1);
  });

  it("waits while something must not be left alone", async () => {
    const app = await openApp((backend) => void (backend.current = overview()), timers);
    await app.user.click(get("start-issue"));
    app.backend.approvals = [approval()];
    app.backend.linkCame();
    await later(100);
    expect(screen.queryByTestId("approval")).toBeNull();
    await app.user.click(get("cancel"));
    expect(await find("approval")).toBeVisible();
  });

  it("comes one at a time, some time apart", async () => {
    const second = approval({ session: session(), password: false });
    const { user } = await called(approval(), second);
    await user.click(get("approval-decline"));
    expect(screen.queryByTestId("approval")).toBeNull();
    await later(1000);
    expect(screen.queryByTestId("approval")).toBeNull();
    await later(1500);
    expect(get("approval")).toBeVisible();
    expect(screen.queryByTestId("approval-password")).toBeNull();
  });

  it("says that it cannot be shown, and that is all", async () => {
    const { user } = await openApp(
      (backend) => backend.fail("nextApproval", failure("profile-missing")),
      timers,
    );
    await find("approval-failure");
    expect(code()).toBe("profile-missing");
    await user.click(get("approval-failure-close"));
    expect(get("start-login")).toBeVisible();
  });

  it("is told when the approval came out in another browser", async () => {
    const app = await openApp(() => {}, timers);
    await reachMenu(app);
    app.backend.approvals = [IN];
    app.backend.progress = "waiting";
    app.backend.linkCame();
    await find("approval");
    await later(STRAY_MILLISECONDS);
    await app.user.click(get("approval-approve"));
    await later(2500);
    expect(screen.queryByTestId("approval-failure")).toBeNull();
    app.backend.progress = "misdirected";
    await later(2500);
    expect(await find("approval-failure")).toBeVisible();
    expect(code()).toBe("request-misdirected");
    expect(app.backend.called("closeApproval")).toHaveLength(1);
  });
});

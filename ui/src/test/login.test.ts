import { screen, waitFor } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import { code, enterPassword, find, get, openApp, reachPassword } from "./app";
import { failure } from "./sample-backend";
import { EVERY_STANDING, identity, overview, POLICY, session } from "./sample-data";

afterEach(() => vi.useRealTimers());

describe("certificate selection", () => {
  it("preselects the last used, and disables with a reason what cannot be used", async () => {
    const { user } = await openApp((backend) => (backend.current = overview(EVERY_STANDING)));
    await user.click(get("start-login"));
    expect(await find("cert-option-1")).toBeChecked();
    expect(get("cert-option-1")).toHaveFocus();
    expect(get("cert-option-2")).toBeEnabled();
    for (const id of [3, 4, 5, 6, 7]) expect(get(`cert-option-${id}`)).toBeDisabled();
    expect(get("cert-dialog")).toHaveTextContent("有効期限が過ぎているため、選択できません。");
    expect(get("cert-dialog")).toHaveTextContent("再発行をご依頼ください");
  });

  it("never preselects among strangers, and asks for a choice", async () => {
    const two = [1, 2].map((id) => identity(id, { kind: "usable", days_left: 200 }));
    const { backend, user } = await openApp((prepared) => (prepared.current = overview(two)));
    await user.click(get("start-login"));
    expect(await find("cert-option-1")).not.toBeChecked();
    await user.click(get("cert-confirm"));
    expect(await find("field-error")).toHaveTextContent("選択してください");
    await user.click(get("cert-option-2"));
    await user.click(get("cert-confirm"));
    await find("login-password");
    expect(backend.called("proveIdentity")[0]?.args).toEqual([2]);
  });

  it("does not preselect a last used one that expired", async () => {
    const list = [
      identity(1, { kind: "expired" }, { last_used: true }),
      identity(2, { kind: "usable", days_left: 9 }),
      identity(3, { kind: "usable", days_left: 9 }),
    ];
    const { user } = await openApp((backend) => (backend.current = overview(list)));
    await user.click(get("start-login"));
    for (const id of [1, 2, 3]) expect(await find(`cert-option-${id}`)).not.toBeChecked();
  });

  it("opens, chooses and closes by keyboard", async () => {
    const { user } = await openApp((backend) => (backend.current = overview(EVERY_STANDING)));
    get("start-login").focus();
    await user.keyboard("{Enter}");
    await find("cert-dialog");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("cert-dialog")).toBeNull());
    expect(get("start-login")).toHaveFocus();
    await user.keyboard("{Enter}");
    await find("cert-dialog");
    await user.keyboard("{ArrowDown}");
    expect(get("cert-option-2")).toBeChecked();
    // By the details of the other ones, and the way out.
    for (let stops = 0; stops < EVERY_STANDING.length + 1; stops += 1) {
      if (document.activeElement !== get("cert-confirm")) await user.tab();
    }
    expect(get("cert-confirm")).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(await find("login-password")).toBeVisible();
  });

  it("stops the connection with Esc and tells why it failed", async () => {
    const { backend, user } = await openApp(
      (prepared) => void prepared.hanging.add("proveIdentity"),
    );
    await user.click(get("start-login"));
    await user.click(await find("cert-confirm"));
    await find("busy");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(code()).toBe("cancelled"));
    expect(get("cert-dialog")).toBeVisible();
    backend.hanging.clear();
    backend.fail(
      "proveIdentity",
      failure("backend-unreachable", { place: "service.sample.example" }),
    );
    await user.click(get("cert-confirm"));
    await waitFor(() => expect(code()).toBe("backend-unreachable"));
    await user.click(get("retry"));
    expect(await find("login-password")).toBeVisible();
  });

  it("takes a revoked certificate out of the choice", async () => {
    const { backend, user } = await openApp((prepared) =>
      prepared.fail("proveIdentity", failure("certificate-revoked")),
    );
    await user.click(get("start-login"));
    backend.current = overview([identity(1, { kind: "revoked" })]);
    await user.click(await find("cert-confirm"));
    await waitFor(() => expect(get("cert-option-1")).toBeDisabled());
    expect(code()).toBe("certificate-revoked");
    expect(screen.queryByTestId("cert-confirm")).toBeNull();
  });
});

describe("password entry", () => {
  it("logs in", async () => {
    const app = await openApp();
    await reachPassword(app);
    await waitFor(() => expect(get("login-password")).toHaveFocus());
    expect(get("tries-left")).toHaveTextContent("パスワードを5回間違えると、ロックがかかります。");
    await enterPassword(app);
    expect(await find("main-menu")).toBeVisible();
    expect(document.title).toMatch(/^メインメニュー/);
    expect(app.backend.called("login")[0]?.args).toEqual(["Sample#2026"]);
  });

  it("says the FAQ's words and the tries left after a wrong one", async () => {
    const app = await openApp((backend) =>
      backend.fail("login", failure("authentication-failed", { attempts_left: 2 })),
    );
    await reachPassword(app);
    await enterPassword(app, "Wrong#2026");
    await waitFor(() => expect(code()).toBe("authentication-failed"));
    expect(get("failure")).toHaveTextContent(
      "認証に失敗しました。お客さま番号・ユーザID・パスワードのいずれかが正しくありません。",
    );
    expect(get("tries-left")).toHaveTextContent("あと2回");
    expect(get("login-password")).toHaveValue("");
    await waitFor(() => expect(get("login-password")).toHaveFocus());
    await enterPassword(app);
    expect(await find("main-menu")).toBeVisible();
  });

  it("offers no further try when locked", async () => {
    const app = await openApp((backend) => backend.fail("login", failure("account-locked")));
    await reachPassword(app);
    await enterPassword(app);
    await waitFor(() => expect(code()).toBe("account-locked"));
    expect(get("failure")).toHaveTextContent("認証に失敗しました。ロックがかかっています。");
    expect(screen.queryByTestId("login-password")).toBeNull();
    await app.user.click(get("leave"));
    expect(get("start-login")).toBeVisible();
  });

  it.each([
    ["ａｂｃ12345", "全角"],
    ["Sample 2026", "空白"],
    ["x".repeat(10_000), "16文字以内"],
  ])("sends nothing that cannot be right (%.12s)", async (password, reason) => {
    const app = await openApp();
    await reachPassword(app);
    await enterPassword(app, password);
    expect(await find("field-error")).toHaveTextContent(reason);
    expect(app.backend.called("login")).toHaveLength(0);
  });

  it("leads to the change screen when the password has expired", async () => {
    const app = await openApp(
      (backend) =>
        (backend.loginView = {
          outcome: "password-change-required",
          reason: "expired",
          expires_in: 180,
          password_policy: POLICY,
        }),
    );
    await reachPassword(app);
    await enterPassword(app);
    await app.user.click(await find("new-password"));
    await app.user.paste("Sample#2027");
    await app.user.click(get("confirm-password"));
    await app.user.paste("Sample#2027");
    await app.user.click(get("change-submit"));
    expect(await find("main-menu")).toBeVisible();
    expect(app.backend.called("changePassword")[0]?.args).toEqual(["Sample#2027", null]);
  });
});

describe("main menu", () => {
  it("opens an entry after asking whether the session stands", async () => {
    const app = await openApp();
    await reachPassword(app);
    await enterPassword(app);
    await app.user.click(await find("entry-claims"));
    await waitFor(() => expect(app.backend.called("openEntry")[0]?.args).toEqual(["claims"]));
    expect(app.backend.called("session")).toHaveLength(1);
    expect(screen.queryByTestId("certificate-notice")).toBeNull();
    expect(screen.queryByTestId("password-notice")).toBeNull();
  });

  it("says what expires soon", async () => {
    const app = await openApp(
      (backend) =>
        (backend.loginView = {
          outcome: "logged-in",
          session: session({ renewable: true, password_notice: true, previous_login_at: null }),
        }),
    );
    await reachPassword(app);
    await enterPassword(app);
    expect(await find("certificate-notice")).toHaveTextContent("電子証明書の更新時期です");
    expect(get("renew")).toBeVisible();
    expect(get("password-notice")).toHaveTextContent("パスワードの有効期限が近づいています");
    expect(get("previous-login")).toHaveTextContent("はじめて");
  });

  it.each([
    "session-ended",
    "certificate-revoked",
    "certificate-superseded",
    "account-suspended",
  ] as const)("goes back to the start on %s, and says why", async (ending) => {
    const app = await openApp((backend) => backend.fail("session", failure(ending)));
    await reachPassword(app);
    await enterPassword(app);
    await app.user.click(await find("entry-claims"));
    await waitFor(() => expect(code()).toBe(ending));
    expect(get("start-login")).toBeVisible();
    expect(app.backend.called("openEntry")).toHaveLength(0);
    await app.user.click(get("notice-close"));
    expect(screen.queryByTestId("failure")).toBeNull();
  });

  it("warns before it logs out an idle user, and lets them stay", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const app = await openApp();
    await reachPassword(app);
    await enterPassword(app);
    await find("main-menu");
    await vi.advanceTimersByTimeAsync(845_000);
    expect(get("idle-warning")).toBeVisible();
    await app.user.click(get("stay"));
    await waitFor(() => expect(screen.queryByTestId("idle-warning")).toBeNull());
    expect(app.backend.called("session")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(901_000);
    expect(code()).toBe("session-ended");
    expect(app.backend.called("logout")).toHaveLength(1);
  });

  it("logs out", async () => {
    const app = await openApp();
    await reachPassword(app);
    await enterPassword(app);
    await app.user.click(await find("logout"));
    expect(await find("start-login")).toBeVisible();
    expect(app.backend.called("logout")).toHaveLength(1);
    expect(screen.queryByTestId("failure")).toBeNull();
  });
});

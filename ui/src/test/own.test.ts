import { screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { find, get, openApp, reachMenu, type OpenApp } from "./app";
import { record } from "./sample-administration";
import { failure, type SampleBackend } from "./sample-backend";

async function menu(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
  const app = await openApp(prepare);
  await reachMenu(app);
  return app;
}

const OWN = [
  record(9, { event: "login", actor: "kanri01", subject: "kanri01" }),
  record(8, { event: "login-failed", actor: "kanri01", subject: "kanri01", times: 3 }),
  record(7, { event: "unlocked", actor: "tanto01", actor_kind: "administrator", device: null }),
  record(6, { event: "reissued", actor: "provider", actor_kind: "provider", address: null }),
  record(5, { event: "weather-changed", actor: "kanri01", device: null, address: null }),
];

describe("the last failed login", () => {
  it("is told in the main menu, and nothing where nobody failed", async () => {
    const app = await openApp();
    await reachMenu(app);
    expect(screen.queryByTestId("last-failed-login")).toBeNull();
  });

  it("says when it was", async () => {
    const app = await openApp();
    await reachMenu(app, {
      last_failed_login_at: Math.floor(Date.UTC(2026, 10, 20, 1, 30) / 1000),
    });
    expect(get("last-failed-login")).toHaveTextContent("2026年11月20日");
  });
});

describe("the own history", () => {
  it("says what was done, from which PC, and by whom if by somebody else", async () => {
    const { user } = await menu((backend) => (backend.ownRecords = OWN));
    await user.click(get("open-history"));
    expect(await find("history-9")).toHaveTextContent("KEIRI-PC-07 · 203.0.113.24");
    expect(get("history-9")).not.toHaveTextContent("操作者");
    expect(get("history-8")).toHaveTextContent("ログインの失敗");
    expect(get("history-8")).toHaveTextContent("3回");
    expect(get("history-7")).toHaveTextContent("操作者：tanto01");
    expect(screen.queryByTestId("history-6")).toBeNull();
  });

  it("goes on where it ended, with the focus on the first that came", async () => {
    const { user, backend } = await menu((backend) => (backend.ownRecords = OWN));
    await user.click(get("open-history"));
    await user.click(await find("history-more"));
    expect(await find("history-6")).toHaveFocus();
    // Who it was at the provider is the provider's own affair.
    expect(get("history-6")).toHaveTextContent("操作者：サンプルファクター");
    // A newer backend may know more acts.
    expect(get("history-5")).toHaveTextContent("weather-changed");
    expect(get("history-5")).toHaveTextContent("記録なし");
    expect(get("announcement")).toHaveTextContent("2件を追加しました。");
    expect(screen.queryByTestId("history-more")).toBeNull();
    expect(backend.called("history").map((call) => call.args)).toEqual([[null], [7]]);
  });

  it("says so where there is nothing, and why where it cannot be had", async () => {
    const { user, backend } = await menu((backend) =>
      backend.fail("history", failure("not-found")),
    );
    await user.click(get("open-history"));
    await find("failure");
    expect(screen.queryByTestId("history-empty")).toBeNull();
    await user.click(get("retry"));
    expect(await find("history-empty")).toHaveTextContent("記録はありません。");
    expect(backend.called("history")).toHaveLength(2);
  });
});

describe("the own e-mail address", () => {
  async function form(prepare?: (backend: SampleBackend) => void): Promise<OpenApp> {
    const app = await menu(prepare);
    await app.user.click(get("open-own-email"));
    await find("own-email");
    return app;
  }

  it("is changed with the password, and shown", async () => {
    const { user, backend } = await form();
    expect(get("own-email-current")).toHaveTextContent("hanako@sample.example");
    await user.type(get("own-email"), "sato@sample.example");
    await user.type(get("own-email-password"), "Sakura2027#");
    await user.click(get("own-email-submit"));
    expect(await find("own-email-changed")).toHaveTextContent(
      "「sato@sample.example」に変更しました",
    );
    expect(get("own-email-current")).toHaveTextContent("sato@sample.example");
    expect(backend.called("changeOwnEmail").map((call) => call.args)).toEqual([
      ["sato@sample.example", "Sakura2027#"],
    ]);
    expect(get("own-email-password")).toHaveValue("");
  });

  it.each([
    ["", "x", "入力してください"],
    ["hanako", "x", "メールアドレスの形式"],
    ["a b@c", "x", "メールアドレスの形式"],
    ["hanako@sample.example", "x", "現在のメールアドレスと同じです"],
    ["sato@sample.example", "", "入力してください"],
  ])("asks nobody with the address “%s” and the password “%s”", async (email, password, why) => {
    const { user, backend } = await form();
    if (email !== "") await user.type(get("own-email"), email);
    if (password !== "") await user.type(get("own-email-password"), password);
    await user.click(get("own-email-submit"));
    expect(document.body).toHaveTextContent(why);
    expect(backend.called("changeOwnEmail")).toHaveLength(0);
  });

  it("stays as it was where the password is wrong, with the focus in its field", async () => {
    const { user } = await form((backend) =>
      backend.fail("changeOwnEmail", failure("authentication-failed", { attempts_left: 4 })),
    );
    await user.type(get("own-email"), "sato@sample.example");
    await user.type(get("own-email-password"), "wrong");
    await user.click(get("own-email-submit"));
    await find("failure");
    expect(get("own-email-current")).toHaveTextContent("hanako@sample.example");
    expect(get("own-email-password")).toHaveFocus();
    expect(get("own-email")).toHaveValue("sato@sample.example");
  });
});

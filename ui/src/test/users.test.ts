import { screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import { code, find, get, openApp, paste, reachMenu, reachUsers, type OpenApp } from "./app";
import { RIGHTS, user, USERS } from "./sample-administration";
import { failure, type SampleBackend } from "./sample-backend";

afterEach(() => {
  vi.useRealTimers();
});

async function users(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
  const app = await openApp(prepare);
  await reachUsers(app);
  return app;
}

function many({ directory }: SampleBackend): void {
  const more = Array.from({ length: 120 }, (_, index) =>
    user(`user${String(index).padStart(3, "0")}`),
  );
  directory.users = [...USERS, ...more];
}

function rows(): number {
  return document.querySelectorAll("[data-user]").length;
}

describe("administration", () => {
  it("is offered to user administrators alone", async () => {
    const app = await openApp();
    await reachMenu(app);
    expect(screen.queryByTestId("open-administration")).toBeNull();
  });

  it("says why it does not open, and tries again", async () => {
    const app = await openApp((backend) => backend.fail("administration", failure("backend-busy")));
    await reachMenu(app, { permissions: ["user-administration"] });
    await app.user.click(get("open-administration"));
    await waitFor(() => expect(code()).toBe("backend-busy"));
    expect(screen.queryByTestId("users-tab")).toBeNull();
    await app.user.click(get("retry"));
    expect(await find("users-table")).toBeVisible();
  });

  it("closes when the permission is taken away, and the session stays", async () => {
    const app = await users((backend) => backend.fail("auditPage", failure("permission-missing")));
    await app.user.click(get("audit-tab"));
    await waitFor(() => expect(code()).toBe("permission-missing"));
    expect(screen.queryByTestId("users-tab")).toBeNull();
    await app.user.click(within(get("failure")).getByTestId("leave"));
    expect(await find("main-menu")).toBeVisible();
  });

  it.each(["session-ended", "certificate-revoked", "account-suspended"] as const)(
    "ends on %s",
    async (ending) => {
      const app = await users((backend) => backend.fail("auditPage", failure(ending)));
      await app.user.click(get("audit-tab"));
      await waitFor(() => expect(code()).toBe(ending));
      expect(get("start-login")).toBeVisible();
    },
  );

  it("warns before it logs out an idle administrator", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const app = await users();
    await vi.advanceTimersByTimeAsync(845_000);
    await app.user.click(get("stay"));
    await waitFor(() => expect(screen.queryByTestId("idle-warning")).toBeNull());
    expect(app.backend.called("session")).toHaveLength(1);
  });

  it("leads back to the main menu", async () => {
    const app = await users();
    await app.user.click(get("back-to-menu"));
    expect(await find("main-menu")).toBeVisible();
  });
});

describe("list of users", () => {
  it("says of each what counts", async () => {
    await users();
    expect(get("users-count")).toHaveTextContent("9件");
    expect(get("user-row-kanri01")).toHaveTextContent("ご本人");
    expect(get("user-row-sekinin")).toHaveTextContent("管理責任者");
    expect(get("user-row-shorui")).toHaveTextContent("未登録");
    expect(get("user-row-tanto02")).toHaveTextContent("ロック中");
    expect(get("user-row-tanto03")).toHaveTextContent("停止中");
    expect(get("user-row-tanto04")).toHaveTextContent("初期パスワード未変更");
    expect(get("user-row-tanto04")).toHaveTextContent("発行待ち");
    expect(get("user-row-tanto05")).toHaveTextContent("期限切れ");
    expect(get("user-row-tanto06")).toHaveTextContent("未発行");
    expect(get("user-row-tanto06")).toHaveTextContent("なし");
  });

  it("searches while typing, once the keys rest", async () => {
    const app = await users();
    await app.user.type(get("user-search"), "TANTO0");
    await waitFor(() => expect(rows()).toBe(6));
    const asked = app.backend.called("users").map((call) => call.args[0]);
    expect(asked.at(-1)).toEqual({ limit: 50, search: "TANTO0" });
    expect(asked.length).toBeLessThan(4);
    expect(get("announcement")).toHaveTextContent("6件見つかりました。");
  });

  it("says when nothing is found, and clears the search", async () => {
    const app = await users();
    await app.user.type(get("user-search"), "nobody");
    expect(await find("users-empty")).toHaveTextContent(
      "「nobody」に一致するユーザは見つかりませんでした。",
    );
    await app.user.click(get("search-clear"));
    expect(await find("user-row-kanri01")).toBeVisible();
    expect(get("user-search")).toHaveFocus();
    expect(get("user-search")).toHaveValue("");
  });

  it("loads page after page, from the last user on", async () => {
    const app = await users(many);
    expect(rows()).toBe(50);
    await app.user.click(get("users-more"));
    await waitFor(() => expect(rows()).toBe(100));
    await app.user.click(get("users-more"));
    await waitFor(() => expect(rows()).toBe(129));
    expect(screen.queryByTestId("users-more")).toBeNull();
    const afters = app.backend
      .called("users")
      .map((call) => (call.args[0] as { after?: string }).after);
    expect(afters).toEqual([undefined, "user040", "user090"]);
    expect(get("announcement")).toHaveTextContent("29件を追加しました。129件を表示しています。");
    await waitFor(() => expect(get("user-open-user091")).toHaveFocus());
  });

  it("keeps what it has when more cannot be loaded", async () => {
    const app = await users(many);
    app.backend.fail("users", failure("timed-out"));
    await app.user.click(get("users-more"));
    await waitFor(() => expect(code()).toBe("timed-out"));
    expect(rows()).toBe(50);
    await app.user.click(get("retry"));
    await waitFor(() => expect(screen.queryByTestId("failure")).toBeNull());
  });

  it("opens a user by keyboard, and takes up again at its row", async () => {
    const app = await users();
    get("user-open-tanto03").focus();
    await app.user.keyboard("{Enter}");
    await find("user-facts");
    await app.user.click(get("back-to-users"));
    await waitFor(() => expect(get("user-open-tanto03")).toHaveFocus());
    expect(app.backend.called("users")).toHaveLength(1);
  });

  it("opens a user by a click on the row", async () => {
    const app = await users();
    await app.user.click(
      within(get("user-row-tanto03")).getByText("tanto03@sample.example", {
        exact: false,
        selector: "span",
      }),
    );
    expect(await find("user-facts")).toHaveTextContent("停止中");
  });
});

describe("new user", () => {
  async function creating(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
    const app = await users(prepare);
    await app.user.click(get("user-new"));
    await find("create-form");
    return app;
  }

  it("gets a generated password, shown this once", async () => {
    const app = await creating();
    await paste(app, "user-id-input", " Eigyo01 ");
    expect(get("user-id-rule").dataset.state).toBe("met");
    await paste(app, "email-input", "eigyo01@sample.example");
    await app.user.click(get("permission-claims.view"));
    await app.user.click(get("user-create"));
    expect(await find("initial-password-shown")).toHaveTextContent("aB3#kd9%");
    expect(get("issued-user")).toHaveTextContent("eigyo01");
    expect(get("issued-note")).toHaveTextContent(
      "今すぐ「証明書発行」から電子証明書を取得できます",
    );
    expect(app.backend.called("createUser")[0]?.args).toEqual([
      {
        user_id: "Eigyo01",
        email: "eigyo01@sample.example",
        permissions: ["claims.view"],
        initial_password: null,
      },
    ]);
    await app.user.click(get("back-to-users"));
    expect(await find("user-row-eigyo01")).toBeVisible();
    expect(screen.queryByText("aB3#kd9%")).toBeNull();
  });

  it("gets the password that the administrator enters", async () => {
    const app = await creating();
    await paste(app, "user-id-input", "eigyo01");
    await app.user.click(get("password-entered"));
    await paste(app, "initial-password", "Hajime#2026");
    await app.user.click(get("user-create"));
    expect(await find("initial-password-shown")).toHaveTextContent("Hajime#2026");
    expect(app.backend.called("createUser")[0]?.args).toEqual([
      { user_id: "eigyo01", email: null, permissions: [], initial_password: "Hajime#2026" },
    ]);
  });

  it("sends nothing while a field cannot be right", async () => {
    const app = await creating();
    await app.user.click(get("user-create"));
    await waitFor(() => expect(get("user-id-input")).toHaveFocus());
    await paste(app, "user-id-input", "担当");
    await paste(app, "email-input", "nobody");
    await app.user.click(get("password-entered"));
    await app.user.click(get("user-create"));
    expect(get("user-id-rule").dataset.state).toBe("broken");
    expect(screen.getAllByTestId("field-error")).toHaveLength(3);
    expect(app.backend.called("createUser")).toHaveLength(0);
  });

  it("names the rules that an entered password breaks", async () => {
    const app = await creating();
    await paste(app, "user-id-input", "eigyo01");
    await app.user.click(get("password-entered"));
    await paste(app, "initial-password", "abc");
    await app.user.click(get("user-create"));
    await waitFor(() => expect(get("initial-rule-length").dataset.broken).toBe("true"));
    expect(get("initial-rule-digit").dataset.broken).toBe("true");
    expect(get("initial-rule-letter").dataset.broken).toBe("false");
    await waitFor(() => expect(get("initial-password")).toHaveFocus());
  });

  it("keeps the form when the ID is taken", async () => {
    const app = await creating();
    await paste(app, "user-id-input", "tanto01");
    await paste(app, "email-input", "a@sample.example");
    await app.user.click(get("user-create"));
    await waitFor(() => expect(code()).toBe("user-exists"));
    await waitFor(() => expect(get("user-id-input")).toHaveFocus());
    expect(get("email-input")).toHaveValue("a@sample.example");
  });

  it.each([
    ["user_id", "user-id-input"],
    ["email", "email-input"],
  ])("shows at the field %s that the backend refuses it", async (field, testid) => {
    const app = await creating((backend) =>
      backend.fail("createUser", failure("invalid-request", { field })),
    );
    await paste(app, "user-id-input", "eigyo01");
    await paste(app, "email-input", "a@b");
    await app.user.click(get("user-create"));
    await waitFor(() => expect(get(testid)).toHaveFocus());
    expect(get(testid)).toHaveAttribute("aria-invalid", "true");
  });

  it("cannot be given what the administrator does not hold", async () => {
    await creating(({ directory }) => {
      directory.rights = RIGHTS.map((right) => ({
        ...right,
        grantable: right.permission !== "documents",
      }));
    });
    expect(get("permission-documents")).toBeDisabled();
    expect(get("permission-claims.view")).toBeEnabled();
    expect(get("create-form")).toHaveTextContent(
      "ご自身がこの権限をお持ちでないため、付与できません。",
    );
  });

  it("drops a permission that was taken from the administrator meanwhile", async () => {
    const app = await creating();
    await paste(app, "user-id-input", "eigyo01");
    await app.user.click(get("permission-documents"));
    app.backend.directory.rights = RIGHTS.map((right) => ({
      ...right,
      grantable: right.permission !== "documents",
    }));
    await app.user.click(get("user-create"));
    await waitFor(() => expect(code()).toBe("beyond-own-permissions"));
    await waitFor(() => expect(get("permission-documents")).toBeDisabled());
    expect(get("permission-documents")).not.toBeChecked();
    await app.user.click(get("user-create"));
    expect(await find("initial-password-shown")).toBeVisible();
  });

  it("can be stopped while it is being created", async () => {
    const app = await creating((backend) => void backend.hanging.add("createUser"));
    await paste(app, "user-id-input", "eigyo01");
    await app.user.click(get("user-create"));
    await app.user.click(await find("cancel"));
    await waitFor(() => expect(code()).toBe("cancelled"));
    expect(get("user-id-input")).toHaveValue("eigyo01");
  });

  it("is followed by the next", async () => {
    const app = await creating();
    await paste(app, "user-id-input", "eigyo01");
    await app.user.click(get("user-create"));
    await app.user.click(await find("user-another"));
    expect(await find("user-id-input")).toHaveValue("");
  });

  it("gets a notice on paper", async () => {
    const app = await creating();
    await paste(app, "user-id-input", "eigyo01");
    await app.user.click(get("user-create"));
    await app.user.click(await find("print-notice"));
    expect(app.backend.called("print")).toHaveLength(1);
    const notice = get("notices");
    expect(notice).toHaveTextContent("WEBサービスご利用に関するお知らせ");
    expect(notice).toHaveTextContent("12345678");
    expect(notice).toHaveTextContent("eigyo01");
    expect(
      [...notice.querySelectorAll(".character .code")].map((one) => one.textContent).join(""),
    ).toBe("aB3#kd9%");
    expect(notice).toHaveTextContent("パスワードを5回間違えるとロックがかかります");
    app.backend.fail("print", failure("app-failed"));
    await app.user.click(get("print-notice"));
    await waitFor(() => expect(code()).toBe("app-failed"));
  });

  it("has the password copied on demand", async () => {
    const app = await creating();
    await paste(app, "user-id-input", "eigyo01");
    await app.user.click(get("user-create"));
    await app.user.click(await find("copy-password"));
    await waitFor(() => expect(get("copy-state")).toHaveTextContent("コピーしました"));
    expect(await navigator.clipboard.readText()).toBe("aB3#kd9%");
  });
});

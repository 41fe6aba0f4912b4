import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import { code, find, get, openApp, paste, reachUsers, type OpenApp } from "./app";
import { RIGHTS } from "./sample-administration";
import { failure, type SampleBackend } from "./sample-backend";
import { overview, PROFILE, SERVICE_POLICY, USABLE } from "./sample-data";

/** Milliseconds for a way through several screens. */
const JOURNEY = 30_000;
vi.setConfig({ testTimeout: JOURNEY });

describe("new user", () => {
  async function creating(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
    const app = await openApp(prepare);
    await reachUsers(app);
    await app.user.click(get("user-new"));
    await find("create-form");
    await paste(app, "name-input", "田中 一郎");
    return app;
  }

  it("gets a generated password, shown this once", async () => {
    const app = await creating();
    await paste(app, "user-id-input", " Eigyo01 ");
    expect(get("user-id-rule").dataset.state).toBe("met");
    await paste(app, "department-input", " 営業部 ");
    await paste(app, "email-input", "eigyo01@sample.example");
    await app.user.click(get("permission-claims.view"));
    await app.user.click(get("user-create"));
    expect(await find("initial-password-shown")).toHaveTextContent("aB3#kd9%");
    expect(get("issued-name")).toHaveTextContent("田中 一郎 さま");
    expect(get("issued-user")).toHaveTextContent("eigyo01");
    expect(get("issued-note")).toHaveTextContent(
      "今すぐ「証明書発行」から電子証明書を取得できます",
    );
    expect(app.backend.called("createUser")[0]?.args).toEqual([
      {
        user_id: "Eigyo01",
        name: "田中 一郎",
        department: "営業部",
        email: "eigyo01@sample.example",
        permissions: ["claims.view"],
        initial_password: null,
      },
    ]);
    await app.user.click(get("back-to-users"));
    await app.user.click(await find("leave-confirm"));
    expect(await find("user-row-eigyo01")).toHaveTextContent("田中 一郎");
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
      {
        user_id: "eigyo01",
        name: "田中 一郎",
        department: null,
        email: null,
        permissions: [],
        initial_password: "Hajime#2026",
      },
    ]);
  });

  it("sends nothing while a field cannot be right", async () => {
    const app = await creating();
    await app.user.clear(get("name-input"));
    await app.user.click(get("user-create"));
    await waitFor(() => expect(get("name-input")).toHaveFocus());
    expect(screen.getAllByTestId("field-error")[0]).toHaveTextContent("氏名を入力してください。");
    await paste(app, "name-input", "長い氏名".repeat(26));
    await app.user.click(get("user-create"));
    expect(screen.getAllByTestId("field-error")[0]).toHaveTextContent(
      "氏名は100文字以内で入力してください。",
    );
    await paste(app, "name-input", "田中 一郎");
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
    ["name", "name-input"],
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

  it.each([
    ["RLO", "\u202e山田", "name"],
    ["line break", "山田\u0007", "department"],
  ])("is told of a name that cannot be one: %s", async (_, text, field) => {
    const app = await creating();
    await paste(app, "user-id-input", "eigyo01");
    await app.user.click(get(`${field}-input`));
    await app.user.clear(get(`${field}-input`));
    await app.user.paste(text);
    await app.user.click(get("user-create"));
    await waitFor(() => expect(code()).toBe("name-malformed"));
    await waitFor(() => expect(get(`${field}-input`)).toHaveFocus());
    expect(get(`${field}-input`)).toHaveAttribute("aria-invalid", "true");
  });

  it.each([
    "ロドリゲス・デ・ラ・クルス",
    "\ue000辻󠄀 葛󠄀城",
    "e\u0301ric 👩‍💼",
    "עברית",
    "氏".repeat(100),
  ])("may be called %s", async (name) => {
    const app = await creating();
    await paste(app, "name-input", name);
    await paste(app, "user-id-input", "eigyo01");
    await app.user.click(get("user-create"));
    expect(await find("issued-name")).toHaveTextContent(name);
    // The direction of one name turns nothing around it.
    expect(get("issued-name").querySelector("bdi")).toHaveTextContent(name);
  });

  it("gets the permissions of another user, as far as they may be given", async () => {
    const app = await creating(({ directory }) => {
      directory.rights = RIGHTS.map((right) => ({
        ...right,
        grantable: right.permission !== "documents",
      }));
    });
    await app.user.click(get("permissions-copy"));
    await waitFor(() => expect(get("permissions-from")).toHaveFocus());
    await app.user.paste("渡辺");
    await app.user.click(await find("permissions-from-sekinin"));
    expect(await find("permissions-copied")).toHaveTextContent(
      "渡辺 正 さまの権限のうち、付与できる3件を選択しました（付与できない1件を除く）。",
    );
    expect(get("permission-user-administration")).toBeChecked();
    expect(get("permission-claims.request")).toBeChecked();
    expect(get("permission-documents")).not.toBeChecked();
    await waitFor(() => expect(get("permissions-copy")).toHaveFocus());
  });

  it("is looked for by keyboard, to take over the permissions", async () => {
    const app = await creating();
    await app.user.click(get("permissions-copy"));
    await waitFor(() => expect(get("permissions-from")).toHaveFocus());
    await app.user.paste("tanto");
    await find("permissions-from-tanto02");
    const box = get("permissions-from");
    expect(box).toHaveAttribute("aria-expanded", "true");
    await app.user.keyboard("{ArrowDown}{ArrowDown}{ArrowUp}");
    expect(box).toHaveAttribute("aria-activedescendant", get("permissions-from-tanto01").id);
    await app.user.keyboard("{Enter}");
    expect(await find("permissions-copied")).toHaveTextContent("加藤 誠 さまの権限（1件）");
    expect(get("permission-claims.view")).toBeChecked();
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
    // The password on the page is neither printed nor copied.
    await app.user.click(await find("leave-confirm"));
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
    expect(notice).toHaveTextContent("田中 一郎 様");
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

  it("gets the same sheet by the printing of the window itself", async () => {
    const app = await creating();
    await paste(app, "user-id-input", "eigyo01");
    await app.user.click(get("user-create"));
    await find("print-notice");
    expect(screen.queryByTestId("notices")).toBeNull();
    await fireEvent(window, new Event("beforeprint"));
    const natively = get("notices").innerHTML;
    expect(natively).toContain("eigyo01");
    await app.user.click(get("print-notice"));
    expect(get("notices").innerHTML).toBe(natively);
  });

  it("finds the app with a telephone", async () => {
    const url = "https://www.example.jp/warifu";
    const app = await creating((backend) => {
      const versions = { newest: "0.2.0", oldest: "0.2.0", download_url: url };
      const policy = { ...SERVICE_POLICY, app: versions };
      const app_code = { side: 33, path: "M4 4h1v1h-1z" };
      backend.current = overview([USABLE], [{ ...PROFILE, policy, app_code }]);
    });
    await paste(app, "user-id-input", "eigyo01");
    await app.user.click(get("user-create"));
    await app.user.click(await find("print-notice"));
    const code = get("notices").querySelector("svg");
    expect(code).toHaveAttribute("viewBox", "0 0 33 33");
    expect(code).toHaveAttribute("aria-label", "QRコード");
    expect(code?.querySelector("path")).toHaveAttribute("d", "M4 4h1v1h-1z");
    expect(get("notices")).toHaveTextContent(`入手先：${url}`);
    expect(code?.nextElementSibling).toHaveTextContent("アプリ「Warifu」の入手先");
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

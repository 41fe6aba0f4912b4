import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import type { UserView } from "../backend";
import { code, find, get, openApp, openUser, paste, reachUsers, type OpenApp } from "./app";
import { RIGHTS } from "./sample-administration";
import { failure, type SampleBackend } from "./sample-backend";

async function at(
  userId: string,
  prepare: (backend: SampleBackend) => void = () => {},
): Promise<OpenApp> {
  const app = await openApp(prepare);
  await reachUsers(app);
  await openUser(app, userId);
  await waitFor(() => expect(app.backend.called("user")).toHaveLength(1));
  return app;
}

/** At the form of a user. */
async function editing(
  userId: string,
  prepare: (backend: SampleBackend) => void = () => {},
): Promise<OpenApp> {
  const app = await at(userId, prepare);
  await app.user.click(get("user-edit"));
  await find("user-form");
  await waitFor(() => expect(app.backend.called("user")).toHaveLength(2));
  return app;
}

/** Another administrator is faster. */
function meanwhile(
  { backend: { directory } }: OpenApp,
  userId: string,
  changes: Partial<UserView>,
): void {
  directory.put({ ...directory.user(userId), ...changes });
}

async function act(app: OpenApp, name: string): Promise<HTMLElement> {
  await app.user.click(get(`act-${name}`));
  return find("act-dialog");
}

function limited({ directory }: SampleBackend): void {
  directory.rights = RIGHTS.map((right) => ({
    ...right,
    grantable: right.permission !== "documents",
  }));
}

/** Milliseconds for a way through several screens. */
const JOURNEY = 30_000;
vi.setConfig({ testTimeout: JOURNEY });

describe("one user", () => {
  it("is asked for anew, and shown as it is now", async () => {
    const app = await openApp();
    await reachUsers(app);
    meanwhile(app, "tanto01", { locked: true });
    await openUser(app, "tanto01");
    await waitFor(() => expect(get("user-panel")).toHaveTextContent("ロック中"));
    expect(get("act-unlock")).toBeVisible();
  });

  it("may have gone", async () => {
    const app = await openApp();
    await reachUsers(app);
    app.backend.directory.users = app.backend.directory.users.filter(
      (each) => each.user_id !== "tanto01",
    );
    await app.user.click(get("user-open-tanto01"));
    await waitFor(() => expect(code()).toBe("user-not-found"));
    expect(screen.queryByTestId("user-facts")).toBeNull();
    await app.user.click(within(get("failure")).getByTestId("leave"));
    await find("users-table");
    expect(screen.queryByTestId("user-row-tanto01")).toBeNull();
  });

  it("is called by the name, with department and ID", async () => {
    await at("tanto02");
    expect(screen.getByRole("heading", { level: 2 })).toHaveTextContent("鈴木 美咲 さま");
    expect(get("user-panel")).toHaveTextContent("経理部");
    expect(get("user-panel")).toHaveTextContent("ユーザID：tanto02");
    expect(screen.queryByTestId("name-wanted")).toBeNull();
    expect(get("action-bar")).toHaveTextContent(
      "鈴木 美咲 さま：パスワードの誤入力によりロックされています",
    );
  });

  it("changes name, department, e-mail and permissions at once", async () => {
    const app = await editing("tanto01");
    expect(get("name-input")).toHaveValue("加藤 誠");
    expect(screen.queryByTestId("unsaved")).toBeNull();
    await paste(app, "name-input", " 加藤　誠一 ");
    await paste(app, "department-input", "名古屋支店");
    await paste(app, "email-input", "new@sample.example");
    await app.user.click(get("permission-documents"));
    expect(get("unsaved")).toHaveTextContent("保存していない変更があります");
    await app.user.click(get("user-save"));
    expect(await find("done")).toHaveTextContent("変更を保存しました。");
    expect(app.backend.called("changeUser")[0]?.args).toEqual([
      "tanto01",
      {
        version: 1,
        name: "加藤　誠一",
        department: "名古屋支店",
        email: "new@sample.example",
        permissions: ["claims.view", "documents"],
      },
    ]);
    expect(get("user-panel")).toHaveTextContent("new@sample.example");
    expect(get("user-row-tanto01")).toHaveTextContent("名古屋支店");
  });

  it("keeps what was not touched, and loses what is emptied", async () => {
    const app = await editing("tanto01");
    await app.user.clear(get("department-input"));
    await app.user.clear(get("email-input"));
    await app.user.click(get("user-save"));
    await find("done");
    expect(app.backend.called("changeUser")[0]?.args[1]).toEqual({
      version: 1,
      department: "",
      email: null,
      permissions: ["claims.view"],
    });
    expect(get("user-row-tanto01")).toHaveTextContent("加藤 誠");
    expect(get("user-row-tanto01")).not.toHaveTextContent("営業部");
  });

  it("without a name is asked for it kindly, and may go on without", async () => {
    const app = await at("tanto06");
    expect(get("name-wanted")).toHaveTextContent("氏名が登録されていません");
    await app.user.click(get("name-enter"));
    await waitFor(() => expect(get("name-input")).toHaveFocus());
    await paste(app, "email-input", "t6@sample.example");
    await app.user.click(get("user-save"));
    await find("done");
    expect(app.backend.called("changeUser")[0]?.args[1]).not.toHaveProperty("name");
    await app.user.click(get("name-enter"));
    await paste(app, "name-input", "吉田 涼");
    await app.user.click(get("user-save"));
    await waitFor(() => expect(get("user-open-tanto06")).toHaveTextContent("吉田 涼"));
    expect(screen.queryByTestId("name-wanted")).toBeNull();
    await waitFor(() => expect(screen.queryByTestId("filter-unnamed")).toBeNull());
  });

  it("cannot lose the name that there is", async () => {
    const app = await editing("tanto01");
    await app.user.clear(get("name-input"));
    await app.user.click(get("user-save"));
    expect(await find("field-error")).toHaveTextContent("氏名を入力してください。");
    await waitFor(() => expect(get("name-input")).toHaveFocus());
    expect(app.backend.called("changeUser")).toHaveLength(0);
  });

  it("is not saved without a change, nor with an impossible e-mail", async () => {
    const app = await editing("tanto01");
    await app.user.click(get("user-save"));
    expect(await find("done")).toHaveTextContent("変更されている項目がありません。");
    await paste(app, "email-input", "nobody");
    await app.user.click(get("user-save"));
    expect(await find("field-error")).toBeVisible();
    await waitFor(() => expect(get("email-input")).toHaveFocus());
    expect(app.backend.called("changeUser")).toHaveLength(0);
  });

  it.each([
    ["email", "invalid-request"],
    ["name", "name-malformed"],
    ["department", "name-malformed"],
  ] as const)("shows that the backend refuses the field: %s", async (field, refusal) => {
    const app = await editing("tanto01", (backend) =>
      backend.fail("changeUser", failure(refusal, { field })),
    );
    await paste(app, `${field}-input`, "a@b");
    await app.user.click(get("user-save"));
    await waitFor(() => expect(get(`${field}-input`)).toHaveFocus());
    expect(get("field-error")).toBeVisible();
  });

  it("leads to its part of the record", async () => {
    const app = await at("tanto02");
    await app.user.click(get("user-history"));
    expect(await find("audit-person")).toHaveValue("tanto02");
    expect(app.backend.called("auditPage")[0]?.args).toEqual([{ person: "tanto02", limit: 100 }]);
  });
});

describe("a change that another administrator made first", () => {
  it("is shown beside what was entered, which stays", async () => {
    const app = await editing("tanto01");
    await paste(app, "email-input", "mine@sample.example");
    meanwhile(app, "tanto01", {
      email: "theirs@sample.example",
      permissions: ["claims.view", "documents"],
      department: "法務部",
    });
    await app.user.click(get("user-save"));
    const changed = await find("user-changed");
    expect(changed).toHaveTextContent(
      "ほかのWEB管理担当者さまが、先にこのユーザの登録内容を変更しました",
    );
    expect(changed).toHaveTextContent("tanto01@sample.example");
    expect(changed).toHaveTextContent("theirs@sample.example");
    expect(get("your-input")).toHaveTextContent("mine@sample.example");
    expect(within(changed).getByRole("heading", { level: 2 })).toHaveFocus();
    expect(get("email-input")).toHaveValue("mine@sample.example");
    // What was not touched here follows the other administrator.
    expect(get("permission-documents")).toBeChecked();
    expect(get("department-input")).toHaveValue("法務部");
    await app.user.click(get("user-save"));
    expect(await find("done")).toHaveTextContent("変更を保存しました。");
    expect(app.backend.called("changeUser").at(-1)?.args[1]).toEqual({
      version: 2,
      email: "mine@sample.example",
      permissions: ["claims.view", "documents"],
    });
    expect(screen.queryByTestId("user-changed")).toBeNull();
    expect(app.backend.directory.user("tanto01").department).toBe("法務部");
  });

  it("can be taken over", async () => {
    const app = await editing("tanto01");
    await paste(app, "email-input", "mine@sample.example");
    meanwhile(app, "tanto01", { email: "theirs@sample.example" });
    await app.user.click(get("user-save"));
    await app.user.click(await find("take-current"));
    expect(get("email-input")).toHaveValue("theirs@sample.example");
    expect(screen.queryByTestId("user-changed")).toBeNull();
  });

  it("keeps an act from being done on what was not seen", async () => {
    const app = await at("tanto02");
    meanwhile(app, "tanto02", { suspended_at: 1_790_000_000 });
    await act(app, "unlock");
    await app.user.click(get("act-confirm"));
    expect(await find("user-changed")).toHaveTextContent("操作は行われていません");
    expect(screen.queryByTestId("act-dialog")).toBeNull();
    expect(screen.queryByTestId("take-current")).toBeNull();
    expect(app.backend.directory.user("tanto02").locked).toBe(true);
  });

  it("may be a deletion", async () => {
    const app = await editing("tanto01");
    await paste(app, "email-input", "mine@sample.example");
    app.backend.directory.users = app.backend.directory.users.filter(
      (each) => each.user_id !== "tanto01",
    );
    await app.user.click(get("user-save"));
    await waitFor(() => expect(code()).toBe("user-not-found"));
    expect(screen.queryByTestId("user-form")).toBeNull();
  });

  it("may have put the user out of reach", async () => {
    const app = await editing("tanto01");
    await paste(app, "email-input", "mine@sample.example");
    meanwhile(app, "tanto01", { permissions: ["documents"], version: 0 });
    limited(app.backend);
    await app.user.click(get("user-save"));
    await waitFor(() => expect(code()).toBe("beyond-own-permissions"));
    expect((await find("hands-off")).dataset.whose).toBe("beyond");
    expect(screen.queryByTestId("user-form")).toBeNull();
  });
});

describe("acts", () => {
  it("are those that make sense now", async () => {
    const app = await at("tanto01");
    const shown = (): string[] =>
      ["unlock", "reset", "reissue", "suspend", "resume", "delete"].filter((name) =>
        screen.queryByTestId(`act-${name}`),
      );
    expect(shown()).toEqual(["reset", "reissue", "suspend", "delete"]);
    await app.user.click(get("back-to-users"));
    await openUser(app, "tanto02");
    expect(shown()).toContain("unlock");
    await app.user.click(get("back-to-users"));
    await openUser(app, "tanto03");
    expect(shown()).toEqual(["reset", "reissue", "resume", "delete"]);
  });

  it.each([
    ["tanto02", "unlock", "unlock", "鈴木 美咲 さまのロックを解除しました。"],
    ["tanto01", "reissue", "reissue", "加藤 誠 さまの電子証明書を失効させました。"],
    ["tanto01", "suspend", "suspend", "加藤 誠 さまの利用を停止しました。"],
    ["tanto03", "resume", "resume", "小林 由美 さまの利用を再開しました。"],
  ])("on %s: %s", async (userId, name, wanted, done) => {
    const app = await at(userId);
    const dialog = await act(app, name);
    expect(dialog).toHaveTextContent("実行される内容");
    expect(dialog).toHaveTextContent("変更されない内容");
    await app.user.click(get("act-confirm"));
    expect(await find("done")).toHaveTextContent(done);
    expect(app.backend.called("actOnUser")[0]?.args).toEqual([
      userId,
      { version: 1, action: wanted, reset_password: false, initial_password: null },
    ]);
    await waitFor(() => expect(get("announcement")).toHaveTextContent(done));
  });

  it("sets a new initial password, shown this once", async () => {
    const app = await at("tanto01");
    await act(app, "reset");
    await app.user.click(get("act-confirm"));
    expect(await find("initial-password-shown")).toHaveTextContent("aB3#kd9%");
    expect(get("issued-note")).toHaveTextContent("次回のログインで初期パスワードを入力し");
    expect(app.backend.called("actOnUser")[0]?.args[1]).toMatchObject({
      action: "reset-password",
      initial_password: null,
    });
    await app.user.click(get("to-user"));
    await app.user.click(await find("leave-confirm"));
    expect(await find("user-facts")).toHaveTextContent("初期パスワード（未変更）");
  });

  it.each([
    ["unlock", "tanto02"],
    ["reissue", "tanto01"],
  ])("%s with an own initial password too", async (name, userId) => {
    const app = await at(userId);
    await act(app, name);
    await app.user.click(get("act-also-reset"));
    await app.user.click(await find("password-entered"));
    await paste(app, "initial-password", "abc");
    await app.user.click(get("act-confirm"));
    await waitFor(() => expect(get("initial-rule-length").dataset.broken).toBe("true"));
    await paste(app, "initial-password", "Hajime#2026");
    await app.user.click(get("act-confirm"));
    expect(await find("initial-password-shown")).toHaveTextContent("Hajime#2026");
    expect(app.backend.called("actOnUser").at(-1)?.args[1]).toEqual({
      version: 1,
      action: name,
      reset_password: true,
      initial_password: "Hajime#2026",
    });
  });

  it("says when a new password alone does not let the user in", async () => {
    const app = await at("tanto06");
    await act(app, "reset");
    await app.user.click(get("act-confirm"));
    expect(await find("issued-note")).toHaveTextContent(
      "電子証明書の再発行もあわせて行ってください",
    );
  });

  it("deletes only after the ID is typed, and goes back to the list", async () => {
    const app = await at("tanto06");
    await act(app, "delete");
    await app.user.click(get("act-confirm"));
    expect(await find("field-error")).toHaveTextContent("ユーザIDが一致しません。");
    expect(get("delete-confirm-input")).toHaveFocus();
    await paste(app, "delete-confirm-input", "tanto05");
    await app.user.click(get("act-confirm"));
    expect(app.backend.called("actOnUser")).toHaveLength(0);
    await paste(app, "delete-confirm-input", "TANTO06");
    await app.user.click(get("act-confirm"));
    expect(await find("done")).toHaveTextContent("ユーザ「tanto06」を削除しました。");
    expect(screen.queryByTestId("user-row-tanto06")).toBeNull();
  });

  it("are left with Esc, and nothing is done", async () => {
    const app = await at("tanto01");
    await act(app, "suspend");
    await app.user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("act-dialog")).toBeNull());
    expect(app.backend.called("actOnUser")).toHaveLength(0);
    await act(app, "suspend");
    await app.user.click(get("act-cancel"));
    await waitFor(() => expect(screen.queryByTestId("act-dialog")).toBeNull());
  });

  it("can be stopped, and tried again in the same dialog", async () => {
    const app = await at("tanto01", (backend) => void backend.hanging.add("actOnUser"));
    await act(app, "suspend");
    await app.user.click(get("act-confirm"));
    await app.user.click(await find("cancel"));
    await waitFor(() => expect(code()).toBe("cancelled"));
    app.backend.hanging.clear();
    await app.user.click(get("act-confirm"));
    expect(await find("done")).toBeVisible();
  });
});

describe("users that are not to be touched", () => {
  it("are oneself, but for the own name and e-mail", async () => {
    const app = await at("kanri01");
    expect(get("hands-off").dataset.whose).toBe("yourself");
    expect(screen.queryByTestId("act-delete")).toBeNull();
    await app.user.click(get("user-edit"));
    await find("user-form");
    expect(screen.queryByTestId("permission-documents")).toBeNull();
    expect(screen.queryByTestId("permissions-copy")).toBeNull();
    await paste(app, "email-input", "me@sample.example");
    await app.user.click(get("user-save"));
    expect(await find("done")).toHaveTextContent("変更を保存しました。");
    expect(app.backend.called("changeUser")[0]?.args[1]).toEqual({
      version: 1,
      email: "me@sample.example",
      permissions: ["user-administration", "claims.view", "claims.request"],
    });
  });

  it.each([
    ["sekinin", "primary", "サンプルファクターでのみ承ります"],
    ["shorui", "beyond", "ご自身がお持ちでない権限"],
  ])("%s: %s", async (userId, whose, why) => {
    await at(userId, whose === "beyond" ? limited : undefined);
    expect(get("hands-off").dataset.whose).toBe(whose);
    expect(get("hands-off")).toHaveTextContent(why);
    expect(screen.queryByTestId("user-edit")).toBeNull();
    expect(screen.queryByTestId("act-reset")).toBeNull();
  });
});

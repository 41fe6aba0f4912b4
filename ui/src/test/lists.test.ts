import { screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import { IMPORT_HEADINGS, type ImportPreview } from "../backend";
import { catalogues } from "../text";
import { code, find, get, openApp, reachUsers, type OpenApp } from "./app";
import { RIGHTS } from "./sample-administration";
import { failure, type SampleBackend } from "./sample-backend";

afterEach(() => vi.restoreAllMocks());

async function users(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
  const app = await openApp(prepare);
  await reachUsers(app);
  return app;
}

function preview(changes: Partial<ImportPreview>): (backend: SampleBackend) => void {
  return ({ directory }) => {
    if (directory.file) directory.file = { ...directory.file, ...changes };
  };
}

/** Milliseconds for a way through several screens. */
const JOURNEY = 30_000;
vi.setConfig({ testTimeout: JOURNEY });

describe("import", () => {
  async function importing(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
    const app = await users(prepare);
    await app.user.click(get("users-import"));
    await find("import-format");
    return app;
  }

  it("says how a file has to look, with the permissions that may be given", async () => {
    const app = await importing(({ directory }) => {
      directory.rights = RIGHTS.map((right) => ({
        ...right,
        grantable: right.permission !== "documents",
      }));
    });
    expect(get("import-format")).toHaveTextContent("UTF-8、UTF-16、シフトJIS");
    expect(document.body).toHaveTextContent("一度に1,000名まで");
    const example = get("import-example").textContent ?? "";
    expect(example.split("\n")[0]).toBe("ユーザID,氏名,部署,メールアドレス,権限,初期パスワード");
    expect(example).not.toContain("documents");
    await app.user.click(get("copy-sample"));
    expect(await screen.findByText("見本をコピーしました。")).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe(example);
  });

  it("checks the chosen file, shows its first users, and creates all of them", async () => {
    const app = await importing();
    expect(screen.queryByTestId("import-run")).toBeNull();
    await app.user.click(get("import-choose"));
    expect(await find("import-file")).toHaveTextContent("担当者.csv");
    expect(get("import-count")).toHaveTextContent("3名");
    expect(get("import-ready")).toBeVisible();
    expect(within(get("import-sample")).getAllByRole("row")).toHaveLength(4);
    expect(get("import-sample")).toHaveTextContent("田中 一郎");
    expect(get("import-sample")).toHaveTextContent("営業部");
    await waitFor(() => expect(document.activeElement?.id).toBe("import-preview-title"));
    await app.user.click(get("import-run"));
    expect(await find("issued-table")).toHaveTextContent("eigyo02");
    expect(within(get("issued-row-eigyo01")).getByText("aB3#kd9%")).toBeVisible();
    expect(get("issued-row-eigyo01")).toHaveTextContent("田中 一郎");
    expect(app.backend.called("importUsers").map(({ args }) => args)).toEqual([[false]]);
  });

  it("names what it does not take, and registers nobody before that is agreed to", async () => {
    const app = await importing(
      preview({
        above: [{ line: 1, text: "ユーザ一覧 2026年度" }],
        needs_consent: true,
        unused: [
          { position: 3, heading: "権限区分", why: "unknown", meant: "permissions", filled: 3 },
          { position: 4, heading: "E-mail", why: "duplicate", meant: "email", filled: 1 },
          { position: 5, heading: "状態", why: "not-imported", meant: null, filled: 3 },
          { position: 6, heading: "", why: "unknown", meant: null, filled: 0 },
        ],
      }),
    );
    await app.user.click(get("import-choose"));
    expect(await find("import-unused-3")).toHaveTextContent(
      "「権限区分」（3列目） — 「権限」の誤りではありませんか？ 3件の内容",
    );
    expect(get("import-unused-4")).toHaveTextContent("「メールアドレス」の列がほかにあります");
    expect(get("import-unused-5")).toHaveTextContent("出力のための列");
    expect(get("import-unused-6")).toHaveTextContent("6列目（見出しなし）");
    expect(get("import-above")).toHaveTextContent("1行目の「ユーザ一覧 2026年度」");
    expect(screen.queryByTestId("import-run")).toBeNull();
    expect(screen.queryByTestId("import-ready")).toBeNull();
    await app.user.click(get("import-leave-out"));
    await app.user.click(get("import-run"));
    await find("issued-table");
    expect(app.backend.called("importUsers").map(({ args }) => args)).toEqual([[true]]);
  });

  it("tells of columns that only an export has, and asks nothing", async () => {
    const app = await importing(
      preview({
        unused: [{ position: 3, heading: "状態", why: "not-imported", meant: null, filled: 3 }],
      }),
    );
    await app.user.click(get("import-choose"));
    expect(await find("import-unused")).toHaveTextContent("取り込まない列が1列あります");
    expect(screen.queryByTestId("import-leave-out")).toBeNull();
    expect(get("import-run")).toBeVisible();
  });

  it("leaves everything as it was when the dialog is closed", async () => {
    const app = await importing();
    await app.user.click(get("import-choose"));
    await find("import-preview");
    app.backend.directory.file = null;
    await app.user.click(get("import-choose"));
    await waitFor(() => expect(get("import-choose")).toHaveFocus());
    expect(get("import-preview")).toBeVisible();
    expect(screen.queryByTestId("failure")).toBeNull();
  });

  it("names each line that stands in the way, and creates nobody", async () => {
    const app = await importing(
      preview({
        problem_count: 612,
        problems: [
          { line: 2, user_id: "tanto01", field: "user_id", code: "user-exists", found: null },
          { line: 3, user_id: "担当", field: "user_id", code: "invalid-request", found: "担当" },
          {
            line: 4,
            user_id: "eigyo03",
            field: "permissions",
            code: "beyond-own-permissions",
            found: null,
          },
          {
            line: 5,
            user_id: "eigyo04",
            field: "initial_password",
            code: "password-rejected",
            found: null,
          },
        ],
      }),
    );
    await app.user.click(get("import-choose"));
    expect(await find("import-problems")).toHaveTextContent(
      "612件の誤りがあるため、登録できません",
    );
    expect(get("import-problem-0")).toHaveTextContent("このユーザIDは、すでに登録されています。");
    expect(get("import-problem-1")).toHaveTextContent("読み取った内容：担当");
    expect(get("import-problem-2")).toHaveTextContent("権限");
    expect(get("import-problem-3")).toHaveTextContent("5");
    expect(get("import-more")).toHaveTextContent("全612件のうち、先頭の4件");
    expect(screen.queryByTestId("import-run")).toBeNull();
  });

  it.each([
    ["file-unreadable", {}, /./],
    ["text-undecodable", { line: 12, found: "83 2C" }, /12行目.*83 2C/],
    ["heading-missing", { field: "user_id", found: "氏名 / 権限" }, /「ユーザID」.*氏名 \/ 権限/],
    ["quote-open", { line: 7, found: "田中" }, /7行目.*田中/],
    ["import-too-large", { limit: 1000 }, /1,?000/],
  ] as const)("says that the file cannot be taken: %s", async (refusal, details, words) => {
    const app = await importing((backend) =>
      backend.fail("chooseImportFile", failure(refusal, details)),
    );
    await app.user.click(get("import-choose"));
    await waitFor(() => expect(code()).toBe(refusal));
    expect(get("failure")).toHaveTextContent(words);
    await app.user.click(get("import-choose"));
    expect(await find("import-ready")).toBeVisible();
  });

  it.each(["cancelled", "timed-out", "backend-unreachable"] as const)(
    "says after %s that they may be there, and wants the file checked again",
    async (ending) => {
      const app = await importing((backend) => backend.fail("importUsers", failure(ending)));
      await app.user.click(get("import-choose"));
      await app.user.click(await find("import-run"));
      await waitFor(() => expect(code()).toBe(ending));
      expect(get("import-unsure")).toHaveTextContent("登録が完了している可能性があります");
      expect(screen.queryByTestId("import-run")).toBeNull();
      await waitFor(() => expect(app.backend.called("users")).toHaveLength(2));
    },
  );

  it("is sure when the backend refuses", async () => {
    const app = await importing((backend) => backend.fail("importUsers", failure("user-exists")));
    await app.user.click(get("import-choose"));
    await app.user.click(await find("import-run"));
    await waitFor(() => expect(code()).toBe("user-exists"));
    expect(screen.queryByTestId("import-unsure")).toBeNull();
  });

  it("asks before the only sight of many passwords is left", async () => {
    const app = await importing();
    await app.user.click(get("import-choose"));
    await app.user.click(await find("import-run"));
    await find("issued-table");
    await app.user.click(get("back-to-users"));
    await find("leave-dialog");
    await app.user.click(get("leave-stay"));
    await waitFor(() => expect(screen.queryByTestId("leave-dialog")).toBeNull());
    await app.user.click(get("back-to-menu"));
    await app.user.click(await find("leave-confirm"));
    expect(await find("main-menu")).toBeVisible();
  });

  it.each(["print-notice", "copy-password"])(
    "does not ask once they are kept by %s",
    async (keep) => {
      const app = await importing();
      await app.user.click(get("import-choose"));
      await app.user.click(await find("import-run"));
      await app.user.click(await find(keep));
      if (keep === "copy-password") {
        await waitFor(() => expect(get("copy-state")).toHaveTextContent("コピーしました"));
        expect(await navigator.clipboard.readText()).toContain("山田 恵\t\teigyo02\taB3#kd9%");
      } else {
        const sheets = [...get("notices").querySelectorAll("article")];
        expect(sheets).toHaveLength(3);
        expect(sheets[0]).toHaveTextContent("田中 一郎 様");
        // Without a name the ID has to do.
        expect(sheets[2]).toHaveTextContent("eigyo03");
      }
      await app.user.click(get("back-to-users"));
      expect(await find("user-row-eigyo03")).toBeVisible();
    },
  );
});

describe("export of users", () => {
  it("is saved under a name with the day, in the language of the app", async () => {
    const app = await users();
    await app.user.click(get("users-export"));
    expect(await find("done")).toHaveTextContent("「export.csv」に保存しました。");
    expect(app.backend.called("exportUsers")[0]?.args).toEqual([
      expect.stringMatching(/^ユーザ一覧_\d{8}\.csv$/),
      "ja",
    ]);
    await waitFor(() => expect(get("users-export")).toHaveFocus());
  });

  it("says nothing when the dialog is closed", async () => {
    const app = await users((backend) => (backend.savedFile = null));
    await app.user.click(get("users-export"));
    await waitFor(() => expect(app.backend.called("exportUsers")).toHaveLength(1));
    expect(screen.queryByTestId("done")).toBeNull();
    expect(screen.queryByTestId("failure")).toBeNull();
  });

  it("says why it could not be saved", async () => {
    const app = await users((backend) => backend.fail("exportUsers", failure("disk-full")));
    await app.user.click(get("users-export"));
    await waitFor(() => expect(code()).toBe("disk-full"));
    expect(get("users-table")).toBeVisible();
  });

  it("has the same texts in both languages", () => {
    for (const language of ["ja", "en"] as const) {
      const { administration, audit } = catalogues[language];
      expect(administration.import.columns).toHaveLength(IMPORT_HEADINGS[language].length);
      expect(audit.headings).toHaveLength(12);
    }
  });
});

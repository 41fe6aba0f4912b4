import { fireEvent } from "@testing-library/dom";
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import { code, find, get, openApp, reachUsers, type OpenApp } from "./app";
import { user } from "./sample-administration";
import { failure, type SampleBackend } from "./sample-backend";

async function users(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
  const app = await openApp(prepare);
  await reachUsers(app);
  return app;
}

function threeLocked({ directory }: SampleBackend): void {
  directory.users = directory.users.map((each) =>
    ["tanto01", "tanto02", "tanto03"].includes(each.user_id) ? { ...each, locked: true } : each,
  );
}

async function select({ user }: OpenApp, ...ids: string[]): Promise<void> {
  for (const id of ids) await user.click(get(`select-${id}`));
}

function selected(): string[] {
  return [...document.querySelectorAll<HTMLElement>('[role="row"][aria-selected="true"]')].map(
    (row) => row.dataset.user ?? "",
  );
}

const results = (): (string | undefined)[] =>
  [...get("bulk-results").querySelectorAll("li")].map((line) => line.textContent?.trim());

/** Milliseconds for a way through several screens. */
const JOURNEY = 30_000;
vi.setConfig({ testTimeout: JOURNEY });

describe("selection", () => {
  it("takes the place of the list's buttons, and can be taken back", async () => {
    const app = await users();
    await select(app, "tanto01", "tanto02");
    expect(get("selected-count")).toHaveTextContent("2名を選択中");
    expect(screen.queryByTestId("user-new")).toBeNull();
    await app.user.click(get("selection-clear"));
    expect(selected()).toEqual([]);
    expect(get("user-new")).toBeVisible();
  });

  it("offers only whom the administrator may touch, and all of them at once", async () => {
    const app = await users();
    for (const id of ["kanri01", "sekinin"])
      expect(screen.queryByTestId(`select-${id}`)).toBeNull();
    await app.user.click(get("select-all"));
    expect(get("selected-count")).toHaveTextContent("7名を選択中");
    expect(get("select-all")).toBeChecked();
    await select(app, "tanto01");
    expect(get<HTMLInputElement>("select-all").indeterminate).toBe(true);
    await app.user.click(get("select-all"));
    await app.user.click(get("select-all"));
    expect(selected()).toEqual([]);
  });

  it("reaches from one to another with Shift", async () => {
    const app = await users();
    await select(app, "tanto01");
    await fireEvent.click(get("select-tanto04"), { shiftKey: true });
    expect(selected()).toEqual(["tanto01", "tanto02", "tanto03", "tanto04"]);
  });

  it("stays while the list is searched and filtered", async () => {
    const app = await users();
    await select(app, "tanto01");
    await app.user.click(get("filter-locked"));
    await waitFor(() => expect(screen.queryByTestId("user-row-tanto01")).toBeNull());
    expect(get("selected-count")).toHaveTextContent("1名を選択中");
  });

  it("offers what makes sense for somebody among them", async () => {
    const app = await users();
    const offered = (): string[] =>
      ["unlock", "resume", "suspend", "reissue"].filter((act) =>
        screen.queryByTestId(`bulk-${act}`),
      );
    await select(app, "tanto01");
    expect(offered()).toEqual(["suspend", "reissue"]);
    await select(app, "tanto02", "tanto03");
    expect(offered()).toEqual(["unlock", "resume", "suspend", "reissue"]);
    expect(get("bulk-unlock")).toHaveClass("primary");
  });
});

describe("the keyboard", () => {
  it("walks through rows and their parts", async () => {
    const { user } = await users();
    get("user-open-kanri01").focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}");
    await waitFor(() => expect(get("user-open-tanto01")).toHaveFocus());
    await user.keyboard("{ArrowLeft}");
    await waitFor(() => expect(get("select-tanto01")).toHaveFocus());
    await user.keyboard("{ArrowRight}{ArrowRight}");
    await waitFor(() => expect(get("user-menu-tanto01")).toHaveFocus());
    await user.keyboard("{End}");
    await waitFor(() => expect(get("user-menu-tanto06")).toHaveFocus());
    await user.keyboard("{ArrowLeft}{Home}");
    await waitFor(() => expect(get("user-open-kanri01")).toHaveFocus());
    await user.keyboard("{ArrowUp}");
    expect(get("user-open-kanri01")).toHaveFocus();
  });

  it("stops once in the list", async () => {
    const { user } = await users();
    get("user-open-tanto02").focus();
    await waitFor(() =>
      expect([...document.querySelectorAll('[data-index] [tabindex="0"]')]).toEqual([
        get("user-open-tanto02"),
      ]),
    );
    await user.tab();
    expect(document.activeElement?.closest('[role="grid"]')).toBeNull();
    await user.tab({ shift: true });
    expect(get("user-open-tanto02")).toHaveFocus();
  });

  it("selects with Space, Shift and Ctrl+A, and takes it back with Esc", async () => {
    const { user } = await users();
    get("user-open-tanto01").focus();
    await user.keyboard(" ");
    expect(selected()).toEqual(["tanto01"]);
    await user.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    await waitFor(() => expect(selected()).toEqual(["tanto01", "tanto02", "tanto03"]));
    await user.keyboard("{Escape}");
    expect(selected()).toEqual([]);
    await user.keyboard("{Control>}a{/Control}");
    expect(get("selected-count")).toHaveTextContent("7名を選択中");
    // Nobody who is not to be touched is selected.
    get("user-open-sekinin").focus();
    await user.keyboard(" ");
    expect(get("selected-count")).toHaveTextContent("7名を選択中");
  });

  it("opens what can be done, chooses and leaves it", async () => {
    const { user } = await users();
    get("user-open-tanto02").focus();
    await user.keyboard("{Shift>}{F10}{/Shift}");
    const menu = await find("menu");
    expect(
      within(menu)
        .getAllByRole("menuitem")
        .map((item) => item.dataset.testid),
    ).toEqual([
      "menu-open",
      "menu-unlock",
      "menu-reset-password",
      "menu-reissue",
      "menu-suspend",
      "menu-delete",
      "menu-history",
    ]);
    await waitFor(() => expect(get("menu-open")).toHaveFocus());
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("menu")).toBeNull();
    expect(get("user-open-tanto02")).toHaveFocus();
    await user.keyboard("{ArrowRight}{Enter}");
    await find("menu");
    await user.keyboard("{ArrowUp}");
    expect(get("menu-history")).toHaveFocus();
    await user.keyboard("{Home}{ArrowDown}{Enter}");
    expect(await find("act-dialog")).toHaveTextContent("ロックを解除しますか？");
    expect(get("user-panel")).toHaveTextContent("鈴木 美咲 さま");
  });
});

describe("acts on several", () => {
  it("are done one after the other, with a list of what became of each", async () => {
    const app = await users(threeLocked);
    await select(app, "tanto01", "tanto02", "tanto04");
    await app.user.click(get("bulk-unlock"));
    const dialog = await find("bulk-dialog");
    expect(dialog).toHaveTextContent("ロック解除（2名）");
    expect(dialog).toHaveTextContent("加藤 誠 さま、鈴木 美咲 さま");
    expect(get("bulk-others")).toHaveTextContent("選択中のほかの1名は");
    await app.user.click(get("bulk-confirm"));
    expect(await find("bulk-told")).toHaveTextContent("2名の処理が完了しました。");
    expect(app.backend.called("actOnUser").map(({ args }) => args)).toEqual(
      ["tanto01", "tanto02"].map((id) => [
        id,
        { version: 1, action: "unlock", reset_password: false, initial_password: null },
      ]),
    );
    expect(results()).toEqual([
      expect.stringMatching(/加藤 誠.*完了/s),
      expect.stringMatching(/鈴木 美咲.*完了/s),
    ]);
    await app.user.click(get("bulk-close"));
    // Only whom it did not concern is still selected.
    expect(get("selected-count")).toHaveTextContent("1名を選択中");
    expect(get("user-row-tanto02")).toHaveTextContent("利用中");
    await waitFor(() => expect(get("filter-locked")).toHaveTextContent("1"));
  });

  it("go on when one is refused, and can be tried again for that one", async () => {
    const app = await users(threeLocked);
    const { directory } = app.backend;
    // Another administrator was faster.
    directory.put({ ...directory.user("tanto02"), department: "法務部" });
    await select(app, "tanto01", "tanto02", "tanto03");
    await app.user.click(get("bulk-unlock"));
    await app.user.click(await find("bulk-confirm"));
    expect(await find("bulk-told")).toHaveTextContent("2名は完了、1名は未完了です。");
    expect(get("bulk-result-tanto02")).toHaveAttribute("data-failed", "true");
    expect(get("bulk-result-tanto02")).toHaveTextContent("ほかのWEB管理担当者さま");
    await app.user.click(get("bulk-again"));
    expect(await find("bulk-told")).toHaveTextContent("1名の処理が完了しました。");
    expect(app.backend.called("actOnUser").at(-1)?.args[1]).toMatchObject({ version: 2 });
    expect(directory.user("tanto02").locked).toBe(false);
  });

  it("end where the next would fail alike, and say who had no turn", async () => {
    const app = await users(threeLocked);
    app.backend.fail("actOnUser", failure("backend-unreachable"));
    await select(app, "tanto01", "tanto02", "tanto03");
    await app.user.click(get("bulk-unlock"));
    await app.user.click(await find("bulk-confirm"));
    expect(await find("bulk-told")).toHaveTextContent("ほかの2名は、まだ処理していません。");
    expect(app.backend.called("actOnUser")).toHaveLength(1);
    await app.user.click(get("bulk-again"));
    expect(await find("bulk-told")).toHaveTextContent("3名の処理が完了しました。");
  });

  it("can be stopped after the one that is being done", async () => {
    const app = await users((backend) => {
      threeLocked(backend);
      backend.delay = 400;
    });
    await select(app, "tanto01", "tanto02", "tanto03");
    await app.user.click(get("bulk-unlock"));
    await app.user.click(await find("bulk-confirm"));
    expect(await find("bulk-progress")).toBeVisible();
    await app.user.click(get("bulk-stop"));
    expect(await find("bulk-told")).toHaveTextContent("まだ処理していません");
    expect(app.backend.called("actOnUser").length).toBeLessThan(3);
  });

  it("give new initial passwords, shown this once and guarded", async () => {
    const app = await users(threeLocked);
    await select(app, "tanto01", "tanto02");
    await app.user.click(get("bulk-unlock"));
    await app.user.click(await find("bulk-also-reset"));
    await app.user.click(get("bulk-confirm"));
    await app.user.click(await find("bulk-close"));
    expect(await find("issued-table")).toHaveTextContent("加藤 誠");
    expect(get("issued-row-tanto02")).toHaveTextContent("aB3#kd9%");
    await app.user.click(get("print-notice"));
    expect(get("notices").querySelectorAll("article")).toHaveLength(2);
    await app.user.click(get("back-to-users"));
    expect(await find("users-table")).toBeVisible();
    expect(screen.queryByTestId("selected-count")).toBeNull();
  });

  it("lead back to the start when the session ends among them", async () => {
    const app = await users(threeLocked);
    await select(app, "tanto01", "tanto02");
    app.backend.fail("actOnUser", failure("session-ended"));
    await app.user.click(get("bulk-unlock"));
    await app.user.click(await find("bulk-confirm"));
    await waitFor(() => expect(code()).toBe("session-ended"));
    expect(get("start-login")).toBeVisible();
    expect(app.backend.called("actOnUser")).toHaveLength(1);
  });

  it("forget who has gone", async () => {
    const app = await users(threeLocked);
    await select(app, "tanto01", "tanto02");
    const { directory } = app.backend;
    directory.users = directory.users.filter((each) => each.user_id !== "tanto01");
    await app.user.click(get("bulk-unlock"));
    await app.user.click(await find("bulk-confirm"));
    expect(await find("bulk-told")).toHaveTextContent("1名は完了、1名は未完了です。");
    await app.user.click(get("bulk-close"));
    expect(screen.queryByTestId("user-row-tanto01")).toBeNull();
    expect(screen.queryByTestId("selected-count")).toBeNull();
  });

  it("name a few of many", async () => {
    const app = await users(({ directory }) => {
      directory.users = Array.from({ length: 40 }, (_, index) =>
        user(`u${String(index).padStart(3, "0")}`, { name: `利用者 ${index}` }),
      );
    });
    await app.user.click(get("select-all"));
    await app.user.click(get("bulk-suspend"));
    expect(await find("bulk-dialog")).toHaveTextContent("利用者 5 さま、ほか34名");
    await app.user.click(get("bulk-cancel"));
    expect(app.backend.called("actOnUser")).toHaveLength(0);
  });
});

import { fireEvent } from "@testing-library/dom";
import { screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import { code, find, get, openApp, openUser, reachMenu, reachUsers, type OpenApp } from "./app";
import { user, USERS } from "./sample-administration";
import { failure, type SampleBackend } from "./sample-backend";

afterEach(() => {
  vi.useRealTimers();
});

async function users(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
  const app = await openApp(prepare);
  await reachUsers(app);
  return app;
}

function many(count: number): (backend: SampleBackend) => void {
  return ({ directory }) => {
    const more = Array.from({ length: count }, (_, index) =>
      user(`user${String(index).padStart(6, "0")}`, { name: `利用者 ${index}` }),
    );
    directory.users = [...USERS, ...more];
  };
}

/** The users whose rows are drawn. */
function rows(): string[] {
  return [...document.querySelectorAll<HTMLElement>("[data-user]")].map(
    (row) => row.dataset.user ?? "",
  );
}

/** Turns the wheel until so many pixels are above. */
async function scroll(top: number): Promise<void> {
  const list = get("users-table");
  list.scrollTop = top;
  await fireEvent.scroll(list);
}

const asked = (app: OpenApp): unknown => app.backend.called("users").at(-1)?.args[0];

/** Milliseconds for a way through several screens. */
const JOURNEY = 30_000;
vi.setConfig({ testTimeout: JOURNEY });

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
  it("says of each what counts, the name first", async () => {
    await users();
    const text = (id: string): string => get(`user-row-${id}`).textContent ?? "";
    expect(get("user-open-kanri01")).toHaveTextContent("佐藤 花子");
    expect(text("kanri01")).toContain("経理部");
    expect(text("kanri01")).toContain("kanri01");
    expect(text("kanri01")).toContain("ご本人");
    expect(text("sekinin")).toContain("管理責任者");
    expect(text("tanto01")).toContain("あと200日");
    expect(text("tanto02")).toContain("ロック中");
    expect(text("tanto03")).toContain("停止中");
    expect(text("tanto04")).toContain("変更待ち");
    expect(text("tanto04")).toContain("発行待ち");
    expect(text("tanto05")).toContain("期限切れ");
    expect(text("tanto06")).toContain("未発行");
    expect(text("tanto06")).toContain("なし");
    // Somebody without a name is called by the ID.
    expect(get("user-open-tanto06")).toHaveTextContent("tanto06");
  });

  it("is a grid that a screen reader can count", async () => {
    await users();
    const grid = screen.getByRole("grid", { name: "ユーザの一覧" });
    expect(grid).toHaveAttribute("aria-rowcount", "10");
    expect(within(grid).getAllByRole("columnheader")).toHaveLength(8);
    expect(get("user-row-kanri01")).toHaveAttribute("aria-rowindex", "2");
    expect(within(get("user-row-tanto01")).getByRole("rowheader")).toHaveTextContent("加藤 誠");
  });

  it("says the whole of what a row has no room for", async () => {
    const name = "長い氏名".repeat(25);
    await users(({ directory }) => {
      const suspended_at = 1_790_000_000;
      directory.users = [user("tanto01", { name, department: name, locked: true, suspended_at })];
    });
    expect(get("user-open-tanto01")).toHaveAttribute("title", name);
    const states = get("user-row-tanto01").querySelector("[data-states]");
    expect(states).toHaveAttribute("title", "ロック中、停止中");
    expect(states).toHaveTextContent("ロック中停止中");
  });

  it("searches while typing, once the keys rest", async () => {
    const app = await users();
    for (const value of ["T", "TA", "TAN", "TANT", "TANTO", "TANTO0"])
      void fireEvent.input(get("user-search"), { target: { value } });
    await waitFor(() => expect(rows()).toHaveLength(6));
    expect(asked(app)).toEqual({ limit: 100, search: "TANTO0" });
    expect(app.backend.called("users")).toHaveLength(2);
    expect(get("announcement")).toHaveTextContent("6件見つかりました。");
    expect(get("users-count")).toHaveTextContent("6名");
  });

  it.each(["佐藤花子", "佐藤　花子", "経理"])("finds by name and department: %s", async (text) => {
    const app = await users();
    await app.user.click(get("user-search"));
    await app.user.paste(text);
    await waitFor(() => expect(rows()).not.toContain("tanto01"));
    expect(rows()).toContain("kanri01");
  });

  it("goes to the search with Ctrl+F", async () => {
    const app = await users();
    await app.user.keyboard("{Control>}f{/Control}");
    expect(get("user-search")).toHaveFocus();
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

  it("filters by state, with how many are in each", async () => {
    const app = await users();
    expect(asked(app)).toEqual({ limit: 100, counts: true });
    expect(get("filter-all")).toHaveTextContent("すべて9");
    expect(get("filter-without-certificate")).toHaveTextContent("未発行2");
    // A state that nobody is in is not offered.
    expect(screen.queryByTestId("filter-expiring")).toBeNull();
    await app.user.click(get("filter-locked"));
    await waitFor(() => expect(rows()).toEqual(["tanto02"]));
    expect(get("filter-locked")).toHaveAttribute("aria-pressed", "true");
    expect(asked(app)).toMatchObject({ state: "locked" });
    expect(get("announcement")).toHaveTextContent("1件見つかりました。");
    await app.user.click(get("filter-locked"));
    await waitFor(() => expect(rows()).toHaveLength(9));
    expect(get("filter-all")).toHaveAttribute("aria-pressed", "true");
  });

  it("sorts by a column, and the other way round", async () => {
    const app = await users();
    const head = (by: string): HTMLElement | null => get(`sort-${by}`).closest("[role]");
    expect(head("user-id")).toHaveAttribute("aria-sort", "ascending");
    await app.user.click(get("sort-last-login-at"));
    await waitFor(() => expect(rows()[0]).toBe("tanto05"));
    expect(head("last-login-at")).toHaveAttribute("aria-sort", "ascending");
    expect(head("user-id")).not.toHaveAttribute("aria-sort");
    await app.user.click(get("sort-last-login-at"));
    await waitFor(() => expect(rows()[0]).toBe("kanri01"));
    expect(head("last-login-at")).toHaveAttribute("aria-sort", "descending");
    // Those who never logged in come last either way.
    expect(rows().slice(-2)).toEqual(["tanto04", "tanto06"]);
  });

  it("asks kindly for the names that are missing, and not twice", async () => {
    const app = await users();
    expect(get("names-wanted")).toHaveTextContent("氏名が未登録のユーザが1名います");
    await app.user.click(get("names-show"));
    await waitFor(() => expect(rows()).toEqual(["tanto06"]));
    expect(screen.queryByTestId("names-wanted")).toBeNull();
    await app.user.click(get("filter-all"));
    await app.user.click(await find("names-later"));
    expect(screen.queryByTestId("names-wanted")).toBeNull();
    expect(get("filter-unnamed")).toBeVisible();
  });

  it("asks an older backend for nothing that it does not know", async () => {
    const app = await users(({ directory }) => {
      directory.names = false;
      directory.users = directory.users.map((each) => ({ ...each, name: null, department: null }));
    });
    expect(rows()).toHaveLength(9);
    expect(asked(app)).toEqual({ limit: 100 });
    expect(screen.queryByTestId("filter-all")).toBeNull();
    expect(screen.queryByTestId("sort-name")).toBeNull();
    expect(screen.queryByTestId("names-wanted")).toBeNull();
    expect(get("users-count")).toHaveTextContent("9名");
    await app.user.click(get("user-new"));
    expect(await find("create-form")).toBeVisible();
    expect(screen.queryByTestId("name-input")).toBeNull();
  });

  it("opens a user by keyboard, and takes up again at its row", async () => {
    const app = await users();
    get("user-open-tanto03").focus();
    await app.user.keyboard("{Enter}");
    await find("user-facts");
    await app.user.click(get("back-to-users"));
    await waitFor(() => expect(get("user-open-tanto03")).toHaveFocus());
    await openUser(app, "tanto04");
    await app.user.keyboard("{Escape}");
    await waitFor(() => expect(get("user-open-tanto04")).toHaveFocus());
    expect(screen.queryByTestId("user-panel")).toBeNull();
    // The list was not loaded again for any of it.
    expect(app.backend.called("users")).toHaveLength(1);
  });

  it("opens a user by a click on the row", async () => {
    const app = await users();
    await app.user.click(within(get("user-row-tanto03")).getByText("tanto03"));
    expect(await find("user-panel")).toHaveTextContent("停止中");
    // The list stays beside it.
    expect(get("user-row-tanto03")).toHaveClass("current");
  });
});

describe("100,000 users", () => {
  it("are drawn as far as they are in sight, and loaded as they are reached", async () => {
    const app = await users(many(99_991));
    expect(get("filter-all")).toHaveTextContent("すべて100,000");
    expect(get("users-table")).toHaveAttribute("aria-rowcount", "100001");
    expect(rows().length).toBeLessThan(60);
    await scroll(36 * 60);
    await waitFor(() => expect(app.backend.called("users")).toHaveLength(2));
    expect(asked(app)).toEqual({ limit: 100, after: "user000090" });
    await waitFor(() => expect(rows()).toContain("user000055"));
    expect(rows()).not.toContain("kanri01");
    expect(rows().length).toBeLessThan(60);
    await scroll(0);
    await waitFor(() => expect(rows()[0]).toBe("kanri01"));
    expect(app.backend.called("users")).toHaveLength(2);
  });

  it("keep the row that has the focus while the wheel turns", async () => {
    await users(many(500));
    get("user-open-tanto02").focus();
    await scroll(36 * 80);
    await waitFor(() => expect(rows()).toContain("user000075"));
    expect(get("user-open-tanto02")).toHaveFocus();
    expect(rows()).not.toContain("tanto03");
  });

  it("keep what they have when more cannot be loaded", async () => {
    const app = await users(many(500));
    app.backend.fail("users", failure("timed-out"));
    await scroll(36 * 60);
    await waitFor(() => expect(code()).toBe("timed-out"));
    expect(rows()).toContain("user000055");
    expect(app.backend.called("users")).toHaveLength(2);
    await app.user.click(get("retry"));
    await waitFor(() => expect(screen.queryByTestId("failure")).toBeNull());
    expect(asked(app)).toEqual({ limit: 100, after: "user000090" });
  });

  it("begin at the top when they are filtered", async () => {
    const app = await users(many(500));
    get("user-open-kanri01").focus();
    await app.user.keyboard("{End}");
    await waitFor(() => expect(rows()).toContain("user000090"));
    await app.user.click(get("filter-locked"));
    await waitFor(() => expect(rows()).toEqual(["tanto02"]));
    await app.user.click(get("filter-all"));
    await waitFor(() => expect(rows()[0]).toBe("kanri01"));
  });
});

import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import type { NoticeView } from "../backend";
import { enterPassword, find, get, openApp, reachMenu, type OpenApp } from "./app";
import { failure, type SampleBackend } from "./sample-backend";
import { identity, NOW, overview, session } from "./sample-data";

const DAY = 86_400;

function notice(id: number, changes: Partial<NoticeView> = {}): NoticeView {
  return {
    id,
    at: NOW - DAY,
    read: false,
    identity_id: 1,
    expiring: "certificate",
    service_name: "サンプル電子債権サービス",
    customer_name: "株式会社サンプル商事",
    user_id: "kanri01",
    holder_name: "佐藤 花子",
    expires_at: NOW + 6 * DAY,
    left: { days: 7, business_days: 4 },
    ...changes,
  };
}

const told = (backend: SampleBackend): void => {
  backend.told = [
    notice(3, { expiring: "password", left: null, expires_at: NOW - DAY }),
    notice(2),
    notice(1, { read: true, left: { days: 28, business_days: 19 } }),
  ];
};

async function opened(prepare: (backend: SampleBackend) => void): Promise<OpenApp> {
  const app = await openApp(prepare);
  app.backend.navigate({ screen: "notices" });
  await find("notices");
  return app;
}

describe("the bell in the head", () => {
  it("counts what is new and opens the list", async () => {
    const { user } = await openApp(told);
    await waitFor(() => expect(get("unread")).toHaveTextContent("2"));
    expect(get("open-notices")).toHaveAccessibleName("お知らせ 未読のお知らせが2件あります");
    await user.click(get("open-notices"));
    await find("notices");
    expect(screen.queryByTestId("open-notices")).toBeNull();
  });

  it("comes into an open window with the first warning, which the list shows at once", async () => {
    const { backend } = await openApp(() => undefined);
    expect(screen.queryByTestId("open-notices")).toBeNull();
    backend.told = [notice(1)];
    backend.certificatesChanged();
    await waitFor(() => expect(get("unread")).toHaveTextContent("1"));
    backend.navigate({ screen: "notices" });
    await find("notices");
    expect(await screen.findAllByTestId("notice-line")).toHaveLength(1);
    backend.told = [notice(2), ...backend.told];
    backend.certificatesChanged();
    await waitFor(() => expect(screen.getAllByTestId("notice-line")).toHaveLength(2));
  });

  it("is not there while nothing was told", async () => {
    await openApp(() => undefined);
    expect(screen.queryByTestId("open-notices")).toBeNull();
  });
});

describe("the list of notices", () => {
  it("says what was told, newest first, and what of it is new", async () => {
    const { backend, shell } = await opened(told);
    const lines = await screen.findAllByTestId("notice-line");
    const said = lines.map((line) => within(line).getByText(/まで|切れ/, { selector: "strong" }));
    expect(said.map((one) => one.textContent)).toEqual([
      "パスワードの有効期限が切れました",
      "電子証明書の有効期限まで、あと7日です（営業日は残り4日）",
      "電子証明書の有効期限まで、あと28日です",
    ]);
    await waitFor(() => expect(backend.called("readNotices")[0]?.args).toEqual([3]));
    expect(lines.map((line) => line.dataset.fresh)).toEqual(["true", "true", "false"]);
    expect(shell.notices.unread).toBe(0);
    expect(document.title).toContain("お知らせ");
  });

  it("counts what is new before it is opened, and hears of more", async () => {
    const { backend, shell } = await openApp(told);
    await waitFor(() => expect(shell.notices.unread).toBe(2));
    backend.told = [notice(4), ...backend.told];
    backend.certificatesChanged();
    await waitFor(() => expect(shell.notices.unread).toBe(3));
  });

  it("is empty in words", async () => {
    const { backend } = await opened(() => {});
    expect(get("no-notices")).toBeVisible();
    expect(backend.called("readNotices")).toEqual([]);
  });

  it("says nothing false when it cannot be read", async () => {
    const { shell } = await openApp((other) => {
      told(other);
      other.fail("notices", failure("storage-failed"));
    });
    expect(shell.notices.list).toEqual([]);
  });

  it("saves each expiry that lies ahead as a calendar file", async () => {
    const { backend, user } = await opened((prepared) => {
      const left = { days: 9, business_days: 6 };
      const password = { expires_at: NOW + 9 * DAY, left, notice: true };
      const usable = identity(1, { kind: "usable", days_left: 200 }, { password });
      const soon = identity(2, { kind: "renew-soon", days_left: 3 });
      const gone = identity(3, { kind: "expired" }, { password });
      prepared.current = overview([usable, soon, gone]);
      prepared.savedFile = "期限.ics";
    });
    const lines = screen.getAllByTestId("deadline");
    expect(lines.map((line) => line.dataset.expiring)).toEqual([
      "certificate",
      "password",
      "certificate",
    ]);
    const second = lines[1];
    if (!second) throw new Error("there are three");
    await user.click(within(second).getByTestId("save-calendar"));
    expect(backend.called("saveCalendar")[0]?.args).toEqual([1, "password"]);
    expect(get("calendar-state")).toHaveTextContent("「期限.ics」に保存しました。");
    backend.fail("saveCalendar", failure("disk-full"));
    await user.click(within(second).getByTestId("save-calendar"));
    expect((await find("failure")).dataset.code).toBe("disk-full");
  });

  it("lies over a half-filled form and gives it back", async () => {
    const { backend, user } = await openApp(told);
    await user.click(get("start-issue"));
    await user.type(await find("customer-number"), "1234");
    backend.navigate({ screen: "notices" });
    await find("notices");
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("notices")).toBeNull();
    expect(get<HTMLInputElement>("customer-number").value).toBe("1234");
  });
});

describe("the tray's menu", () => {
  it("opens help, diagnosis and settings over whatever is open", async () => {
    const app = await openApp();
    await reachMenu(app);
    app.backend.navigate({ screen: "help" });
    await waitFor(() => expect(app.shell.router.helpShown).toBe(true));
    app.shell.router.close("help");
    app.backend.navigate({ screen: "diagnosis" });
    await find("diagnosis");
    app.backend.navigate({ screen: "settings" });
    await find("settings-page");
    expect(app.shell.router.session).not.toBeNull();
  });

  it("leads through the login to the renewal, once", async () => {
    const app = await openApp((backend) => {
      backend.loginView = { outcome: "logged-in", session: session({ renewable: true }) };
    });
    app.backend.navigate({ screen: "renew", identity_id: 1 });
    await app.user.click(await find("cert-confirm"));
    await find("login-password");
    await enterPassword(app);
    await find("renewal-start");
    expect(app.shell.router.afterLogin).toBeNull();
  });

  it("leads to the main menu where nothing can be renewed, and forgets a wish that was left", async () => {
    const app = await openApp();
    app.backend.navigate({ screen: "renew", identity_id: 1 });
    await find("cert-dialog");
    await app.user.keyboard("{Escape}");
    app.backend.loginView = { outcome: "logged-in", session: session({ renewable: true }) };
    await app.user.click(get("start-login"));
    await app.user.click(await find("cert-confirm"));
    await find("login-password");
    await enterPassword(app);
    await find("main-menu");
  });

  it("renews from the main menu of the same user alone", async () => {
    const app = await openApp();
    await reachMenu(app, { renewable: true });
    app.shell.overview = overview([
      ...app.shell.overview.identities,
      identity(9, { kind: "renew-soon", days_left: 3 }, { user_id: "tanaka" }),
    ]);
    app.backend.navigate({ screen: "renew", identity_id: 9 });
    expect(app.shell.router.screen.name).toBe("menu");
    app.backend.navigate({ screen: "renew", identity_id: 1 });
    await find("renewal-start");
  });
});

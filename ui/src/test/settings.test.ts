import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { code, find, get, openApp, reachMenu, type OpenApp } from "./app";
import { failure, type SampleBackend } from "./sample-backend";
import { NEWER, OTHER_PROFILE, overview, PROFILE, USABLE } from "./sample-data";

async function settings(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
  const app = await openApp(prepare);
  await app.user.click(get("settings"));
  await find("settings-page");
  return app;
}

const heading = (): HTMLElement => within(get("settings-page")).getByTestId("screen-heading");

describe("the settings", () => {
  it.each(["light", "dark", "system"] as const)("show what holds: %s", async (theme) => {
    const { user, backend } = await settings(
      (prepared) => (prepared.saved = { ...prepared.saved, theme }),
    );
    // Nothing is changed by the key that opened them.
    expect(heading()).toHaveFocus();
    await user.keyboard(" ");
    expect(get(`theme-${theme}`)).toBeChecked();
    expect(backend.called("saveSettings")).toHaveLength(0);
  });

  it("take effect at once, and are saved", async () => {
    const { user, backend } = await settings();
    await user.click(get("theme-dark"));
    expect(document.documentElement.dataset.theme).toBe("dark");
    await user.click(get("text-size-150"));
    expect(document.documentElement.style.fontSize).toBe("150%");
    await user.click(get("start-at-login"));
    expect(get("start-at-login")).not.toBeChecked();
    await user.click(get("language-en"));
    await waitFor(() => expect(heading()).toHaveTextContent("Settings"));
    expect(backend.saved).toMatchObject({
      theme: "dark",
      text_percent: 150,
      start_at_login: false,
      language: "en",
    });
  });

  it("say that they could not be saved, and go on", async () => {
    const { user } = await settings((backend) =>
      backend.fail("saveSettings", failure("storage-failed")),
    );
    await user.click(get("theme-dark"));
    await waitFor(() => expect(get("settings-said")).toHaveTextContent("保存できませんでした"));
    await user.click(get("theme-light"));
    await waitFor(() => expect(get("settings-said")).toHaveTextContent(/^$/));
  });

  it("leave alone what the IT department has decided, and say so", async () => {
    await settings((backend) => {
      backend.current = {
        ...backend.current,
        managed: { settings: ["language", "start-at-login", "proxy"], problems: [] },
      };
    });
    for (const fixed of ["language-en", "start-at-login", "proxy-none"]) {
      expect(get(fixed)).toBeDisabled();
    }
    expect(screen.getAllByText(/システム担当部署が設定しています/)).toHaveLength(3);
    expect(get("theme-dark")).toBeEnabled();
  });

  it("are left to where they were opened, with the focus", async () => {
    const { user } = await settings();
    await user.click(get("settings-close"));
    await waitFor(() => expect(get("settings")).toHaveFocus());
    expect(get("start-login")).toBeVisible();
  });

  it("lead to each section by its name, and to the diagnosis and back", async () => {
    const { user } = await settings();
    await user.click(get("section-about"));
    await waitFor(() => expect(get("section-about")).toHaveAttribute("aria-current", "true"));
    expect(document.activeElement).toHaveTextContent("このアプリについて");
    await user.click(get("settings-diagnosis"));
    await find("diagnosis-summary");
    await user.click(get("close-diagnosis"));
    expect(await find("settings-page")).toBeVisible();
  });

  it("name the profiles, and add one only where nothing is lost by it", async () => {
    const app = await settings();
    expect(get("profile-1")).toHaveTextContent(PROFILE.host);
    await app.user.click(get("settings-add"));
    await waitFor(() => expect(app.shell.router.screen.name).toBe("profile"));

    app.shell.goToStart();
    await find("start-login");
    await reachMenu(app);
    await app.user.click(get("settings"));
    await find("settings-page");
    expect(screen.queryByTestId("settings-add")).toBeNull();
    expect(get("settings-page")).toHaveTextContent("ログアウト後に");
  });

  it("ask for a newer version", async () => {
    const { user, backend } = await settings();
    await user.click(get("settings-update"));
    await waitFor(() =>
      expect(get("settings-update-said")).toHaveTextContent("新しいバージョンのご案内はありません"),
    );
    backend.refreshed = overview([USABLE], [{ ...PROFILE, update: NEWER }]);
    await user.click(get("settings-update"));
    await waitFor(() => expect(get("settings-update-said")).toHaveTextContent(NEWER.newest));
    await user.click(get("settings-open-update"));
    expect(backend.called("openUpdate")[0]?.args).toEqual([PROFILE.id]);
    backend.fail("refreshPolicy", failure("timed-out"));
    await user.click(get("settings-update"));
    await waitFor(() => expect(code()).toBe("timed-out"));
  });

  it("save the information for support", async () => {
    const { user, backend } = await settings((prepared) => (prepared.savedFile = "warifu.zip"));
    await user.click(get("settings-bundle"));
    await waitFor(() => expect(get("settings-bundle-said")).toHaveTextContent("warifu.zip"));
    backend.savedFile = null;
    await user.click(get("settings-bundle"));
    await waitFor(() => expect(get("settings-bundle-said")).toHaveTextContent(/^$/));
  });

  it("take a profile off this PC, once asked, and only if nothing needs it", async () => {
    const app = await settings((backend) => {
      backend.current = overview([USABLE], [PROFILE, OTHER_PROFILE]);
    });
    await app.user.click(get(`profile-remove-${PROFILE.id}`));
    expect(await find("remove-profile")).toHaveTextContent(PROFILE.host);
    expect(app.backend.called("removeProfile")).toHaveLength(0);
    await app.user.click(get("remove-profile-sure"));
    expect(await find("profile-in-use")).toHaveTextContent("1件");
    await app.user.click(get("remove-profile-cancel"));
    await waitFor(() => expect(screen.queryByTestId("remove-profile")).toBeNull());
    expect(get(`profile-${PROFILE.id}`)).toBeVisible();

    await app.user.click(get(`profile-remove-${OTHER_PROFILE.id}`));
    app.backend.fail("removeProfile", failure("storage-failed"));
    await app.user.click(await find("remove-profile-sure"));
    await waitFor(() => expect(code()).toBe("storage-failed"));
    await app.user.click(get("remove-profile-sure"));
    await waitFor(() => expect(screen.queryByTestId("remove-profile")).toBeNull());
    expect(app.backend.called("removeProfile").at(-1)?.args).toEqual([
      OTHER_PROFILE.id,
      OTHER_PROFILE.host,
    ]);
    expect(screen.queryByTestId(`profile-${OTHER_PROFILE.id}`)).toBeNull();
    expect(get("settings-page")).toBeVisible();
  });

  it("begin anew once the last profile is gone", async () => {
    const app = await settings((backend) => (backend.current = overview([])));
    await app.user.click(get(`profile-remove-${PROFILE.id}`));
    await app.user.click(await find("remove-profile-sure"));
    await waitFor(() => expect(screen.queryByTestId("settings-page")).toBeNull());
    expect(app.shell.router.screen.name).toBe("profile");
  });

  it("open the folder of the log, and say whose work is in the app", async () => {
    const { user, backend } = await settings((prepared) =>
      prepared.fail("licences", failure("file-unreadable")),
    );
    await user.click(get("settings-log"));
    expect(backend.called("openLogFolder")).toHaveLength(1);
    await user.click(get("settings-licences"));
    await waitFor(() => expect(code()).toBe("file-unreadable"));
    await user.click(get("settings-licences"));
    expect(await find("licences-text")).toHaveTextContent("Apache-2.0");
    await user.click(get("licences-close"));
    await waitFor(() => expect(screen.queryByTestId("licences")).toBeNull());
  });

  it("show a notification on trial, or say why the desktop refuses it", async () => {
    const { user, backend } = await settings();
    await user.click(get("settings-notification"));
    await waitFor(() =>
      expect(get("settings-notification-said")).toHaveTextContent("テスト通知を表示しました"),
    );
    backend.fail("testNotification", failure("app-failed"));
    await user.click(get("settings-notification"));
    await waitFor(() => expect(code()).toBe("app-failed"));
    expect(get("settings-notification-said")).toHaveTextContent(/^$/);
    expect(backend.called("testNotification")).toHaveLength(2);
  });
});

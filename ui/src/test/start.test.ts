import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { code, find, get, openApp, reachMenu } from "./app";
import { failure } from "./sample-backend";
import { EVERY_STANDING, identity, OTHER_PROFILE, overview, PROFILE, USABLE } from "./sample-data";

const STORED = identity(8, { kind: "renew-soon", days_left: 12 }, { renewal: "stored" });

describe("start", () => {
  it("offers the issuance first while there is no certificate", async () => {
    await openApp((backend) => (backend.current = overview()));
    expect(get("start-issue")).toHaveClass("primary");
    expect(screen.queryByTestId("start-login")).toBeNull();
    expect(get("no-certificates")).toBeVisible();
  });

  it("offers the login first when there is one", async () => {
    await openApp();
    expect(get("start-login")).toHaveClass("primary");
    expect(get("start-issue")).not.toHaveClass("primary");
    // With whose certificate, in which state, at a glance.
    const offered = within(get("identity-1"));
    expect(offered.getByText("株式会社サンプル商事 さま")).toBeVisible();
    expect(offered.getByText("有効")).toBeVisible();
    expect(offered.getByRole("img", { name: "有効期限まであと211日" })).toBeVisible();
    expect(offered.getByTestId("start-login")).toBeVisible();
    expect(document.title).toBe("サービストップ｜サンプル電子債権サービス｜Warifu");
    expect(get("screen-heading")).toHaveFocus();
  });

  it("says each certificate's standing in words and resumes an incomplete one", async () => {
    const { user } = await openApp((backend) => (backend.current = overview(EVERY_STANDING)));
    const words = [
      "有効",
      "あと12日",
      "発行未完了",
      "期限切れ",
      "有効期間前",
      "失効",
      "切り替え済み",
    ];
    words.forEach((word, index) => {
      expect(within(get(`identity-${index + 1}`)).getByText(word)).toBeVisible();
    });
    // Why, and what to do, on demand.
    const next = within(get("identity-4")).getByText(/有効期限が過ぎているため.*ご依頼ください/);
    expect(next).not.toBeVisible();
    await user.click(get("identity-more-4"));
    expect(next).toBeVisible();
    expect(get("identity-more-4")).toHaveAttribute("aria-expanded", "true");
    expect(get("identity-details-4")).toHaveTextContent("0000 0000 0000 0004");
    await user.click(get("resume-3"));
    expect(await find("customer-number")).toHaveValue("12345678");
    expect(get("user-id")).toHaveValue("tanto03");
    await waitFor(() => expect(get("password")).toHaveFocus());
  });

  it("takes a certificate off this PC once it was said what is lost with it", async () => {
    const { user, backend } = await openApp((prepared) => {
      prepared.current = overview(EVERY_STANDING);
    });
    const [usable, , , expired] = EVERY_STANDING;
    if (!usable || !expired) throw new Error("no such certificates");
    await user.click(get(`identity-more-${expired.id}`));
    await user.click(get(`identity-remove-${expired.id}`));
    expect(await find("remove-certificate-loss")).toHaveTextContent("有効期限が切れています");
    await user.click(get("remove-certificate-sure"));
    await waitFor(() => expect(screen.queryByTestId("remove-certificate")).toBeNull());
    expect(screen.queryByTestId(`identity-${expired.id}`)).toBeNull();

    // One that still opens the service goes only with its user ID.
    const offered = get("start-login").closest("[data-testid^=identity-]");
    const id = Number(offered?.getAttribute("data-testid")?.slice("identity-".length));
    const { user_id: owner } = EVERY_STANDING.find((one) => one.id === id) ?? usable;
    await user.click(get(`identity-more-${id}`));
    await user.click(get(`identity-remove-${id}`));
    expect(await find("remove-certificate-loss")).toHaveTextContent("ログインできなくなります");
    await user.type(get("remove-certificate-id"), "somebody");
    await user.click(get("remove-certificate-sure"));
    expect(get("remove-certificate")).toHaveTextContent("ユーザIDが一致しません");
    expect(backend.called("removeIdentity")).toHaveLength(3);
    await user.clear(get("remove-certificate-id"));
    await user.type(get("remove-certificate-id"), owner);
    await user.click(get("remove-certificate-sure"));
    await waitFor(() => expect(screen.queryByTestId("remove-certificate")).toBeNull());
    expect(backend.called("removeIdentity").at(-1)?.args).toEqual([
      id,
      { user_id: owner, loss: "login" },
    ]);
    expect(screen.queryByTestId(`identity-${id}`)).toBeNull();
  });

  it("keeps the certificate of an open login", async () => {
    const { user, backend } = await openApp();
    await user.click(get("identity-more-1"));
    await user.click(get("identity-remove-1"));
    await user.type(await find("remove-certificate-id"), USABLE.user_id);
    backend.removeIdentity = () => Promise.resolve({ outcome: "logged-in" });
    await user.click(get("remove-certificate-sure"));
    expect(await find("remove-certificate-kept")).toHaveTextContent("ログアウトしてから");
    expect(screen.queryByTestId("remove-certificate-sure")).toBeNull();

    // Said at once where it is known at once, and nobody types a user ID in vain.
    await user.click(get("remove-certificate-cancel"));
    await user.click(get("identity-remove-1"));
    expect(await find("remove-certificate-kept")).toBeVisible();
    expect(screen.queryByTestId("remove-certificate-id")).toBeNull();
  });

  it("shows that a certificate is gone which another has taken off meanwhile", async () => {
    const { user, backend } = await openApp();
    await user.click(get("identity-more-1"));
    backend.current = overview();
    await user.click(get("identity-remove-1"));
    await waitFor(() => expect(get("no-certificates")).toBeVisible());
    expect(screen.queryByTestId("remove-certificate")).toBeNull();
  });

  it("shows the certificates of the chosen service", async () => {
    const { user } = await openApp(
      (backend) => (backend.current = overview(EVERY_STANDING, [PROFILE, OTHER_PROFILE])),
    );
    await user.selectOptions(get("profile-select"), "2");
    expect(get("no-certificates")).toBeVisible();
    expect(document.title).toContain("見本ファクタリングサービス");
  });

  it("says why the app's data cannot be read, and reads it again", async () => {
    const { user } = await openApp((backend) =>
      backend.fail("overview", failure("database-newer")),
    );
    expect(code()).toBe("database-newer");
    await user.click(get("failure-more"));
    expect(screen.getByText("貴社のシステム担当部署")).toBeVisible();
    await user.click(get("retry"));
    expect(await find("start-login")).toBeVisible();
  });

  it("speaks English at once, and saves it", async () => {
    const { backend, user } = await openApp();
    await user.click(get("language"));
    expect(get("screen-heading")).toHaveTextContent("Start");
    expect(document.documentElement.lang).toBe("en");
    expect(backend.saved.language).toBe("en");
  });

  it("changes colours and text size, and says when that is not saved", async () => {
    const { backend, user } = await openApp();
    await user.click(get("settings"));
    await user.click(await find("theme-dark"));
    expect(document.documentElement.dataset.theme).toBe("dark");
    await user.click(get("text-size-200"));
    expect(document.documentElement.style.fontSize).toBe("200%");
    backend.fail("saveSettings", failure("disk-full"));
    await user.click(get("theme-light"));
    expect(await screen.findByText(/設定を保存できませんでした/)).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("settings-dialog")).toBeNull());
  });

  it("starts with the PC, or not, as the user wishes", async () => {
    const { backend, user } = await openApp();
    await user.click(get("settings"));
    expect(await find("start-at-login")).toBeChecked();
    await user.click(get("start-at-login"));
    expect(backend.saved.start_at_login).toBe(false);
    backend.fail("saveSettings", failure("storage-failed"));
    await user.click(get("start-at-login"));
    expect(await screen.findByText(/設定を保存できませんでした/)).toBeVisible();
  });

  it("shows the help and comes back to a half-filled form", async () => {
    const { user } = await openApp();
    await user.click(get("start-issue"));
    await user.type(await find("user-id"), "kan");
    await user.click(get("open-help"));
    expect(await find("help")).toBeVisible();
    expect(document.title).toMatch(/^ヘルプ/);
    expect(get("user-id")).not.toBeVisible();
    await user.click(get("close-help"));
    expect(get("user-id")).toHaveValue("kan");
    expect(get("user-id")).toBeVisible();
  });

  it("follows the tray, but not out of a half-done issuance", async () => {
    const { backend, shell } = await openApp();
    backend.navigate({ screen: "login", identity_id: 1 });
    expect(await find("cert-dialog")).toBeVisible();
    const disengage = shell.router.engage();
    backend.navigate({ screen: "start" });
    expect(get("cert-dialog")).toBeVisible();
    disengage();
    backend.navigate({ screen: "start" });
    await waitFor(() => expect(screen.queryByTestId("cert-dialog")).toBeNull());
  });

  it("stays in a session, whatever is chosen in the tray", async () => {
    const app = await openApp((backend) => {
      backend.current = overview([...EVERY_STANDING, STORED]);
    });
    await reachMenu(app);
    for (const target of [
      { screen: "start" },
      { screen: "login", identity_id: 1 },
      { screen: "finish-renewal", identity_id: 8 },
    ] as const) {
      app.backend.navigate(target);
      expect(get("main-menu")).toBeVisible();
    }
  });

  it("names the services to choose from in the user's language", async () => {
    const { user } = await openApp((backend) => {
      backend.current = overview([USABLE], [PROFILE, OTHER_PROFILE]);
    });
    const names = (): (string | null)[] =>
      screen.getAllByRole("option").map((option) => option.textContent);
    const said = (language: "ja" | "en"): string[] =>
      [PROFILE, OTHER_PROFILE].map((profile) => profile.provider.service_name[language]);
    expect(names()).toEqual(said("ja"));
    await user.click(get("language"));
    await waitFor(() => expect(names()).toEqual(said("en")));
    expect(said("en")).not.toEqual(said("ja"));
  });

  it("chooses the service of the certificate that the tray means", async () => {
    const other = { ...STORED, id: 9, profile_id: 2 };
    const { backend } = await openApp(
      (prepared) =>
        (prepared.current = overview([...EVERY_STANDING, other], [PROFILE, OTHER_PROFILE])),
    );
    backend.navigate({ screen: "finish-renewal", identity_id: 9 });
    expect(await find("finish")).toBeVisible();
    expect(document.title).toContain("見本ファクタリングサービス");
  });

  it("offers to finish a renewal that was cut off", async () => {
    const { user } = await openApp((backend) => (backend.current = overview([STORED])));
    expect(get("identity-8")).toHaveTextContent("更新が完了していません");
    await user.click(get("finish-renewal-8"));
    expect(await find("finish-start")).toBeVisible();
  });

  it("reloads when the certificates change", async () => {
    const { backend } = await openApp((prepared) => (prepared.current = overview()));
    backend.current = overview(EVERY_STANDING);
    backend.certificatesChanged();
    expect(await find("identity-1")).toBeVisible();
  });
});

describe("help", () => {
  it("opens at the page of a failure", async () => {
    const app = await openApp((backend) =>
      backend.fail("proveIdentity", failure("certificate-revoked")),
    );
    await app.user.click(get("start-login"));
    await app.user.click(await find("cert-confirm"));
    await app.user.click(await find("failure-help"));
    expect(await find("help-contents")).toBeVisible();
    expect(get("help")).toHaveTextContent("電子証明書の再発行を依頼する");
  });

  it("is searched, whatever the width and case of what is typed", async () => {
    const { user } = await openApp();
    await user.click(get("open-help"));
    await user.type(await find("help-search"), "ﾊﾟｽﾜｰﾄﾞ");
    await waitFor(() => expect(get("help-count").textContent).toMatch(/\d/));
    await user.clear(get("help-search"));
    await user.type(get("help-search"), "xyzxyz");
    await waitFor(() => expect(get("help-count")).toHaveTextContent("xyzxyz"));
  });

  it("prints the whole manual, or says why it cannot", async () => {
    const { backend, user } = await openApp();
    await user.click(get("open-help"));
    backend.fail("print", failure("app-failed"));
    await user.click(await find("print-manual"));
    await waitFor(() => expect(code()).toBe("app-failed"));
    await user.click(get("retry"));
    await waitFor(() => expect(backend.called("print")).toHaveLength(2));
    expect(get("printed-manual")).toHaveTextContent("サンプル電子債権サービス");
    await waitFor(() => expect(screen.queryByTestId("failure")).toBeNull());
  });
});

describe("connection profile", () => {
  it("is asked for at the first start, and taken from a file", async () => {
    const { user } = await openApp((backend) => (backend.current = overview([], [])));
    expect(get("screen-heading")).toHaveTextContent("はじめに");
    // What comes next is in sight, and no way back to where nothing is.
    expect(within(get("journey")).getAllByRole("listitem")).toHaveLength(3);
    expect(screen.queryByTestId("cancel")).toBeNull();
    expect(within(get("action-bar")).getByTestId("profile-choose")).toHaveClass("primary");
    await user.click(get("profile-choose"));
    expect(await find("start-issue")).toBeVisible();
    expect(get("announcement")).toHaveTextContent("「サンプル電子債権サービス」を登録しました。");
  });

  it("is taken when its file is dropped anywhere on the window", async () => {
    const { backend } = await openApp((prepared) => (prepared.current = overview([], [])));
    backend.drag("over");
    await waitFor(() => expect(get("profile-drop")).toHaveTextContent("ここでドロップ"));
    backend.drag("away");
    await waitFor(() => expect(get("profile-drop")).not.toHaveTextContent("ここでドロップ"));
    backend.fail("addDroppedProfiles", failure("file-unreadable", { place: "/tmp/a" }));
    backend.drag("dropped");
    await waitFor(() => expect(code()).toBe("file-unreadable"));
    backend.drag("dropped");
    expect(await find("start-issue")).toBeVisible();
    expect(screen.queryByTestId("failure")).toBeNull();
  });

  it("is not taken from a drop while another is being registered, nor on other screens", async () => {
    const { backend, user } = await openApp((prepared) => {
      prepared.current = overview([], []);
      prepared.hanging.add("chooseProfileFile");
    });
    await user.click(get("profile-choose"));
    backend.drag("dropped");
    expect(backend.called("addDroppedProfiles")).toHaveLength(0);

    const other = await openApp();
    other.backend.drag("dropped");
    expect(other.backend.called("addDroppedProfiles")).toHaveLength(0);
  });

  it("that was opened from outside is shown, unless the user is in the middle of something", async () => {
    const { backend, user } = await openApp((prepared) => (prepared.current = overview([USABLE])));
    backend.profileCame(OTHER_PROFILE);
    await waitFor(() => expect(document.title).toContain("見本ファクタリングサービス"));
    expect(get("announcement")).toHaveTextContent("登録しました");

    await user.click(get("start-issue"));
    await user.type(await find("user-id"), "kanri01");
    backend.profileCame({ ...OTHER_PROFILE, id: 3 });
    await waitFor(() => expect(backend.current.profiles).toHaveLength(3));
    expect(get("user-id")).toHaveValue("kanri01");
  });

  it("can be added beside another, and left again", async () => {
    const { user } = await openApp();
    await user.click(get("add-profile"));
    expect(get("screen-heading")).toHaveTextContent("接続プロファイルの追加");
    expect(screen.queryByTestId("journey")).toBeNull();
    await user.click(get("cancel"));
    expect(await find("start-login")).toBeVisible();
  });

  it("stays when the file dialog is closed", async () => {
    const { user } = await openApp((backend) => {
      backend.current = overview([], []);
      backend.chosenFile = null;
    });
    await user.click(get("profile-choose"));
    expect(get("profile-choose")).toBeVisible();
    expect(screen.queryByTestId("failure")).toBeNull();
  });

  it("can be pasted; nonsense is named", async () => {
    const { backend, user } = await openApp((prepared) => (prepared.current = overview([], [])));
    await user.click(get("profile-paste"));
    await user.click(get("profile-add"));
    expect(get("field-error")).toHaveTextContent("貼り付けてください");
    backend.fail("addProfile", failure("profile-invalid", { field: "trust_anchors" }));
    await user.click(get("profile-text"));
    await user.paste("{}");
    await user.click(get("profile-add"));
    expect(code()).toBe("profile-invalid");
    expect(get("failure")).toHaveTextContent("認証局の証明書");
    await user.click(get("profile-add"));
    expect(await find("start-issue")).toBeVisible();
    expect(backend.called("addProfile").at(-1)?.args).toEqual(["{}"]);
  });
});

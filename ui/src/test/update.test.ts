import { screen, waitFor, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";

import type { UpdateNotice } from "../backend";
import { code, enterCredentials, find, get, openApp, type OpenApp } from "./app";
import { failure } from "./sample-backend";
import { NEWER, OTHER_PROFILE, overview, PROFILE, USABLE } from "./sample-data";

function openWith(update: UpdateNotice | null): Promise<OpenApp> {
  return openApp((backend) => (backend.current = overview([USABLE], [{ ...PROFILE, update }])));
}

describe("a newer version", () => {
  it("is not mentioned when there is none", async () => {
    await openWith(null);
    expect(screen.queryByTestId("update-available")).toBeNull();
    expect(screen.queryByTestId("update-required")).toBeNull();
  });

  it("is told politely, with both versions and who installs it", async () => {
    await openWith({ ...NEWER, download_url: null });
    const told = within(get("update-available")).getByRole("status");
    expect(told).toHaveTextContent("新しいバージョン 0.4.0があります。");
    expect(told).toHaveTextContent("お使いのバージョン 0.1.0も、引き続きご利用いただけます。");
    expect(told).toHaveTextContent("貴社のシステム担当部署へ、更新をご依頼ください。");
    expect(screen.queryByTestId("open-update")).toBeNull();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("is opened in the browser where the provider offers it", async () => {
    const { backend, shell, user } = await openWith(NEWER);
    await user.click(get("open-update"));
    expect(backend.called("openUpdate").map((call) => call.args)).toEqual([[PROFILE.id]]);
    expect(shell.announcer.message).toContain("ブラウザで開きました");
  });

  it("says why the page could not be opened, and opens it the next time", async () => {
    const { backend, user } = await openWith(NEWER);
    backend.fail("openUpdate", failure("app-failed"));
    await user.click(get("open-update"));
    expect((await find("failure")).dataset.code).toBe("app-failed");
    await user.click(get("open-update"));
    await waitFor(() => expect(screen.queryByTestId("failure")).toBeNull());
    expect(backend.called("openUpdate")).toHaveLength(2);
  });

  it("is announced when it stands in the way, which is closed", async () => {
    const { user } = await openWith({ ...NEWER, required: true });
    const told = within(get("update-required")).getByRole("alert");
    expect(within(told).getByRole("heading", { level: 2 })).toHaveTextContent(
      "Warifuの更新が必要です",
    );
    expect(told).toHaveTextContent("お使いのバージョン 0.1.0はサポートが終了している");
    expect(told).toHaveTextContent("新しいバージョンは0.4.0です。");
    expect(get("open-update")).toHaveClass("primary");
    // In the place of the login, which is not there to be pressed.
    expect(screen.queryByTestId("start-login")).toBeNull();
    expect(get("start-issue")).toBeDisabled();
    expect(get("start-issue")).toHaveAccessibleDescription("Warifuの更新後にご利用いただけます。");
    expect(get(`identity-${USABLE.id}`)).toBeVisible();
    await user.click(get("language"));
    expect(told).toHaveTextContent("Version 0.1.0, which you are using, is no longer supported.");
  });

  it("opens no choice of certificates from the tray while it stands in the way", async () => {
    const { backend } = await openWith({ ...NEWER, required: true });
    backend.navigate({ screen: "login", identity_id: USABLE.id });
    await tick();
    expect(screen.queryByTestId("cert-dialog")).toBeNull();
    expect(get("update-required")).toBeVisible();
  });

  it("opens the way again when the provider takes it back", async () => {
    const { backend, shell, user } = await openWith({ ...NEWER, required: true });
    await user.click(get("update-again"));
    await waitFor(() =>
      expect(get("update-said")).toHaveTextContent("引き続き、Warifuの更新が必要です。"),
    );
    backend.fail(
      "refreshPolicy",
      failure("backend-unreachable", { place: "service.sample.example" }),
    );
    await user.click(get("update-again"));
    await waitFor(() => expect(code()).toBe("backend-unreachable"));
    backend.refreshed = overview([USABLE], [{ ...PROFILE, update: null }]);
    await user.click(get("update-again"));
    expect(await find("start-login")).toBeEnabled();
    expect(screen.queryByTestId("update-required")).toBeNull();
    expect(shell.announcer.message).toContain("ご利用いただけるようになりました");
    expect(backend.called("refreshPolicy").map((call) => call.args)).toEqual([
      [PROFILE.id],
      [PROFILE.id],
      [PROFILE.id],
    ]);
  });

  it("leaves the way open for another service", async () => {
    const { user } = await openApp((backend) => {
      const mine = { ...PROFILE, update: { ...NEWER, required: true } };
      backend.current = overview(
        [USABLE, { ...USABLE, id: 9, profile_id: 2, last_used: false }],
        [mine, OTHER_PROFILE],
      );
    });
    expect(screen.queryByTestId("start-login")).toBeNull();
    await user.selectOptions(get("profile-select"), "2");
    expect(get("start-login")).toBeEnabled();
  });

  it("is told for the service that named it alone", async () => {
    const { user } = await openApp((backend) => {
      backend.current = overview([USABLE], [PROFILE, { ...OTHER_PROFILE, update: NEWER }]);
    });
    expect(screen.queryByTestId("update-available")).toBeNull();
    await user.selectOptions(get("profile-select"), "2");
    await user.click(await find("open-update"));
    await user.selectOptions(get("profile-select"), "1");
    expect(screen.queryByTestId("update-available")).toBeNull();
  });
});

describe("an app that is too old", () => {
  const tooOld = failure("app-too-old", { oldest_version: "0.3.0" });

  it("says at the login what would do and who must act, and on the start screen from then on", async () => {
    const { backend, user } = await openApp((prepared) => prepared.fail("proveIdentity", tooOld));
    backend.current = overview([USABLE], [{ ...PROFILE, update: { ...NEWER, required: true } }]);
    await user.click(get("start-login"));
    await user.click(await find("cert-confirm"));
    expect((await find("failure")).dataset.code).toBe("app-too-old");
    expect(get("failure")).toHaveTextContent("バージョン 0.3.0以降が必要です。");
    expect(get("failure")).toHaveTextContent("貴社のシステム担当部署");
    expect(screen.queryByTestId("login-password")).toBeNull();
    expect(screen.queryByTestId("retry")).toBeNull();
    await user.click(get("cert-cancel"));
    expect(await find("update-required")).toBeVisible();
  });

  it("says so before an issuance begins", async () => {
    const app = await openApp((backend) => backend.fail("startEnrolment", tooOld));
    await enterCredentials(app);
    await find("failure");
    expect(code()).toBe("app-too-old");
    expect(get("failure")).toHaveTextContent("パスワードは送信していません。");
  });
});

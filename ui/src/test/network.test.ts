import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { code, find, get, openApp } from "./app";
import { failure } from "./sample-backend";

const PLACE = { place: "proxy.example.jp:8080" };

describe("a proxy that asks who asks", () => {
  async function asked() {
    const app = await openApp();
    app.backend.fail("proveIdentity", failure("proxy-authentication-required", PLACE));
    await app.user.click(get("start-login"));
    await app.user.click(await find("cert-confirm"));
    await find("proxy-login");
    return app;
  }

  it("is told the name and password, and the login goes on", async () => {
    const { backend, user } = await asked();
    expect(get("proxy-login")).toHaveTextContent("proxy.example.jp:8080");
    await user.type(get("proxy-user"), "shain01");
    await user.type(get("proxy-password"), "p@ss:1");
    await user.click(get("proxy-submit"));
    await find("login-password");
    expect(backend.called("keepProxyLogin")[0]?.args).toEqual([PLACE.place, "shain01", "p@ss:1"]);
    expect(backend.called("proveIdentity")).toHaveLength(2);
  });

  it("is told nothing as long as a field is empty", async () => {
    const { backend, user } = await asked();
    await user.click(get("proxy-submit"));
    expect(get("proxy-user")).toHaveFocus();
    expect(get("proxy-user")).toBeInvalid();
    await user.type(get("proxy-user"), "shain01");
    await user.click(get("proxy-submit"));
    expect(get("proxy-password")).toHaveFocus();
    expect(backend.called("keepProxyLogin")).toHaveLength(0);
  });

  it("says which field the app does not take, and why nothing could be kept", async () => {
    const { backend, user } = await asked();
    backend.fail(
      "keepProxyLogin",
      failure("invalid-request", { field: "proxy_user" }),
      failure("keystore-locked"),
    );
    await user.type(get("proxy-user"), "a:b");
    await user.type(get("proxy-password"), "secret");
    await user.click(get("proxy-submit"));
    await waitFor(() => expect(get("proxy-user")).toBeInvalid());
    expect(get("proxy-user")).toHaveFocus();
    await user.click(get("proxy-submit"));
    await waitFor(() => expect(get("proxy-status")).not.toBeEmptyDOMElement());
    expect(get("proxy-why").dataset.code).toBe("proxy-authentication-required");
    expect(backend.called("proveIdentity")).toHaveLength(1);
  });

  it("asks in a dialog of its own, before the choice of a certificate", async () => {
    const { backend, user } = await asked();
    const open = [...document.querySelectorAll("dialog[open]")];
    expect(open.map((dialog) => (dialog as HTMLElement).dataset.testid)).toEqual(["proxy-dialog"]);
    expect(get("proxy-dialog").querySelectorAll(".button.primary")).toHaveLength(1);
    // Without an answer the choice is there again, and the question on demand.
    await user.click(get("proxy-cancel"));
    await waitFor(() => expect(get("cert-dialog")).toHaveAttribute("open"));
    expect(code()).toBe("proxy-authentication-required");
    expect(screen.queryByTestId("proxy-dialog")).toBeNull();
    await user.click(get("proxy-open"));
    backend.fail("proveIdentity", failure("proxy-credentials-refused", PLACE));
    await user.type(await find("proxy-user"), "shain01");
    await user.type(get("proxy-password"), "wrong");
    await user.click(get("proxy-submit"));
    // A refusal asks again, and says why.
    await waitFor(() => expect(get("proxy-why").dataset.code).toBe("proxy-credentials-refused"));
    expect(get("proxy-password")).toHaveValue("");
  });

  it("asks once for one failure, however often its panel is drawn", async () => {
    const { user } = await asked();
    await user.click(get("proxy-cancel"));
    await user.keyboard("{F1}");
    await find("help");
    await user.click(get("close-help"));
    await waitFor(() => expect(get("cert-dialog")).toHaveAttribute("open"));
    expect(screen.queryByTestId("proxy-dialog")).toBeNull();
  });
});

describe("the proxy in the settings", () => {
  async function settings() {
    const app = await openApp();
    await app.user.click(get("settings"));
    await find("proxy");
    return app;
  }

  it("is the system's, none, or an address", async () => {
    const { backend, user } = await settings();
    expect(get("proxy-system")).toBeChecked();
    await user.click(get("proxy-none"));
    await waitFor(() => expect(backend.saved.proxy).toEqual({ kind: "none" }));
    await user.click(get("proxy-manual"));
    expect(backend.saved.proxy).toEqual({ kind: "none" });
    await user.type(await find("proxy-address"), "proxy.example.jp:8080");
    await user.click(get("proxy-save"));
    await waitFor(() =>
      expect(backend.saved.proxy).toEqual({ kind: "manual", address: "proxy.example.jp:8080" }),
    );
  });

  it("keeps the old one when the address is none", async () => {
    const { backend, user } = await settings();
    backend.fail("saveSettings", failure("invalid-request", { field: "proxy_address" }));
    await user.click(get("proxy-manual"));
    await user.type(await find("proxy-address"), "two words");
    await user.click(get("proxy-save"));
    await waitFor(() => expect(get("proxy-address")).toBeInvalid());
    expect(get("proxy-address")).toHaveFocus();
    // The next change of another setting does not save it after all.
    await user.click(get("theme-dark"));
    expect(backend.saved.proxy).toEqual({ kind: "system" });
  });

  it("can be told nothing any more", async () => {
    const { backend, user } = await settings();
    backend.fail("forgetProxyLogins", failure("keystore-locked"));
    await user.click(get("proxy-forget"));
    await waitFor(() => expect(get("proxy-said")).toHaveTextContent("keystore-locked"));
    await user.click(get("proxy-forget"));
    await waitFor(() => expect(get("proxy-said")).toHaveTextContent(/削除しました/u));
    expect(backend.called("forgetProxyLogins")).toHaveLength(2);
  });
});

import { screen } from "@testing-library/svelte";
import axe from "axe-core";
import { describe, expect, it } from "vitest";

import type { ManagedView } from "../backend";
import { find, get, openApp } from "./app";
import { overview } from "./sample-data";

const under = (managed: ManagedView) =>
  openApp((backend) => {
    backend.current = { ...overview(), managed };
    backend.saved = {
      ...backend.saved,
      proxy: { kind: "manual", address: "http://proxy.example.jp:8080" },
    };
  });

describe("what the IT department has decided", () => {
  it("is shown and cannot be changed", async () => {
    const { user } = await under({
      settings: ["language", "start-at-login", "proxy"],
      problems: [],
    });
    expect(screen.queryByTestId("language")).toBeNull();
    expect(screen.queryByTestId("managed-notice")).toBeNull();
    await user.click(get("settings"));
    expect(await find("start-at-login")).toBeDisabled();
    expect(get("start-at-login")).toHaveAccessibleDescription(/システム担当部署が設定/u);
    for (const kind of ["system", "manual", "none"]) expect(get(`proxy-${kind}`)).toBeDisabled();
    expect(get("proxy-manual")).toBeChecked();
    expect(get("proxy-fixed")).toHaveTextContent("proxy.example.jp:8080");
    expect(screen.queryByTestId("proxy-address")).toBeNull();
    expect(get("theme-dark")).toBeEnabled();
  });

  it("is named where it cannot be used", async () => {
    const place = "HKLM\\Software\\Policies\\Warifu";
    await under({
      settings: [],
      problems: [
        { place, setting: "StartAtLogin", why: "wrong-type" },
        { place: "/etc/warifu/managed.toml", setting: null, why: "malformed" },
      ],
    });
    const notice = get("managed-notice");
    expect(notice).toHaveTextContent(`${place}: StartAtLogin 値の種類が正しくありません。`);
    expect(notice).toHaveTextContent("/etc/warifu/managed.toml ファイルの形式が正しくありません。");
    expect(
      (await axe.run(document, { rules: { "color-contrast": { enabled: false } } })).violations,
    ).toEqual([]);
  });
});

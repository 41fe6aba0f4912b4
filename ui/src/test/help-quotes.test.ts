import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { naming } from "../text/provider";
import { catalogues } from "../text";
import { manual } from "../text/help/model";

/** What stands in quotation marks and is on no screen of ours. */
const ELSEWHERE = {
  ja: [
    // Of Windows.
    ...["設定", "システム", "通知", "応答不可", "集中モード", "アプリ", "アンインストール", "∧"],
    // Of browsers and of pages that the backend sends to them.
    ...["戻る", "はい", "いいえ", "アプリを開く"],
    // Of the tray, of the menu of a file, and of the paper.
    ...["終了", "Warifuに登録", "WEBサービスご利用に関するお知らせ"],
    // Names of the app and ends of file names.
    ...["Warifu", ".warifu.json", "-setup.exe", ".msi"],
    // What is done and what is asked.
    ...["ご利用開始", "初回認証済みです"],
  ],
  en: [
    ...["Settings", "System", "Notifications", "Do not disturb", "Focus", "Apps", "Uninstall"],
    ...["Back", "Yes", "No", "Open the app", "Quit", "Add to Warifu"],
    ...["Warifu", ".warifu.json", "-setup.exe", ".msi"],
    "初回認証済みです",
  ],
};

/** Every text of the screens, with what functions give. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "function") {
    try {
      return texts((value as (...details: unknown[]) => unknown)("", "", ""));
    } catch {
      return [];
    }
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

describe.each(["ja", "en"] as const)("what the manual quotes (%s)", (language) => {
  const { help, ...screens } = catalogues[language];
  const own = texts({ screens, controls: { ...help, chapters: {}, synonyms: {}, pictures: {} } });
  const tray = ["../src-tauri/src/tray/model.rs", "../src-tauri/src/tray.rs"]
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const said = texts(naming([manual(help, null), help.pictures], ""));
  const mark = language === "ja" ? /「([^」]+)」/g : /“([^”]+)”/g;

  it("is on a screen, in the tray, or known to be elsewhere", () => {
    const quoted = new Set(
      said.flatMap((text) => [...text.matchAll(mark)].map(([, at]) => at ?? "")),
    );
    expect(quoted.size).toBeGreaterThan(40);
    const nowhere = [...quoted].filter(
      (quote) =>
        !ELSEWHERE[language].includes(quote) &&
        !own.some((text) => text.includes(quote.replace(/[.。]$/, ""))) &&
        !tray.includes(quote),
    );
    expect(nowhere).toEqual([]);
  });
});

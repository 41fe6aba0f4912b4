import { describe, expect, it } from "vitest";

import { catalogues } from "../text";
import { kanaOf } from "../text/help/fold";
import { ENTRY_IDS, manual } from "../text/help/model";
import { indexOf, search, suggestions, type Index } from "../text/help/search";
import { closest, distance } from "../text/help/vocabulary";
import {
  ENGLISH_IN_OTHER_WORDS,
  ENGLISH_SEARCHES,
  ENGLISH_UNTUNED,
  FAQ_QUESTIONS,
  IN_OTHER_WORDS,
  SEARCHES,
  UNTUNED,
  type Wanted,
} from "./help-searches";
import { SERVICE_POLICY } from "./sample-data";

type Language = "ja" | "en";

const index = (language: Language): Index => {
  const { help, failures } = catalogues[language];
  return indexOf(manual(help, SERVICE_POLICY), failures, help.synonyms);
};
const INDICES = { ja: index("ja"), en: index("en") };

function found(language: Language, query: string): string[] {
  return search(INDICES[language], query).hits.map((hit) => hit.entry.id);
}

/** Where the first of the right pages stands; 0 is first. */
function placeOf(language: Language, [query, ...pages]: Wanted): number {
  const at = found(language, query).findIndex((id) => (pages as string[]).includes(id));
  return at === -1 ? Infinity : at;
}

describe("a search finds the right page first", () => {
  it.each([
    ...[...SEARCHES, ...IN_OTHER_WORDS].map((wanted) => ["ja", wanted[0], wanted] as const),
    ...[...ENGLISH_SEARCHES, ...ENGLISH_IN_OTHER_WORDS].map(
      (wanted) => ["en", wanted[0], wanted] as const,
    ),
  ])("in %s for “%s”", (language, _, wanted) => {
    const [query, ...pages] = wanted;
    expect(pages).toContain(found(language, query)[0]);
  });

  it.each(FAQ_QUESTIONS)("for the question as the old FAQ asks it: “%s”", (question, page) => {
    expect(found("ja", question)[0]).toBe(page);
  });

  it("for every page by its own title", () => {
    for (const language of ["ja", "en"] as const) {
      const { pages } = INDICES[language];
      expect(pages.map((page) => page.entry.id)).toEqual(ENTRY_IDS);
      for (const { entry } of pages)
        expect(found(language, entry.title)[0], entry.id).toBe(entry.id);
    }
  });

  it("mostly even for what nobody had in mind", () => {
    for (const [language, list] of [
      ["ja", UNTUNED],
      ["en", ENGLISH_UNTUNED],
    ] as const) {
      const places = list.map((wanted) => placeOf(language, wanted));
      const missed = list.filter((_, at) => (places[at] ?? 0) > 0).map(([query]) => query);
      const first = places.filter((place) => place === 0).length;
      const early = places.filter((place) => place < 3).length;
      expect(first / list.length, `${first}: ${missed.join(", ")}`).toBeGreaterThan(0.65);
      expect(early / list.length, missed.join(", ")).toBeGreaterThan(0.8);
    }
  });
});

describe("a search", () => {
  it("is tried with as many words as there were complaints, and with more", () => {
    expect(SEARCHES.length).toBeGreaterThanOrEqual(62);
    expect(UNTUNED.length + ENGLISH_UNTUNED.length).toBeGreaterThanOrEqual(30);
    const all = [...SEARCHES, ...IN_OTHER_WORDS, ...UNTUNED].map(([query]) => query);
    expect(new Set(all).size).toBe(all.length);
  });

  it.each([
    ["ja", "パスワード", "ぱすわーど"],
    ["ja", "パスワード", "ﾊﾟｽﾜｰﾄﾞ"],
    ["ja", "CSV", "ｃｓｖ"],
    ["ja", "2台目", "二台目"],
    ["ja", "忘れた", "忘れました"],
    ["ja", "忘れた", "忘れてしまった"],
    ["ja", "買い替えた", "買替えました"],
    ["ja", "お客様番号", "お客さま番号"],
    ["ja", "フォルダー", "フォルダ"],
    ["ja", "電子 証明書", "電子　証明書"],
    ["en", "password", "PASSWORD"],
    ["en", "renewing", "renew"],
    ["en", "e-mail", "email"],
  ] as const)("in %s finds the same first for %s and %s", (language, one, other) => {
    expect(found(language, one).length).toBeGreaterThan(0);
    expect(found(language, other)[0]).toBe(found(language, one)[0]);
  });

  it("puts titles before words and words before the rest, and leaves out what is far behind", () => {
    expect(found("ja", "パスワード 変更").length).toBeLessThan(ENTRY_IDS.length / 2);
    expect(found("ja", "パスワード変更")[0]).toBe("password-change");
    expect(found("ja", "ほげほげ")).toEqual([]);
    expect(found("ja", "  ")).toEqual([]);
    expect(found("ja", "。、「」！")).toEqual([]);
  });

  it.each([
    ["ja", "account-locked", "errors-login"],
    ["ja", "このページに安全に接続できません", "faq-4-6"],
    ["ja", "新しいPC", "transfer"],
    ["ja", "再発行", "reissue"],
    // What the old service's FAQ and its readers say, though the manual says it otherwise.
    ["ja", "お客様番号・ユーザID・パスワードのいずれかが正しくありません", "faq-4-5"],
    ["ja", "御社管理担当者様へご連絡ください", "faq-4-5"],
    ["ja", "御社管理担当者様へご連絡ください", "password-lock"],
    ["ja", "キーワードが誤っています", "faq-4-2"],
    ["ja", "初回認証済みです", "faq-4-4"],
    ["ja", "導入ガイドブック", "faq-1-1"],
    ["ja", "他の担当者", "faq-2-6"],
    ["ja", "2台目", "faq-1-4"],
    ["ja", "スマホ", "faq-1-2"],
    ["ja", "携帯電話", "faq-1-2"],
    ["ja", "Windows 8.1", "faq-1-2"],
    ["ja", "時間切れ", "faq-3-3"],
    ["ja", "入力相違", "faq-3-3"],
    ["ja", "特殊文字", "password-change"],
    ["ja", "パスワード 忘れました", "password-forgotten"],
    ["ja", "ロックされました", "password-lock"],
    ["ja", "買い替えた", "transfer"],
    ["ja", "サポート用の情報", "support-bundle"],
    ["en", "new pc", "transfer"],
    ["en", "forgot", "password-forgotten"],
  ] as const)("in %s for “%s” finds %s", (language, query, id) => {
    expect(found(language, query)).toContain(id);
  });

  it.each([
    ["ja", "pasuwa-do", "パスワード", "password-change"],
    ["ja", "パスワドー", "パスワード", "password-change"],
    ["ja", "アップデイト", "アップデート", "app-update"],
    ["en", "certificat", "certificate", undefined],
    ["en", "passwrod", "password", undefined],
  ] as const)("in %s takes “%s” for “%s”", (language, typed, meant, first) => {
    const { hits, instead } = search(INDICES[language], typed);
    expect(instead === null || instead === meant, String(instead)).toBe(true);
    expect(hits.length).toBeGreaterThan(0);
    if (first) expect(hits[0]?.entry.id).toBe(first);
  });

  it("takes nothing for what it is not", () => {
    for (const typed of ["qqqqqq", "ほげほげ", "xyzzy", "龘龘龘"]) {
      expect(search(INDICES.ja, typed), typed).toMatchObject({ hits: [], instead: null });
    }
  });

  it.each([
    ["ja", "ぱす", "パスワード"],
    ["ja", "ぱすw", "パスワード"],
    ["ja", "アンイン", "アンインストール"],
    ["ja", "証明書 さいは", "証明書 さいはっこう"],
    ["en", "certif", "certificate"],
  ] as const)("in %s suggests for “%s” among others “%s”", (language, typed, suggestion) => {
    const suggested = suggestions(INDICES[language], typed);
    expect(suggested).toContain(suggestion);
    for (const each of suggested) expect(found(language, each).length, each).toBeGreaterThan(0);
  });

  it("suggests nothing where nothing was begun", () => {
    for (const typed of ["", "  ", "ほげほげ"]) expect(suggestions(INDICES.ja, typed)).toEqual([]);
  });

  it("survives whatever is pasted, in time", () => {
    const began = performance.now();
    for (const typed of [
      "パスワード".repeat(500),
      "a".repeat(10_000),
      "忘れた".repeat(2000),
      "\u202eパスワード\u202c",
      "👨‍👩‍👧‍👦 🔑",
      "か\u3099き\u3099",
      "\\ ( [ .* $&",
      "<script>alert(1)</script>",
      "𠮷野家の証明書",
      "\u0000\uffff\ud800",
    ]) {
      search(INDICES.ja, typed);
      search(INDICES.en, typed);
      suggestions(INDICES.ja, typed);
    }
    expect(performance.now() - began).toBeLessThan(5000);
    expect(found("ja", "\u202eパスワード\u202c")[0]).toBe(found("ja", "パスワード")[0]);
    expect(found("ja", "ハ\u309aスワード")[0]).toBe(found("ja", "パスワード")[0]);
  });
});

describe("what a search is made of", () => {
  it.each([
    ["pasuwa-do", "ぱすわーど"],
    ["koushin", "こうしん"],
    ["hakkou", "はっこう"],
    ["shoumeisho", "しょうめいしょ"],
    ["syoumeisyo", "しょうめいしょ"],
    ["kigengire", "きげんぎれ"],
    ["password", null],
    ["x", null],
  ])("romaji: %s is %s", (typed, kana) => {
    expect(kanaOf(typed)).toBe(kana);
  });

  it.each([
    ["abc", "abc", 0],
    ["abc", "acb", 1],
    ["abc", "ab", 1],
    ["abc", "xbc", 1],
    ["abc", "xyz", 3],
    ["abcdef", "a", 3],
  ])("the distance of %s and %s is %d, or too far", (one, other, far) => {
    expect(distance(one, other, 2)).toBe(far);
  });

  it("is corrected little where little was typed", () => {
    expect(closest("ab", ["ac"])).toBeNull();
    expect(closest("abcd", ["abxd"])).toBe("abxd");
    expect(closest("abcd", ["axyd"])).toBeNull();
  });
});

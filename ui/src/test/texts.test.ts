import { describe, expect, it } from "vitest";

import { ACTORS, type ErrorCode } from "../backend";
import { dates } from "../model/dates";
import { catalogues, textsFor } from "../text";
import { DIAGNOSABLE, WAYS_OUT, type Shown } from "../text/failure";
import { entryFor } from "../text/help/errors";
import { manual } from "../text/help/model";

const codes = Object.keys(ACTORS) as ErrorCode[];
const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;
const SHOWN: Shown[] = [
  {},
  {
    place: "service.sample.example",
    at: "2026年11月23日（月）10:05",
    triesLeft: 1,
    field: "user",
    clockAheadSeconds: 86_400,
    oldestVersion: "1.2.0",
  },
  { clockAheadSeconds: -600, triesLeft: 2 },
];

function cause(language: "ja" | "en", code: ErrorCode, shown: Shown): string {
  const { cause } = catalogues[language].failures[code];
  return typeof cause === "string" ? cause : cause(shown);
}

/** The paths of all leaves, with what kind of leaf each is. */
function leaves(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}

describe("failure texts", () => {
  it.each(codes)("%s is complete in both languages", (code) => {
    for (const language of ["ja", "en"] as const) {
      const text = catalogues[language].failures[code];
      expect(text.title.length).toBeGreaterThan(5);
      expect(text.next.length).toBeGreaterThan(0);
      expect(text.next.every((step) => step.length > 5)).toBe(true);
      for (const shown of SHOWN) {
        expect(cause(language, code, shown).length).toBeGreaterThan(5);
        expect(cause(language, code, shown)).not.toMatch(/undefined|NaN/);
      }
      const all = [text.title, cause(language, code, {}), ...text.next].join();
      if (language === "ja") expect(all).toMatch(JAPANESE);
      else expect(all.replace("初回認証済みです", "")).not.toMatch(JAPANESE);
    }
    expect(WAYS_OUT[code]).toBeDefined();
  });

  it("have a page of the manual, and a diagnosis where it helps", () => {
    for (const code of codes) expect(entryFor(code)).toBeDefined();
    for (const code of DIAGNOSABLE) expect(codes).toContain(code);
  });

  it("name the most users of an import", () => {
    expect(cause("ja", "import-too-large", { limit: 1000 })).toMatch(/1,?000/);
    expect(cause("en", "import-too-large", { limit: 1000 })).toMatch(/1,?000/);
  });

  it("name the oldest version that would do", () => {
    expect(cause("ja", "app-too-old", { oldestVersion: "1.2.0" })).toContain(
      "バージョン 1.2.0以降",
    );
    expect(cause("en", "app-too-old", { oldestVersion: "1.2.0" })).toContain("1.2.0 or newer");
  });

  it("keep the FAQ's words", () => {
    const { failures } = catalogues.ja;
    expect(failures["authentication-failed"].title).toBe(
      "認証に失敗しました。お客さま番号・ユーザID・パスワードのいずれかが正しくありません。",
    );
    expect(failures["account-locked"].title).toBe("認証に失敗しました。ロックがかかっています。");
    expect(failures["already-issued"].title).toMatch(/^初回認証済みです/);
    expect(catalogues.ja.enrolment.issuing).toBe(
      "電子証明書を発行しています。しばらくお待ちください。",
    );
  });

  it("name the tries left and the clock's error", () => {
    expect(cause("ja", "authentication-failed", { triesLeft: 2 })).toContain("あと2回");
    expect(cause("ja", "clock-wrong", { clockAheadSeconds: 86_400 * 3 })).toContain("約3日進んで");
    expect(cause("en", "clock-wrong", { clockAheadSeconds: -600 })).toContain(
      "about 10 minutes behind",
    );
  });
});

/** Every sentence of a language, with what functions give for sample details; the manual's pages too. */
function sentences(language: "ja" | "en", provider = ""): string[] {
  const texts = textsFor(language, provider);
  const found: string[] = [];
  const gather = (value: unknown): void => {
    if (typeof value === "string") found.push(value);
    else if (Array.isArray(value)) value.forEach(gather);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(gather);
  };
  gather(texts);
  gather(manual(texts.help, null));
  for (const code of codes) {
    const { cause } = texts.failures[code];
    for (const shown of SHOWN) gather(typeof cause === "string" ? cause : cause(shown));
  }
  return found;
}

describe("advice on who must act", () => {
  const BY_ROLE: ErrorCode[] = [
    "account-locked",
    "account-suspended",
    "already-issued",
    "certificate-expired",
    "certificate-revoked",
    "certificate-superseded",
    "certificate-unknown",
    "certificate-missing",
    "password-not-initial",
    "key-missing",
    "key-damaged",
  ];

  it.each(BY_ROLE)(
    "%s: by role, since nobody at the customer may act on the primary administrator",
    (code) => {
      const next = textsFor("ja", "見本銀行").failures[code].next;
      expect(
        next.some(
          (step) => step.includes("＜担当者さまの場合＞") && step.includes("WEB管理担当者さま"),
        ),
      ).toBe(true);
      expect(next.some((step) => step.includes("＜管理責任者さまの場合＞見本銀行へ"))).toBe(true);
      const english = textsFor("en", "Sample Bank").failures[code].next;
      expect(
        english.some((step) => step.startsWith("If you are not the primary administrator:")),
      ).toBe(true);
      expect(
        english.some((step) => /^If you are the primary administrator:.*Sample Bank/.test(step)),
      ).toBe(true);
    },
  );

  it("never sends a primary administrator to a colleague", () => {
    const all = sentences("ja");
    expect(all.filter((text) => text.includes("お一人でご利用の場合"))).toEqual([]);
    // Who is asked for a reissue or for unlocking depends on the role, in the same sentence or list.
    const alone = all.filter(
      (text) =>
        /WEB管理担当者さまへ、?(電子証明書の)?(再発行|ロックの解除)を/.test(text) &&
        !text.includes("＜担当者さまの場合＞") &&
        !text.includes("パスワードは、ご依頼にならない限り"),
    );
    expect(alone).toEqual([]);
  });

  it("names the provider as its profile does, everywhere, and stays a sentence without a name", () => {
    for (const language of ["ja", "en"] as const) {
      for (const name of ["", "  ", "サンプル $& {provider} 窓口"]) {
        const expected = name.trim() === "" ? catalogues[language].words.provider : name;
        expect(textsFor(language, name).failures["backend-failed"].next.join()).toContain(expected);
      }
      expect(sentences(language).filter((text) => text.includes("{provider}"))).toEqual([]);
      expect(
        sentences(language, "ABC").filter((text) => text.includes("ABC")).length,
      ).toBeGreaterThan(10);
    }
  });

  it("speaks of no screen that the reader of the manual does not see", () => {
    const manuals = JSON.stringify(manual(textsFor("ja", "").help, null));
    expect(manuals).not.toMatch(/この画面(で|に|の内容)/);
    for (const code of codes) {
      const { title, next } = catalogues.ja.failures[code];
      expect([title, cause("ja", code, {}), ...next].join()).not.toMatch(/この画面/);
    }
  });

  it("promises nothing of an initial password that an administrator may choose otherwise", () => {
    expect(
      sentences("ja").filter((text) => /初期パスワード[はがを（].{0,6}記号/.test(text)),
    ).toEqual([]);
    expect(
      sentences("en").filter((text) => /initial password (has eight|contains|\(8)/i.test(text)),
    ).toEqual([]);
  });
});

describe("catalogues", () => {
  it("have the same texts in the same places", () => {
    const kinds = (language: "ja" | "en"): string[] =>
      leaves(catalogues[language])
        .filter((leaf) => !leaf.startsWith("/failures/"))
        .sort();
    expect(kinds("en")).toEqual(kinds("ja"));
  });

  it("have no Japanese in the English one", () => {
    const { language, ...header } = catalogues.en.header;
    expect(language).toBe("日本語");
    const { failures, ...rest } = catalogues.en;
    expect(Object.keys(failures)).toEqual(Object.keys(catalogues.ja.failures));
    expect(JSON.stringify({ ...rest, header })).not.toMatch(JAPANESE);
  });
});

describe("what the app's answers are called", () => {
  const groups = {
    acts: (language) => catalogues[language].audit.acts,
    checks: (language) => catalogues[language].diagnosis.checks,
    warnings: (language) => catalogues[language].diagnosis.warnings,
    skips: (language) => catalogues[language].diagnosis.skips,
    facts: (language) => catalogues[language].diagnosis.facts,
    "renewal steps": (language) => catalogues[language].renewal.steps,
  } satisfies Record<string, (language: "ja" | "en") => Record<string, string>>;

  it.each(Object.keys(groups) as (keyof typeof groups)[])(
    "%s: each its own, in both languages",
    (group) => {
      for (const language of ["ja", "en"] as const) {
        const names = Object.values<string>(groups[group](language));
        expect(names.every((name) => name.trim() !== "")).toBe(true);
        expect(new Set(names).size).toBe(names.length);
        expect(
          names.every(
            (name) => language === "en" || JAPANESE.test(name) || /^[A-Za-z0-9 -]+$/.test(name),
          ),
        ).toBe(true);
      }
    },
  );

  it("says what each act on a user does and what it leaves", () => {
    for (const language of ["ja", "en"] as const) {
      for (const act of Object.values(catalogues[language].administration.acts)) {
        expect(act.does.length).toBeGreaterThan(0);
        expect(act.keeps.length).toBeGreaterThan(0);
        expect(act.done("tanto01")).toContain("tanto01");
      }
    }
  });

  it("suggests names that every system takes for a file", () => {
    for (const language of ["ja", "en"] as const) {
      const { administration, audit } = catalogues[language];
      for (const name of [administration.export.fileName("20261123"), audit.fileName("20261123")]) {
        expect(name).toMatch(/^[^\\/:*?"<>|\s]+20261123\.csv$/);
      }
    }
  });

  it("keeps the FAQ's words for the renewal", () => {
    const { menu, renewal } = catalogues.ja;
    expect(menu.renew).toBe("証明書更新");
    expect(renewal.steps["start-use"]).toContain("ご利用開始");
    expect(menu.changePassword).toBe("パスワード変更");
  });
});

describe("dates", () => {
  const monday = Date.UTC(2026, 10, 23, 1, 5) / 1000;

  it("are written as each language writes them, in the user's zone", () => {
    expect(dates("ja").minute(monday)).toBe("2026年11月23日（月）10:05");
    expect(dates("en").minute(monday)).toBe("Mon 23 November 2026, 10:05");
    expect(dates("ja").zone).toBe("Asia/Tokyo");
    expect(catalogues.ja.words.zone("Asia/Tokyo")).toContain("日本時間");
    expect(catalogues.ja.words.zone("Europe/Paris")).toContain("（Europe/Paris）");
  });
});

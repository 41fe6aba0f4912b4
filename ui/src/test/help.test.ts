import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import { ACTORS, type ErrorCode, type Policy } from "../backend";
import { catalogues } from "../text";
import { entryFor, ERROR_PAGES } from "../text/help/errors";
import { ENTRY_IDS, manual, type Block, type Entry } from "../text/help/model";
import { picture, PICTURES, TRAY_ICONS, trayIcon } from "../text/help/pictures";
import { pieces, terms } from "../text/help/search";
import { find, get, namesOf, openApp, type OpenApp } from "./app";
import { failure } from "./sample-backend";
import { overview, PROFILE, SERVICE_POLICY, USABLE } from "./sample-data";

// The manual is many elements for a machine that is busy.
vi.setConfig({ testTimeout: 30_000 });

const LANGUAGES = ["ja", "en"] as const;
/** As many as the old service's FAQ has in each of its four parts. */
const QUESTIONS = [6, 6, 3, 6].flatMap((count, part) =>
  Array.from({ length: count }, (_, index) => `${part + 1}-${index + 1}`),
);
/** No number as in the default, and none that stands anywhere for another reason. */
const UNUSUAL: Policy = {
  ...SERVICE_POLICY,
  certificate_valid_days: 731,
  renewal_days: 47,
  warning_days: [47, 33],
  urgent_days: 13,
  transfer_seconds: 41 * 60,
  import_max_users: 777,
  password: {
    min_length: 11,
    max_length: 23,
    history: 9,
    valid_days: 77,
    notice_days: 17,
    change_seconds: 43 * 60,
    max_attempts: 8,
  },
};

function entries(language: "ja" | "en", policy: Policy | null = null): Entry[] {
  return manual(catalogues[language].help, policy).flatMap((part) =>
    part.chapters.flatMap((chapter) => chapter.entries),
  );
}

function blocks<K extends Block["kind"]>(kind: K): Extract<Block, { kind: K }>[] {
  return entries("ja")
    .flatMap((entry) => entry.blocks)
    .filter((block): block is Extract<Block, { kind: K }> => block.kind === kind);
}

describe("the manual's pages", () => {
  it("answer every question of the FAQ, each on a page of its own", () => {
    for (const number of QUESTIONS) {
      const answering = entries("ja").filter((entry) => entry.id === `faq-${number}`);
      expect(answering.map((entry) => entry.faq)).toEqual([[number]]);
    }
  });

  it.each(LANGUAGES)("are all written, under different titles (%s)", (language) => {
    const written = entries(language);
    expect(written.map((entry) => entry.id)).toEqual(ENTRY_IDS);
    for (const entry of written) expect(entry.blocks.length, entry.id).toBeGreaterThan(0);
    expect(new Set(written.map((entry) => entry.title)).size).toBe(written.length);
  });

  it("are built alike in both languages", () => {
    const kinds = (language: "ja" | "en"): string[] =>
      entries(language).map(
        (entry) => `${entry.id}: ${entry.blocks.map((block) => block.kind).join(" ")}`,
      );
    expect(kinds("en")).toEqual(kinds("ja"));
  });

  it("have every failure once, and every failure has a page", () => {
    const codes = blocks("failures").flatMap((block) => block.codes);
    expect([...codes].sort()).toEqual(Object.keys(ACTORS).sort());
    for (const code of Object.keys(ACTORS) as ErrorCode[]) {
      expect(ERROR_PAGES[code]).toMatch(/^errors-/);
      expect(ENTRY_IDS).toContain(entryFor(code));
    }
  });

  it("lead only to pages that there are", () => {
    for (const block of blocks("see"))
      for (const id of block.entries) expect(ENTRY_IDS).toContain(id);
  });

  it("show the tray's own icons, each beside what it says", () => {
    const [block] = blocks("icons");
    expect(block?.terms.map((term) => term.icon)).toEqual(TRAY_ICONS);
    for (const icon of TRAY_ICONS) expect(trayIcon(icon), icon).toBeTruthy();
  });

  it("use every picture, which has been taken and is described in both languages", () => {
    expect(new Set(blocks("picture").map((block) => block.name))).toEqual(new Set(PICTURES));
    for (const language of LANGUAGES) {
      for (const name of PICTURES) {
        expect(picture(language, name, "light"), `${language}/${name}`).toBeTruthy();
        expect(catalogues[language].help.pictures[name].length).toBeGreaterThan(3);
      }
    }
  });
});

describe("the manual's numbers", () => {
  it.each(LANGUAGES)("are the policy's, or none (%s)", (language) => {
    const { rules } = catalogues[language].help;
    for (const [rule, words] of Object.entries(rules(null)))
      expect(words, rule).not.toMatch(/[0-9０-９]/);
    for (const [rule, words] of Object.entries(rules(UNUSUAL))) {
      expect(words, rule).toMatch(/\d/);
      expect(words, rule).not.toBe(rules(SERVICE_POLICY)[rule as keyof ReturnType<typeof rules>]);
    }
  });

  it.each(LANGUAGES)("are nowhere written down (%s)", (language) => {
    const text = JSON.stringify(entries(language, UNUSUAL));
    const ours =
      language === "ja"
        ? /(^|\D)(28日|14日前|10日前|90日|365日|1年間|3分|5回|8文字|16文字|2世代|30分|1,000名)/
        : /\b(28 days|14 days|10 days|90 days|365 days|one year|1 year|3 minutes|three minutes|5 (times|wrong|tries)|five (times|wrong|tries)|8 to 16|30 minutes|1,000)\b/i;
    expect(text.match(ours)?.[0]).toBeUndefined();
  });
});

describe("what matches in the manual", () => {
  it("marks what matches, whatever its width and case", () => {
    const marked = (text: string, query: string): string[] =>
      pieces(text, terms(query)).flatMap((piece) => (piece.match ? [piece.text] : []));
    expect(marked("ﾊﾟｽﾜｰﾄﾞの変更とパスワード", "ぱすわーど")).toEqual(["ﾊﾟｽﾜｰﾄﾞ", "パスワード"]);
    expect(marked("お忘れの場合は、忘れたことを", "忘れました")).toEqual(["忘れ", "忘れ"]);
    expect(marked("a CSV file", "csv")).toEqual(["CSV"]);
    expect(marked("nothing", "x.*")).toEqual([]);
    const text = "更新は有効期限の㈱から";
    expect(
      pieces(text, terms("株"))
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  });
});

describe("the help screen", () => {
  const openHelp = async (prepare?: Parameters<typeof openApp>[0]): Promise<OpenApp> => {
    const app = await openApp(prepare);
    await app.user.click(get("open-help"));
    await find("help");
    return app;
  };

  it("finds a page, opens it with its focus, turns pages and comes back", async () => {
    const { user } = await openHelp();
    await user.click(get("help-search"));
    await user.paste("ぱすわーど ろっく");
    expect(get("help-count").textContent.trim()).not.toBe("");
    await user.click(get("hit-password-lock"));
    const title = catalogues.ja.help.chapters.password.entries(catalogues.ja.help.rules(null))[
      "password-lock"
    ].title;
    const heading = get("help-entry").querySelector("h2");
    expect(heading).toHaveTextContent(title);
    expect(heading).toHaveFocus();
    await user.click(get("help-to-results"));
    expect(get("help-search")).toHaveFocus();
    await user.click(get("help-clear"));
    await user.click(get("entry-link-faq-4-2"));
    expect(screen.getByText(/4-2/)).toBeVisible();
    expect(get("entry-link-faq-4-2")).toHaveAttribute("aria-current", "page");
    await user.click(get("help-contents"));
    expect(document.activeElement).toHaveTextContent(catalogues.ja.help.sought);
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("help")).toBeNull();
    expect(get("open-help")).toHaveFocus();
  });

  it.each(QUESTIONS)("answers question %s of the FAQ in two steps", async (number) => {
    const { user } = await openApp();
    await user.click(get("open-help"));
    await user.click(get(`question-faq-${number}`));
    expect(get("help-entry").dataset.entry).toBe(`faq-${number}`);
    expect(get("help-entry")).toHaveTextContent(catalogues.ja.help.faq(number));
  });

  it("opens the best page with the Enter key, and takes a suggestion", async () => {
    const { user } = await openHelp();
    await user.type(get("help-search"), "スマホ{Enter}");
    expect(get("help-entry").dataset.entry).toBe("faq-1-2");
    await user.clear(get("help-search"));
    await user.type(get("help-search"), "アンイン");
    await user.click(screen.getByRole("button", { name: "アンインストール" }));
    expect(get("help-search")).toHaveFocus();
    expect(get("help-search")).toHaveValue("アンインストール");
    expect(get("hit-app-removal")).toBeVisible();
  });

  it("says what it looked for instead of what was mistyped", async () => {
    const { user } = await openHelp();
    await user.click(get("help-search"));
    await user.paste("pasuwa-do");
    expect(get("help-count")).toHaveTextContent("「パスワード」を検索しました");
    expect(get("hit-password-change")).toBeVisible();
  });

  it("goes to the search with the keys of every other program", async () => {
    const { user } = await openHelp();
    await user.click(get("entry-link-renewal"));
    await user.keyboard("{Control>}f{/Control}");
    expect(get("help-search")).toHaveFocus();
  });

  it("shows the tray's icons where it explains them, and the help desk where one is to be asked", async () => {
    const { user } = await openHelp();
    await user.click(get("entry-link-tray"));
    for (const icon of TRAY_ICONS) expect(get(`tray-icon-${icon}`)).toBeVisible();
    await user.click(get("entry-link-contact"));
    expect(get("help-entry")).toHaveTextContent(PROFILE.support.phone);
  });

  it("says what to do when nothing is found", async () => {
    const { user } = await openHelp();
    await user.type(get("help-search"), "xyzzy");
    expect(get("help-count")).toHaveTextContent("xyzzy");
    expect(screen.getByText(catalogues.ja.help.nothingHint)).toBeVisible();
    await user.keyboard("{Escape}");
    expect(get("help-search")).toHaveValue("");
    expect(get("help")).toBeVisible();
  });

  it("names the numbers of the service that is used", async () => {
    const { user } = await openHelp((backend) => {
      backend.current = overview([USABLE], [{ ...PROFILE, policy: UNUSUAL }]);
    });
    await user.click(get("entry-link-renewal"));
    expect(get("help")).toHaveTextContent("47日前");
  });

  it("prints every page, once its pictures are there", async () => {
    const { backend, user } = await openHelp();
    expect(screen.queryByTestId("printed-manual")).toBeNull();
    await user.click(get("print-manual"));
    const printed = await find("printed-manual");
    const said = new Set(
      [...printed.querySelectorAll("*")].map((element) => element.textContent.trim()),
    );
    for (const entry of entries("ja", PROFILE.policy)) {
      expect(said.has(entry.title), entry.id).toBe(true);
    }
    const shown = blocks("picture").length + TRAY_ICONS.length;
    expect(printed.querySelectorAll("img").length).toBe(shown);
    expect(namesOf(backend)).toContain("print");
  });

  it("is printed with the keys of every other program", async () => {
    const { backend, user } = await openHelp();
    await user.keyboard("{Control>}p{/Control}");
    await find("printed-manual");
    await vi.waitFor(() => expect(namesOf(backend)).toContain("print"));
  });

  it("is drawn for a printing that the system starts, and says when printing fails", async () => {
    const { user } = await openHelp((backend) => backend.fail("print", failure("app-failed")));
    await fireEvent(window, new Event("beforeprint"));
    expect(get("printed-manual")).toBeInTheDocument();
    await user.click(get("print-manual"));
    expect((await find("failure")).dataset.code).toBe("app-failed");
  });
});

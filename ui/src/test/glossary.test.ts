import { describe, expect, it } from "vitest";

import { files, holes, japanese, refused, rulesOf, sentencesOf, type Sentence } from "./glossary";

const JA = rulesOf("docs/glossary.ja.md");
const EN = rulesOf("docs/glossary.md");

const alone = (text: string): Sentence[] => [{ file: "example", line: 1, text: holes(text) }];
const texts = files().map((file) => ({ file, sentences: japanese(file) }));

describe("the glossary's rules", () => {
  it.each([...JA, ...EN].map((rule) => [rule.refused.source, rule] as const))(
    "%s refuses its wrong example and lets its right one pass",
    (_, rule) => {
      expect(refused([rule], alone(rule.wrong))).toHaveLength(1);
      expect(refused([...JA, ...EN], alone(rule.right))).toEqual([]);
    },
  );

  it("are many, and read from the glossary alone", () => {
    expect(JA.length).toBeGreaterThan(40);
    expect(EN.length).toBeGreaterThan(5);
  });
});

describe("a planted mistake", () => {
  it.each([
    ["ui/src/text/ja/x.ts", "export const x = { a: `${name}さま、御社` };", "御社"],
    ["ui/src/text/ja/x.ts", "const cause = ({ id }) => `ユーザID: ${id}`;", "ID:"],
    ["ui/src/text/ja/x.ts", 'const a = "お客さま" + "サービス提供会社です";', "サービス提供会社"],
    ["ui/src/parts/X.svelte", '<script lang="ts">\n</script>\n<p>受付番号</p>', "受付番号"],
    ["ui/src/parts/X.svelte", '<script lang="ts">const a = "ご対応";</script>', "ご対応"],
    ["crates/x/src/lib.rs", 'fn a() { b("押して\\\n    下さい"); }', "下さい"],
    ["crates/x/src/lib.rs", 'fn a() { format!(r#"{name}さま"#) }', "□さま"],
    ["docs/x.ja.md", "この\n版は、新しい\n版です。", "新しい版"],
    ["docs/x.ja.md", "| a | クリック |", "クリック"],
    ["packaging/x.nsi", '!insertmacro Text A "x" "Warifu を起動します"', "Warifu "],
    ["packaging/x.adml", '<string id="A">IT部門</string>', "IT部門"],
    ["crates/x/templates/x.html", '<p class="a">{{ name }}さま</p>', "□さま"],
    ["crates/x/templates/x.html", '<input placeholder="ご対応">', "ご対応"],
    ["docs/x.svg", '<text x="1">御社</text><text x="2">a</text>', "御社"],
    ["packaging/x.ja.1", '.BR "他のファイル"', "他の"],
  ])("in %s is found: %s", (file, source, found) => {
    const problems = refused(JA, sentencesOf(file, source));
    expect(problems.some((problem) => problem.includes(`: ${found} → `))).toBe(true);
  });

  it.each([
    ["ui/src/text/ja/x.ts", 'export const x = { words: "御社 お客様" }; // 受付番号'],
    [
      "crates/x/src/lib.rs",
      '// 御社\nfn a() {}\n#[cfg(test)]\nmod tests { const A: &str = "御社"; }',
    ],
    ["docs/x.ja.md", "```\nWarifu を起動\n```"],
    ["packaging/x.nsi", "; 御社"],
  ])("is none in what nobody reads: %s: %s", (file, source) => {
    expect(refused(JA, sentencesOf(file, source))).toEqual([]);
  });
});

describe("every Japanese text", () => {
  it.each([
    "ui/src/text/ja/failures/index.ts",
    "ui/src/text/ja/help/faq-trouble.ts",
    "crates/backend/src/notice.rs",
    "crates/backend/src/mail/letter.rs",
    "crates/cli/src/text/ja.rs",
    "crates/managed/src/definition.rs",
    "src-tauri/src/warnings.rs",
    "packaging/windows/setup.nsi",
    "packaging/windows/policy/ja-JP/warifu.adml",
    "packaging/debian/warifu.ja.1",
    "docs/it-department.ja.md",
    "docs/key-in-a-token.ja.md",
    "docs/load-balancer.ja.md",
    "docs/operator/README.ja.md",
    "docs/operator/backup.ja.md",
    "docs/operator/first-customer.ja.md",
    "docs/operator/incident-backend.ja.md",
    "docs/operator/incident-clock.ja.md",
    "docs/operator/incident-database.ja.md",
    "docs/operator/incident-disk-full.ja.md",
    "docs/operator/incident-key.ja.md",
    "docs/operator/incident-lock-out.ja.md",
    "docs/operator/incident-mail.ja.md",
    "docs/operator/incident-record.ja.md",
    "docs/operator/incident-server-certificate.ja.md",
    "docs/operator/incident-web-certificate.ja.md",
    "docs/operator/installation.ja.md",
    "docs/operator/key-ceremony.ja.md",
    "docs/operator/reload.ja.md",
    "docs/operator/sizing.ja.md",
    "docs/operator/upgrade.ja.md",
    "docs/operator/watching.ja.md",
    "docs/record.ja.md",
    "docs/postgresql.ja.md",
    "docs/services/operation.ja.md",
    "docs/overview.ja.svg",
    "README.ja.md",
  ])("is looked at in %s", (file) => {
    const found = texts.find((each) => each.file === file);
    expect(found?.sentences.length).toBeGreaterThan(0);
  });

  it("keeps to the glossary", () => {
    const all = texts.flatMap(({ sentences }) => sentences);
    expect(all.length).toBeGreaterThan(1000);
    expect(refused(JA, all)).toEqual([]);
  });
});

describe("every English text of the screens", () => {
  it("keeps to the glossary", async () => {
    const { readFileSync } = await import("node:fs");
    const all = files("ui/src/text/en").flatMap((file) =>
      sentencesOf(file, readFileSync(`../${file}`, "utf8")),
    );
    expect(all.length).toBeGreaterThan(500);
    expect(refused(EN, all)).toEqual([]);
  });
});

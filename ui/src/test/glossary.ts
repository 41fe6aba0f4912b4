import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import ts from "typescript";

/** The repository; tests run in `ui`. */
export const ROOT = join("..");

/** A text that somebody reads, and where it stands. Whatever is put into it is `□`. */
export type Sentence = { file: string; line: number; text: string };

/** What a glossary refuses, with an example of each kind. */
export type Rule = { refused: RegExp; instead: string; wrong: string; right: string };

const JAPANESE = /[\u3041-\u30fe\u4e00-\u9fff]/;
const HOLE = "□";

/** The rules that a glossary's tables with four columns give, the first of them an expression. */
export function rulesOf(glossary: string): Rule[] {
  return readFileSync(join(ROOT, glossary), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => {
      const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
      const [, refused = "", instead = "", wrong = "", right = ""] = cells;
      if (right === "") return [];
      return [{ refused: new RegExp(refused.replace(/^`|`$/g, ""), "u"), instead, wrong, right }];
    });
}

/** Braces of either language with whatever is put there. */
export function holes(text: string): string {
  return text.replace(/\$?\{[\w.:?,]*\}/g, HOLE);
}

/** What of the texts a glossary refuses. */
export function refused(rules: readonly Rule[], sentences: readonly Sentence[]): string[] {
  return sentences.flatMap(({ file, line, text }) =>
    text.split("\n").flatMap((part) =>
      rules.flatMap(({ refused, instead }) => {
        const found = refused.exec(part)?.[0];
        return found === undefined ? [] : [`${file}:${line}: 「${part}」: ${found} → ${instead}`];
      }),
    ),
  );
}

/** No text of ours, but a machine's, a test's, or one that others write. */
const ELSEWHERE: readonly [RegExp, string][] = [
  [/(^|\/)(\.git|target|node_modules|dist|gen|licenses)(\/|$)/, "not written by us, or built"],
  [/(^|\/)(tests?|testdata|benches|fuzz)(\/|$)|\.test\.ts$|(^|\/)tests\.rs$/, "invented or wrong"],
  [/^ui\/src\/assets\/manual\//, "what the pictures show, compared with the screens where taken"],
  [/^crates\/client\/src\/flows\/(columns|permissions|encoding|spreadsheet)\.rs$/, "users' files"],
  [/^docs\/api\/|^ui\/dev\//, "written for programs, or invented"],
  [/^docs\/glossary(\.ja)?\.md$/, "names what is refused"],
  [/\.(png|ico|icns|lock|p12|der|sqlite|snap)$/, "no text"],
];

/** Every file of the repository in which one of our texts may stand. */
export function files(folder = ""): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (ELSEWHERE.some(([where]) => where.test(path))) return [];
    if (entry.isDirectory()) return files(path);
    return entry.isFile() ? [path] : [];
  });
}

/** The Japanese texts of a file. */
export function japanese(file: string): Sentence[] {
  const source = readFileSync(join(ROOT, file), "utf8");
  if (!JAPANESE.test(source)) return [];
  return sentencesOf(file, source).filter(({ text }) => JAPANESE.test(text));
}

export function sentencesOf(file: string, source: string): Sentence[] {
  switch (extname(file)) {
    case ".ts":
    case ".js":
      return ofTypeScript(file, source);
    case ".svelte":
      return ofSvelte(file, source);
    case ".rs":
      return ofRust(file, source);
    case ".md":
      return ofMarkdown(file, source);
    default:
      return ofLines(file, source);
  }
}

function lineAt(source: string, position: number): number {
  return source.slice(0, position).split("\n").length;
}

/** Strings and templates, but for the words that are only searched for. */
function ofTypeScript(file: string, source: string, from = 1): Sentence[] {
  const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: Sentence[] = [];
  const add = (node: ts.Node, text: string): void => {
    const line = from + parsed.getLineAndCharacterOfPosition(node.getStart()).line;
    found.push({ file, line, text: holes(text) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === "words") {
      if (ts.isStringLiteralLike(node.initializer)) return;
    }
    if (ts.isStringLiteralLike(node)) return add(node, node.text);
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map((span) => HOLE + span.literal.text);
      add(node, node.head.text + spans.join(""));
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return found;
}

function ofSvelte(file: string, source: string): Sentence[] {
  const scripts = [...source.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)];
  const markup = source.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>|<!--[\s\S]*?-->/g, (gone) =>
    gone.replace(/[^\n]/g, ""),
  );
  return [
    ...scripts.flatMap((script) =>
      ofTypeScript(file, script[1] ?? "", lineAt(source, script.index)),
    ),
    ...ofLines(file, markup),
  ];
}

/** String literals outside comments and the file's own tests. */
function ofRust(file: string, source: string): Sentence[] {
  const ours = source.split(/^#\[cfg\(test\)\]\nmod /m)[0] ?? "";
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|r(#*)"([\s\S]*?)"\1|"((?:[^"\\]|\\[\s\S])*)"|'(?:[^'\\\n]|\\.)'/g;
  return [...ours.matchAll(token)].flatMap((match) => {
    const text = match[2] ?? match[3]?.replace(/\\\n\s*/g, "").replace(/\\n/g, "\n");
    if (text === undefined) return [];
    const said = text.replace(/\\(x20|u\{[0-9a-f]+\}|.)/g, " ").replaceAll(/\{\{|\}\}/g, "");
    return [{ file, line: lineAt(source, match.index), text: holes(plain(said)) }];
  });
}

/** Paragraphs, in which a line's end is no blank; code left out. */
function ofMarkdown(file: string, source: string): Sentence[] {
  const prose = source
    .replace(/^```[\s\S]*?^```$/gm, (code) => code.replace(/[^\n]/g, ""))
    .replace(/<!--[\s\S]*?-->/g, (gone) => gone.replace(/[^\n]/g, ""));
  const found: Sentence[] = [];
  let going = false;
  prose.split("\n").forEach((line, index) => {
    const text = plain(line.replace(/`[^`]*`/g, HOLE).replace(/[*_]{2}/g, ""));
    const last = found.at(-1);
    if (going && last && !/^\s*([-|#>]|\d+\.)/.test(line) && text.trim() !== "") {
      last.text += text.trim();
    } else if (line.startsWith("|")) {
      for (const cell of text.split("|")) found.push({ file, line: index + 1, text: cell.trim() });
    } else {
      found.push({ file, line: index + 1, text: text.trim() });
    }
    going = text.trim() !== "" && !/^(#|\|)/.test(line);
  });
  return found;
}

/** What stands between quotation marks or tags; comments left out. */
function ofLines(file: string, source: string): Sentence[] {
  const comment = {
    ".nsi": /^\s*[;#].*/,
    ".sql": /^\s*--.*/,
    ".1": /^\.\\".*/,
    ".toml": /^\s*#.*/,
  };
  const own = comment[extname(file) as keyof typeof comment];
  return source.split("\n").flatMap((line, index) => {
    const said = plain(own ? line.replace(own, "") : line);
    const markup = line.trimStart().startsWith("<");
    const quoted = [...(markup ? line : said).matchAll(/"([^"]*)"|'([^']*)'/g)]
      .map((match) => match[1] ?? match[2] ?? "")
      .filter((text) => JAPANESE.test(text));
    const texts = markup || quoted.length === 0 ? [said, ...quoted] : quoted;
    return texts.map((text) => ({ file, line: index + 1, text: holes(plain(text).trim()) }));
  });
}

/** Without tags, and without the commands of manual pages and installers. */
function plain(text: string): string {
  return text
    .replace(/<[^>]*>/g, "")
    .replace(/\{\{.*?\}\}|\{[^{}]*\}/g, HOLE)
    .replace(/\$\\r|\$\\n/g, "\n")
    .replace(/\\f[BIPR]/g, "")
    .replace(/^\.[A-Za-z]{1,2} /, "");
}

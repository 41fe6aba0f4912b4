import type { ErrorCode } from "../../backend";
import type { FailureTexts } from "../failure";
import type { Block, Chapter, Entry, Part } from "./model";

/** A stretch of text, and whether it matches. */
export type Piece = { text: string; match: boolean };

export type Hit = { entry: Entry; chapter: Chapter; excerpt: string };

/** How much of a text is shown around its first match. */
const BEFORE = 24;
const LENGTH = 110;

/** The same for full and half width, upper and lower case, hiragana and katakana. */
export function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

/** What is looked for; all of it must be found. */
export function terms(query: string): string[] {
  return fold(query).split(/\s+/).filter(Boolean);
}

function textsOf(block: Block, failures: FailureTexts): string[] {
  switch (block.kind) {
    case "text":
    case "note":
      return [block.text];
    case "steps":
      return block.steps;
    case "list":
      return block.items;
    case "terms":
      return block.terms.flatMap(({ term, text }) => [term, text]);
    case "failures":
      return block.codes.flatMap((code) => failureTexts(code, failures));
    case "picture":
    case "see":
      return [];
  }
}

function failureTexts(code: ErrorCode, failures: FailureTexts): string[] {
  const { title, cause, next } = failures[code];
  return [title, code, typeof cause === "string" ? cause : cause({}), ...next];
}

/** Whether a failure's own text has all that is looked for. */
export function failureMatches(code: ErrorCode, failures: FailureTexts, wanted: string[]): boolean {
  const text = fold(failureTexts(code, failures).join("\n"));
  return wanted.length > 0 && wanted.every((term) => text.includes(term));
}

/** The entries that match, those first whose title does. */
export function search(parts: Part[], failures: FailureTexts, query: string): Hit[] {
  const wanted = terms(query);
  if (wanted.length === 0) return [];
  const inTitle: Hit[] = [];
  const inText: Hit[] = [];
  for (const chapter of parts.flatMap((part) => part.chapters)) {
    for (const entry of chapter.entries) {
      const texts = entry.blocks.flatMap((block) => textsOf(block, failures));
      const title = fold(entry.title);
      const all = fold([entry.title, entry.words ?? "", entry.faq.join(" "), ...texts].join("\n"));
      if (!wanted.every((term) => all.includes(term))) continue;
      const hit = { entry, chapter, excerpt: excerpt(texts, wanted) };
      (wanted.every((term) => title.includes(term)) ? inTitle : inText).push(hit);
    }
  }
  return [...inTitle, ...inText];
}

function excerpt(texts: string[], wanted: string[]): string {
  const found =
    texts.find((text) => wanted.some((term) => fold(text).includes(term))) ?? texts[0] ?? "";
  const at = pieces(found, wanted).find((piece) => !piece.match)?.text.length ?? 0;
  const matchesFirst = pieces(found, wanted)[0]?.match ?? false;
  const start = matchesFirst || at <= BEFORE || at === found.length ? 0 : at - BEFORE;
  const end = start + LENGTH;
  return `${start > 0 ? "…" : ""}${found.slice(start, end)}${end < found.length ? "…" : ""}`;
}

/** The text cut where matches begin and end. */
export function pieces(text: string, wanted: string[]): Piece[] {
  if (wanted.length === 0) return [{ text, match: false }];
  // A voiced half-width kana is two characters, and some characters fold into several.
  const units = text.match(/[^][\u3099\u309a\uff9e\uff9f]?/gu) ?? [];
  const owner: number[] = [];
  let folded = "";
  units.forEach((unit, index) => {
    const small = fold(unit);
    folded += small;
    for (let i = 0; i < small.length; i += 1) owner.push(index);
  });
  const marked = new Set<number>();
  for (const term of wanted) {
    for (let at = folded.indexOf(term); at !== -1; at = folded.indexOf(term, at + term.length)) {
      for (let i = at; i < at + term.length; i += 1) marked.add(owner[i] ?? -1);
    }
  }
  const found: Piece[] = [];
  units.forEach((unit, index) => {
    const match = marked.has(index);
    const last = found.at(-1);
    if (last && last.match === match) last.text += unit;
    else found.push({ text: unit, match });
  });
  return found;
}

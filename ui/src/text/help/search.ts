import type { ErrorCode } from "../../backend";
import type { FailureTexts } from "../failure";
import { fold, kanaOf, skeleton } from "./fold";
import { marked } from "./marking";
import type { Block, Chapter, Entry, Part } from "./model";
import { termsOf, troubled, type Form, type Term } from "./stems";
import {
  closest,
  meanings,
  STANDING_IN,
  standingFor,
  type Meaning,
  type Synonyms,
} from "./vocabulary";

export { marked as pieces } from "./marking";

export type Hit = { entry: Entry; chapter: Chapter; excerpt: string };

/** What a search gives; `instead` is what was looked for because nothing matched what was typed. */
export type Found = { hits: Hit[]; instead: string | null; marks: string[] };

/** What a place is worth: a title says what a page is about, the words what it is asked by. */
const TITLE = 8;
const WORDS = 6;
const BODY = 1.5;
/** For each further time in the body, up to four. */
const AGAIN = 0.25;
/** For the whole of what was typed in one place. */
const ALL_OF_THE_WORDS = 10;
const IN_THE_TITLE = 6;
const IN_ONE_PLACE = 4;
/** Pages about trouble come first where somebody says that something does not work. */
const TROUBLE = 1.2;
/** The catalogue of errors names everything; a page about the task is the better one. */
const CATALOGUE = 0.8;
/** A page with less than this share of the best one's points is left out. */
const SHARE = 0.3;
/** How many suggestions are made, and how long an excerpt is. */
const SUGGESTIONS = 4;
const BEFORE = 24;
const LENGTH = 110;

type Place = { folded: string; bones: string };
type Page = {
  entry: Entry;
  chapter: Chapter;
  texts: { text: string; folded: string }[];
  title: Place;
  words: (Place & { reduced: string })[];
  body: Place;
  prior: number;
  about: boolean;
};

/** The manual, read once for many searches. */
export type Index = {
  pages: Page[];
  lines: Meaning[][];
  /** Every word by which something is found, as it is written, by how it is folded. */
  vocabulary: Map<string, string>;
  /** Whether a suggestion finds anything, where that has been asked before. */
  useful: Map<string, boolean>;
};

export function indexOf(parts: Part[], failures: FailureTexts, synonyms: Synonyms): Index {
  const lines = meanings(synonyms);
  const vocabulary = new Map<string, string>();
  const learn = (word: string): void => {
    const folded = fold(word);
    if (folded.length > 1 && !vocabulary.has(folded)) vocabulary.set(folded, word);
  };
  const pages = parts.flatMap((part) =>
    part.chapters.flatMap((chapter) =>
      chapter.entries.map((entry): Page => {
        const texts = entry.blocks.flatMap((block) => textsOf(block, failures));
        const words = (entry.words ?? "").split(/\s+/).filter(Boolean);
        for (const word of [...words, ...loanWords(entry.title), ...texts.flatMap(loanWords)]) {
          learn(word);
        }
        return {
          entry,
          chapter,
          texts: texts.map((text) => ({ text, folded: fold(text) })),
          title: place(entry.title),
          words: [...words, ...entry.faq].map((word) => ({
            ...place(word),
            reduced: reduced(termsOf(word, () => null)),
          })),
          body: place(texts.join("\n")),
          prior: chapter.id === "errors" ? CATALOGUE : 1,
          about: chapter.id === "faq-trouble" || entry.trouble === true,
        };
      }),
    ),
  );
  for (const word of synonyms.words.split(/\s+/).filter(Boolean)) learn(word);
  return { pages, lines, vocabulary, useful: new Map() };
}

function place(text: string): Place {
  return { folded: fold(text), bones: skeleton(text) };
}

/** Katakana and letters are words of their own wherever they stand. */
function loanWords(text: string): string[] {
  return text.match(/[\u30a1-\u30fa\u30fc]{3,}|[A-Za-z][A-Za-z-]{2,}/g) ?? [];
}

function reduced(terms: Term[]): string {
  return terms.map((term) => term.forms.at(-1)?.text ?? term.text).join("");
}

/** What is looked for. */
function termsFor(index: Index, query: string): Term[] {
  return termsOf(query, (folded) => knownIn(folded, index.vocabulary));
}

/** Kana cut into words that are known, with what is left between them; null if none is. */
function knownIn(folded: string, vocabulary: Map<string, string>): string[] | null {
  if (vocabulary.has(folded)) return [folded];
  const parts: string[] = [];
  let rest = "";
  let known = false;
  for (let at = 0; at < folded.length;) {
    let length = Math.min(folded.length - at, 16);
    while (length > 2 && !vocabulary.has(folded.slice(at, at + length))) length -= 1;
    if (length <= 2) {
      rest += folded[at] ?? "";
      at += 1;
      continue;
    }
    if (rest.length > 1) parts.push(rest);
    rest = "";
    parts.push(folded.slice(at, at + length));
    at += length;
    known = true;
  }
  if (rest.length > 1) parts.push(rest);
  return known ? parts : null;
}

/** The folded words by which a text is marked. */
export function terms(query: string): string[] {
  return termsOf(query, () => null).flatMap((term) => {
    const forms = term.forms.filter((form) => form.kind === "whole").map((form) => form.text);
    return forms.filter((form) => form.length > 1 || forms.length === 1);
  });
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
    case "icons":
      return block.terms.flatMap(({ term, text }) => [term, text]);
    case "failures":
      return block.codes.flatMap((code) => failureTexts(code, failures));
    case "picture":
    case "see":
    case "contact":
      return [];
  }
}

function failureTexts(code: ErrorCode, failures: FailureTexts): string[] {
  const { title, cause, next } = failures[code];
  const words = code.replaceAll("-", " ");
  return [title, code, words, typeof cause === "string" ? cause : cause({}), ...next];
}

/** Whether a failure's own text has all that is looked for. */
export function failureMatches(code: ErrorCode, failures: FailureTexts, wanted: string[]): boolean {
  const text = fold(failureTexts(code, failures).join("\n"));
  return wanted.length > 0 && wanted.every((term) => text.includes(term));
}

/** The pages for what was typed, the best first; if there are none, those for what was meant. */
export function search(index: Index, query: string): Found {
  const wanted = termsFor(index, query);
  const hits = ranked(index, query, wanted);
  if (hits.length > 0 || query.trim() === "") return found(hits, null, query);
  const instead = meant(index, query, wanted);
  if (instead === null) return found([], null, query);
  const other = ranked(index, instead, termsFor(index, instead));
  return found(other, other.length > 0 ? instead : null, instead);
}

function found(pages: Page[], instead: string | null, query: string): Found {
  const marks = terms(query);
  const hits = pages.map((page) => ({
    entry: page.entry,
    chapter: page.chapter,
    excerpt: excerpt(page.texts, marks),
  }));
  return { hits, instead, marks };
}

function ranked(index: Index, query: string, wanted: Term[]): Page[] {
  const whole = fold(query).replace(SIGNS, "");
  if (whole === "") return [];
  const short = reduced(wanted);
  const lookedFor = wanted
    .flatMap((term) => apart(index, term))
    .map((term) => {
      const forms = term.forms.map((form) => form.text);
      const others = standingFor(term.text, forms, index.lines);
      const points = index.pages.map((page) => pointsOf(page, term.forms, others));
      const having = points.filter((each) => each > 0).length;
      return {
        points,
        weight: 0.8 + Math.log(index.pages.length / Math.max(having, 1)) / 2,
        having,
      };
    })
    // What no page has says nothing about which page it is.
    .filter((term) => term.having > 0);
  const all = lookedFor.reduce((sum, term) => sum + term.weight, 0);
  const scored = index.pages.map((page, at) => {
    const matched = lookedFor.filter((term) => (term.points[at] ?? 0) > 0);
    const covered = all === 0 ? 0 : matched.reduce((sum, term) => sum + term.weight, 0) / all;
    const points = matched.reduce((sum, term) => sum + term.weight * (term.points[at] ?? 0), 0);
    const trouble = page.about && troubled(query) ? TROUBLE : 1;
    const together = wholeOf(page, whole, short);
    return { page, covered, score: (points * covered + together) * page.prior * trouble };
  });
  const best = Math.max(...scored.map((each) => each.score));
  return scored
    .filter((each) => each.score > 0 && each.score >= best * SHARE)
    .sort((one, other) => other.score - one.score)
    .map((each) => each.page);
}

/** 承認画面 is 承認 and 画面 where no page has it as one word. */
function apart(index: Index, term: Term): Term[] {
  const anywhere = (text: string): boolean =>
    index.pages.some((page) => pointsFor(page, text, false) > 0);
  if (!/^[\u3400-\u9fff0-9]{3,}$/u.test(term.text)) return [term];
  if (term.forms.some((form) => form.text.length > 1 && anywhere(form.text))) return [term];
  const parts: string[] = [];
  for (let at = 0; at < term.text.length;) {
    let length = term.text.length - at;
    while (length > 1 && !anywhere(term.text.slice(at, at + length))) length -= 1;
    if (length > 1) parts.push(term.text.slice(at, at + length));
    at += Math.max(length, 1);
  }
  if (parts.length < 2) return [term];
  return parts.map((text) => ({ text, forms: [{ text, worth: 0.9, kind: "whole" }] }));
}

function pointsOf(page: Page, forms: readonly Form[], others: string[]): number {
  const direct = forms.map(
    (form) => form.worth * pointsFor(page, form.text, form.kind === "skeleton"),
  );
  const standing = others.map((other) => STANDING_IN * pointsFor(page, other, false));
  return Math.max(0, ...direct, ...standing);
}

function pointsFor(page: Page, text: string, bones: boolean): number {
  const where = (place: Place): string => (bones ? place.bones : place.folded);
  // One kanji alone is part of too many words to say anything in a long text.
  const single = bones && text.length === 1;
  const title = has(where(page.title), text)
    ? TITLE + (2 * text.length) / Math.max(page.title.folded.length, 1)
    : 0;
  const words = page.words.reduce((most, word) => {
    if (!has(where(word), text)) return most;
    return Math.max(most, WORDS * (0.6 + (0.4 * text.length) / where(word).length));
  }, 0);
  const times = single ? 0 : count(where(page.body), text);
  const body = times === 0 ? 0 : BODY + AGAIN * Math.min(times - 1, 4);
  return Math.max(title, words) + body * (title + words > 0 ? 0.5 : 1);
}

/** More for a page that has in one place all of what was typed. */
function wholeOf(page: Page, whole: string, short: string): number {
  const inWords = page.words.some((word) => word.folded === whole || word.reduced === short);
  if (inWords && short.length > 1) return ALL_OF_THE_WORDS;
  const like = likeness(page.title.folded.replace(SIGNS, ""), whole);
  if (like > 0.6) return ALL_OF_THE_WORDS * like;
  if (whole.length > 1 && has(page.title.folded, whole)) return IN_THE_TITLE;
  if (whole.length > 5 && has(page.body.folded, whole)) return IN_ONE_PLACE;
  const near = page.words.map(({ folded }) => {
    if (folded.length > 3 && whole.includes(folded)) return folded.length / whole.length;
    return whole.length > 3 && has(folded, whole) ? whole.length / folded.length : 0;
  });
  return IN_ONE_PLACE * Math.max(0, ...near);
}

/** The share of pairs of letters that two texts have in common. */
function likeness(one: string, other: string): number {
  const pairs = (text: string): string[] =>
    [...text].slice(1).map((_, at) => text.slice(at, at + 2));
  const [first, second] = [pairs(one), new Set(pairs(other))];
  const common = first.filter((pair) => second.has(pair)).length;
  return (2 * common) / Math.max(first.length + second.size, 1);
}

const SIGNS = /[\s、。・,.!?「」（）()]/g;
const LATIN = /^[a-z0-9]/;
const INFLECTED = /^(s|es|d|ed|r|er|y|ly|al|e|ing|ion|ions|ation|ment|able)?$/;

/** Letters only as a word of their own, so that “id” is not in “provider”, nor “no” in “notice”. */
function has(text: string, wanted: string): boolean {
  return count(text, wanted, 1) > 0;
}

function count(text: string, wanted: string, most = 5): number {
  if (wanted === "") return 0;
  let times = 0;
  for (let at = text.indexOf(wanted); at !== -1 && times < most;) {
    if (!LATIN.test(wanted) || isWord(text, at, wanted)) times += 1;
    at = text.indexOf(wanted, at + wanted.length);
  }
  return times;
}

/** Whether a word begins there and is that word, however it ends. */
function isWord(text: string, at: number, wanted: string): boolean {
  const rest = /^[a-z]*/.exec(text.slice(at + wanted.length, at + wanted.length + 12))?.[0] ?? "";
  return !/[a-z0-9]/.test(text[at - 1] ?? " ") && (wanted.length > 6 || INFLECTED.test(rest));
}

/** What was probably meant by what no page has: typed without the kana keyboard, or mistyped. */
function meant(index: Index, query: string, wanted: Term[]): string | null {
  const words = query.trim().split(/\s+/);
  if (words.every((word) => /^[A-Za-z'-]+$/.test(word))) {
    const kana = words.map(kanaOf);
    if (kana.every((word) => word !== null)) {
      const spelt = kana.map((word) => index.vocabulary.get(fold(word)) ?? word).join(" ");
      if (ranked(index, spelt, termsFor(index, spelt)).length > 0) return spelt;
    }
  }
  const closer = wanted.map((term) => closest(term.text, index.vocabulary.keys()));
  if (closer.every((word) => word === null)) return null;
  return closer
    .map((word, at) => (word === null ? wanted[at]?.text : index.vocabulary.get(word)))
    .join(" ");
}

/** Words of the manual that go on from what is being typed. */
export function suggestions(index: Index, query: string): string[] {
  const typed = query
    .normalize("NFKC")
    .replace(/[a-z]+$/i, (last) => (kanaLike(query) ? "" : last));
  const words = typed.trim().split(/\s+/);
  const last = fold(words.at(-1) ?? "");
  if (last.length < 1) return [];
  const before = words.slice(0, -1).join(" ");
  const begun = [...index.vocabulary]
    .filter(([folded, word]) => folded !== last && folded.startsWith(last) && word.length < 24)
    .sort(([one], [other]) => one.length - other.length)
    .map(([, word]) => (before === "" ? word : `${before} ${word}`));
  // ロックされた and ロックされました are one suggestion, and none where ロック has been typed.
  const said = new Set([reduced(termsFor(index, query))]);
  const useful: string[] = [];
  for (const each of begun) {
    if (useful.length === SUGGESTIONS) break;
    const short = reduced(termsFor(index, each));
    if (said.has(short) || !leadsSomewhere(index, each)) continue;
    said.add(short);
    useful.push(each);
  }
  return useful;
}

function leadsSomewhere(index: Index, query: string): boolean {
  const known = index.useful.get(query);
  if (known !== undefined) return known;
  const useful = ranked(index, query, termsFor(index, query)).length > 0;
  index.useful.set(query, useful);
  return useful;
}

/** 「ぱすw」: a letter on the way to a kana. */
function kanaLike(query: string): boolean {
  return /[\u3041-\u30fe][a-z]+$/i.test(query.normalize("NFKC"));
}

function excerpt(texts: Page["texts"], wanted: string[]): string {
  const place = texts.find(({ folded }) => wanted.some((term) => folded.includes(term)));
  const found = (place ?? texts[0])?.text ?? "";
  const [first] = marked(found, wanted);
  const at = first?.text.length ?? 0;
  const matchesFirst = first?.match ?? false;
  const start = matchesFirst || at <= BEFORE || at === found.length ? 0 : at - BEFORE;
  const end = start + LENGTH;
  return `${start > 0 ? "…" : ""}${found.slice(start, end)}${end < found.length ? "…" : ""}`;
}

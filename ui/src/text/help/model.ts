import type { ErrorCode, Policy } from "../../backend";
import { OUTLINE, type ChapterId, type EntryId, type EntryIdOf, type PartId } from "./outline";
import type { PictureName, TrayIcon } from "./pictures";
import type { Synonyms } from "./vocabulary";

/** A piece of an entry. The manual grows by adding entries, not by adding screens. */
export type Block =
  | { kind: "text"; text: string }
  | { kind: "steps"; steps: string[] }
  | { kind: "list"; items: string[] }
  | { kind: "terms"; terms: { term: string; text: string }[] }
  | { kind: "note"; text: string }
  /** The tray's icons, each with what it says. */
  | { kind: "icons"; terms: { icon: TrayIcon; term: string; text: string }[] }
  /** Whom to ask, as the provider names itself. */
  | { kind: "contact" }
  | { kind: "picture"; name: PictureName }
  /** Where to read on. */
  | { kind: "see"; entries: EntryId[] }
  /** Cause, actor and next steps of failures, in the words of their own texts. */
  | { kind: "failures"; codes: ErrorCode[] };

/** `words` are what people search for although the text says it otherwise. */
export type EntryText = { title: string; words?: string; blocks: Block[] };

/**
 * What the provider's policy says, in words that fit into a sentence. Without a policy they say it
 * without a number, so that the manual never names one that is not true.
 */
export type Rules = {
  certificateLife: string;
  /** From … the certificate can be renewed. */
  renewalFrom: string;
  /** When notifications come. */
  warnings: string;
  /** When e-mail comes. */
  mails: string;
  urgent: string;
  transferTime: string;
  importMost: string;
  passwordLength: string;
  passwordHistory: string;
  passwordLife: string;
  /** From … the main menu asks for a new password. */
  passwordNotice: string;
  changeTime: string;
  changeOver: string;
  /** After … wrong passwords. */
  tries: string;
  lockExample: string;
};

export type ChapterText<C extends ChapterId> = {
  title: string;
  entries: (rules: Rules) => Record<EntryIdOf<C>, EntryText>;
};

export type HelpTexts = {
  title: string;
  lead: string;
  close: string;
  contents: string;
  toContents: string;
  search: string;
  searchHint: string;
  clear: string;
  found: (count: number) => string;
  nothing: (query: string) => string;
  /** What was looked for, since nothing matched what was typed. */
  instead: (query: string, other: string) => string;
  suggestions: string;
  nothingHint: string;
  results: string;
  toResults: string;
  previous: string;
  next: string;
  turnPages: string;
  sought: string;
  see: string;
  note: string;
  chapter: (number: number) => string;
  faq: (numbers: string) => string;
  fromFailure: string;
  print: string;
  printing: string;
  cover: { title: string; edition: (date: string, version: string) => string };
  rules: (policy: Policy | null) => Rules;
  parts: Record<PartId, string>;
  chapters: { [C in ChapterId]: ChapterText<C> };
  pictures: Record<PictureName, string>;
  synonyms: Synonyms;
};

/** `trouble`: somebody for whom something does not work looks for it. */
export type Entry = EntryText & { id: EntryId; faq: readonly string[]; trouble: boolean };
export type Chapter = { id: ChapterId; number: number; title: string; entries: Entry[] };
export type Part = { id: PartId; title: string; chapters: Chapter[] };

/** The manual in one language, as the policy stands. */
export function manual(texts: HelpTexts, policy: Policy | null): Part[] {
  const rules = texts.rules(policy);
  let number = 0;
  return OUTLINE.map((part) => ({
    id: part.id,
    title: texts.parts[part.id],
    chapters: part.chapters.map((chapter) => {
      const { title, entries } = texts.chapters[chapter.id];
      const written = entries(rules) as Record<EntryId, EntryText>;
      return {
        id: chapter.id,
        number: ++number,
        title,
        entries: chapter.entries.map((entry) => ({
          ...written[entry.id],
          id: entry.id,
          faq: entry.faq,
          trouble: "trouble" in entry,
        })),
      };
    }),
  }));
}

/** What is looked for most, on the manual's first page. */
export const SOUGHT: EntryId[] = [
  "first-login",
  "password-forgotten",
  "password-lock",
  "renewal",
  "transfer",
  "reissue",
  "lost-pc",
  "contact",
];

export const ENTRY_IDS: EntryId[] = OUTLINE.flatMap((part) =>
  part.chapters.flatMap((chapter) => chapter.entries.map((entry) => entry.id)),
);

import { fold, skeleton } from "./fold";

/**
 * Words that stand for each other, a line for each meaning: what readers say, what the manual says,
 * and how it is read. The property is called `words` as in the entries: nobody reads it.
 */
export type Synonyms = { words: string };

/** How much a word is worth that stands for the one that was typed. */
export const STANDING_IN = 0.75;

/** A word in a line of synonyms. */
export type Meaning = { folded: string; bones: string };

/** Each word with those that stand for it. */
export function meanings({ words }: Synonyms): Meaning[][] {
  return words
    .split("\n")
    .map((line) => line.split(/\s+/).filter(Boolean))
    .map((line) => line.map((word) => ({ folded: fold(word), bones: skeleton(word) })))
    .filter((line) => line.length > 1);
}

/** What stands for a word, but not the word itself. */
export function standingFor(word: string, forms: readonly string[], lines: Meaning[][]): string[] {
  const found = new Set<string>();
  for (const line of lines) {
    const meant = line.some(
      ({ folded, bones }) =>
        forms.includes(folded) ||
        (bones.length > 1 && forms.includes(bones)) ||
        kanaOfIt(folded, word),
    );
    if (meant) for (const { folded } of line) if (folded !== word) found.add(folded);
  }
  return [...found];
}

/** わすれた begins like わすれ, however it ends. */
function kanaOfIt(each: string, word: string): boolean {
  if (!/^[ぁ-ん]{2,}$/.test(each) || !/^[ぁ-ん]{3,}$/.test(word)) return false;
  return word.startsWith(each) || each.startsWith(word);
}

/** How many letters have to be changed, added, left out or swapped; more than `most` is not counted. */
export function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      let cost = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[other.length] ?? most + 1;
}

/** The known word that was probably meant; the first of those that are equally close. */
export function closest(word: string, known: Iterable<string>): string | null {
  const most = word.length < 3 ? 0 : word.length < 6 ? 1 : 2;
  let found: string | null = null;
  let least = most + 1;
  for (const each of known) {
    const far = distance(word, fold(each), most);
    if (far > 0 && far < least) [found, least] = [each, far];
  }
  return found;
}

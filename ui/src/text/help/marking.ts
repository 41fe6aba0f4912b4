import { fold } from "./fold";

/** A stretch of text, and whether it matches. */
export type Piece = { text: string; match: boolean };

/** The text cut where matches begin and end. */
export function marked(text: string, wanted: string[]): Piece[] {
  if (wanted.length === 0) return [{ text, match: false }];
  // A voiced half-width kana is two characters, and some characters fold into several or into none.
  const units = text.match(/[^][\u3099\u309a\uff9e\uff9f]?/gu) ?? [];
  const owner: number[] = [];
  let folded = "";
  units.forEach((unit, index) => {
    const small = fold(unit);
    folded += small;
    for (let i = 0; i < small.length; i += 1) owner.push(index);
  });
  const marks = new Set<number>();
  for (const term of wanted) {
    if (term === "") continue;
    for (let at = folded.indexOf(term); at !== -1; at = folded.indexOf(term, at + term.length)) {
      const [first, last] = [owner[at] ?? 0, owner[at + term.length - 1] ?? 0];
      for (let index = first; index <= last; index += 1) marks.add(index);
    }
  }
  const found: Piece[] = [];
  units.forEach((unit, index) => {
    // The long vowel at a word's end goes with the word.
    const match = marks.has(index) || (marks.has(index - 1) && fold(unit) === "" && unit === "ー");
    if (match) marks.add(index);
    const last = found.at(-1);
    if (last && last.match === match) last.text += unit;
    else found.push({ text: unit, match });
  });
  return found;
}

// What the keyboard's input mode leaves in fields that take half-width characters only.

const HALF_WIDTH = /^[\x20-\x7e]*$/;

/** Whether anything but half-width letters, digits and symbols is in the text. */
export function hasFullWidth(text: string): boolean {
  return !HALF_WIDTH.test(text);
}

/** The text in half-width form, as far as there is one (１２３ → 123), without spaces around it. */
export function toHalfWidth(text: string): string {
  return text.normalize("NFKC").trim();
}

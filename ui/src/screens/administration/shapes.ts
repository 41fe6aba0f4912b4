// What a field can look like at all; whether it is right, the backend says.

/** The most characters of a name or a department. */
export const NAME_LENGTH = 100;

/** Something on both sides of one `@`. */
export function emailLooksRight(text: string): boolean {
  return /^[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+$/.test(text);
}

// What a field can look like at all; whether it is right, the backend says.

/** 3 to 20 half-width letters, digits, `.`, `-` or `_`. */
export function userIdLooksRight(text: string): boolean {
  return /^[A-Za-z0-9._-]{3,20}$/.test(text);
}

/** Something on both sides of one `@`. */
export function emailLooksRight(text: string): boolean {
  return /^[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+$/.test(text);
}

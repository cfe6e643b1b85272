/**
 * A text from outside as PostgreSQL takes it: without NUL, which no text type holds, and without halves of surrogate
 * pairs, which its JSON refuses. Both come from cutting a text at a number of characters.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "");
}

import { hideSecrets } from "#server/logging/known-secrets.ts";

/**
 * A text from outside as PostgreSQL takes it: without NUL, which no text type holds, and without halves of surrogate
 * pairs, which its JSON refuses. Both come from cutting a text at a number of characters. And without the secrets that
 * this process knows: a platform's message may quote what it was sent.
 */
export function storableText(text: string): string {
  return hideSecrets(toStorable(text));
}

/** Whether PostgreSQL takes a text as it is. */
export function isStorableText(text: string): boolean {
  return text === toStorable(text);
}

function toStorable(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "");
}

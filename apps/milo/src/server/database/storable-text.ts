import { hideSecrets } from "#server/logging/known-secrets.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";

/**
 * A text from outside as PostgreSQL takes it: without NUL, which no text type holds, and without halves of surrogate
 * pairs, which its JSON refuses. Both come from cutting a text at a number of characters. And without the secrets that
 * this process knows and the queries of addresses, which carry meetings' passwords: a platform's message may quote them.
 */
export function storableText(text: string): string {
  return maskUrls(hideSecrets(toStorable(text)));
}

/** Whether PostgreSQL takes a text as it is. */
export function isStorableText(text: string): boolean {
  return text === toStorable(text);
}

function toStorable(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "");
}

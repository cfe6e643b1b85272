import { setTimeout as delay } from "node:timers/promises";

/** Generous: a test waits this long only when it is about to fail, and the machine may be busy. */
export const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 50;

/**
 * Looks until `look` answers something that is neither false, null nor undefined, and answers that. What it throws
 * counts as not yet. Throws a sentence with `what` after `withinMs`.
 */
export async function waitUntil<T>(
  what: string,
  look: () => Promise<T> | T,
  withinMs = PATIENCE_MS,
): Promise<Exclude<T, false | null | undefined>> {
  const endMs = performance.now() + withinMs;
  let trouble = "";
  do {
    try {
      const found = await look();
      trouble = "";
      if (found !== false && found !== null && found !== undefined) {
        return found as Exclude<T, false | null | undefined>;
      }
    } catch (error) {
      trouble = ` (last trouble: ${error instanceof Error ? error.message : String(error)})`;
    }
    await delay(LOOK_EVERY_MS);
  } while (performance.now() < endMs);
  throw new Error(`Waited ${withinMs / 1_000} s in vain until ${what}${trouble}`);
}

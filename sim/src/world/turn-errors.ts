import { errorCode, isContention, isRetryable } from "@milo/milo/server/database/retry.ts";
import type { World } from "./world.ts";

/**
 * Remembers what ended a turn. Contention and a broken deadlock are part of life: the loop's next turn makes up
 * for it. Any other error is a fault of milo: a turn that always fails loses what it was to look after.
 */
export function noteTurnError(world: World, name: string, error: unknown): void {
  if (error === undefined) return;
  if (isContention(error) || isRetryable(error)) {
    const code = errorCode(error) ?? "unknown";
    world.turnErrors.set(code, (world.turnErrors.get(code) ?? 0) + 1);
    return;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  world.reported.push({ promise: 3, what: `The turn "${name}" failed: ${text}`, botId: null });
}

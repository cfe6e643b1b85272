import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

/** Everything outside the bot's own logic; tests pass their own. */
export type Effects = {
  fetch: typeof globalThis.fetch;
  clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  /** A new unique id, at most 64 characters. */
  newId(): string;
  log: Log;
};

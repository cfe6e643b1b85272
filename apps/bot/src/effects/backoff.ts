/** Bounds of the waits between tries of one call. */
type Backoff = { baseMs: number; maximumMs: number };

/** From a blink, for a restarting milo, to a wait that a thousand bots of a dead milo can all keep up with. */
export const CALL_BACKOFF: Backoff = { baseMs: 250, maximumMs: 10_000 };

/**
 * The wait before try `failures + 1`: exponential, spread over its upper half, so that bots which failed together
 * do not come back together and none comes back at once.
 *
 * @param failures how many tries have failed, from 1
 * @param random uniform in [0, 1)
 * @returns milliseconds
 */
export function backoffMs(failures: number, random: number, backoff: Backoff = CALL_BACKOFF): number {
  const ceilingMs = Math.min(backoff.maximumMs, backoff.baseMs * 2 ** (failures - 1));
  return ceilingMs * (0.5 + random / 2);
}

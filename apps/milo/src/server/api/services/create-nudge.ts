import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";

/**
 * Two nudges of one process begin no nearer to each other: a dispatcher heeds wakes no nearer either, and each nudge wakes
 * every connection that listens.
 */
const SPACING_MS = 5;

/**
 * Gathers nudges: the first is sent at once, those that come while it is under way or just over share the next. A nudge
 * that is lost costs its bot no more than the dispatchers' next poll.
 */
export function createNudge(send: () => Promise<void>, log: Logger): () => void {
  let underWay = false;
  let again = false;
  async function drain(): Promise<void> {
    underWay = true;
    while (again) {
      again = false;
      try {
        await send();
      } catch (error) {
        log.warn({ err: error }, "Cannot nudge the dispatchers; they poll");
      }
      await delay(SPACING_MS);
    }
    underWay = false;
  }
  return () => {
    again = true;
    if (!underWay) void drain();
  };
}

import type { Logger } from "pino";

/**
 * Gathers nudges: those that come while one is under way share the next. A nudge that is lost costs its bot no more
 * than the dispatchers' next poll.
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
    }
    underWay = false;
  }
  return () => {
    again = true;
    if (!underWay) void drain();
  };
}

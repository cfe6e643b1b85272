import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";

/** How long a database that does not answer may hold up a stop: the connection is ended soon after anyway. */
const UNLISTEN_WITHIN_MS = 250;

/**
 * Calls `wake` at every notice of the queue with what it says, and with null when it begins to hear them: whatever was sent before is made good by a
 * pass. Notices are hints, polls are the guarantee: that they cannot be heard yet is told in the log and stops nothing.
 * The library listens again by itself, the first time as after every loss.
 */
export function hearQueue(sql: Sql, log: Logger, wake: (payload: string | null) => void): { close(): Promise<void> } {
  const listening = sql
    .listen("milo_queue", wake, () => wake(null))
    .catch((error) => {
      log.warn({ err: error }, "Cannot listen for new bots yet; they are found by polls until the database answers");
      return null;
    });
  return {
    async close() {
      const unlistened = listening.then((listener) => listener?.unlisten()).catch(() => undefined);
      await Promise.race([unlistened, delay(UNLISTEN_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

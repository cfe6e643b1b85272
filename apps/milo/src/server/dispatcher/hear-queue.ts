import type { Logger } from "pino";
import { type Database, openSingle, type Sql } from "#server/database/client.ts";

export type QueueHearing = {
  /** Begins to hear notices, or ends it; as before when it is so already. */
  hear(wanted: boolean): void;
  close(): Promise<void>;
};

/**
 * Calls `wake` at every notice of the queue with what it says, and with null when it begins to hear them: whatever was sent
 * before is made good by a pass. Notices are hints, polls are the guarantee: that they cannot be heard yet is told in the
 * log and stops nothing. The library listens again by itself, the first time as after every loss; what it gives to stop by
 * works no more then. Hence a client of its own, which is closed: a connection that listens is woken by each notice.
 */
export function hearQueue(sql: Sql, log: Logger, wake: (payload: string | null) => void): QueueHearing {
  let listener: Database | null = null;
  let isClosed = false;

  function begin(): void {
    const mine = openSingle(sql);
    listener = mine;
    const heed = (payload: string | null) => {
      if (listener === mine) wake(payload);
    };
    mine.sql
      .listen("milo_queue", heed, () => heed(null))
      .catch((error) => {
        if (listener !== mine) return;
        log.warn({ err: error }, "Cannot listen for new bots yet; they are found by polls until the database answers");
      });
  }

  async function end(): Promise<void> {
    const mine = listener;
    listener = null;
    await mine?.close();
  }

  return {
    hear(wanted) {
      if (wanted && listener === null && !isClosed) begin();
      if (!wanted) void end();
    },
    close() {
      isClosed = true;
      return end();
    },
  };
}

import { setImmediate as endOfTurn } from "node:timers/promises";
import type { Sql } from "#server/database/client.ts";
import { countWaiting, type QueueStats, readQueueStats } from "#server/database/repositories/queue-view.ts";

/** What is told of all bots that wait together. */
export type QueueFigures = {
  readStats(): Promise<QueueStats>;
  countWaiting(): Promise<number>;
};

/** What is asked in one turn of the event loop; `figures` has no more than the total unless somebody `wantsStats`. */
type Turn = { wantsStats: boolean; figures: Promise<QueueStats> };

/**
 * Reads the queue once for all who ask in one turn of the event loop, as the queries of one page do: a long queue takes
 * longer to count than anything else that those pages show. It is read when the turn is over: nobody is told of a moment
 * before he asked.
 */
export function createQueueFigures(sql: Sql): QueueFigures {
  let turn: Turn | null = null;

  function begin(): Turn {
    const begun: Turn = { wantsStats: false, figures: endOfTurn().then(() => end(begun)) };
    return begun;
  }

  async function end({ wantsStats }: Turn): Promise<QueueStats> {
    turn = null;
    return wantsStats ? readQueueStats(sql) : { total: await countWaiting(sql), oldest: null, avgWaitMs: 0 };
  }

  return {
    readStats() {
      turn ??= begin();
      turn.wantsStats = true;
      return turn.figures;
    },
    async countWaiting() {
      turn ??= begin();
      return (await turn.figures).total;
    },
  };
}

import { estimateWaits, HEAD_MOST, type NoEstimate, openTimes, type WaitEstimate } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { toStageState } from "#server/database/repositories/entry-state.ts";
import type { QueuePlace } from "#server/database/repositories/queue-view.ts";
import { readNowMs } from "#server/database/repositories/time-columns.ts";
import { readNewcomers, readPlatformSlots, readQueueHead } from "#server/database/repositories/wait-evidence.ts";

/** The estimate of a wait from now on, or why there is none; one of the two is null. */
export type ToldWait = { estimate: WaitEstimate | null; noEstimate: NoEstimate | null };

/**
 * How long these waiting bots have yet to wait, for rows in queue order that follow one another. Reads once for all of
 * them: what is known of the platforms and who keeps coming, and no more of the queue before them than `HEAD_MOST` entries.
 */
export async function tellWaits(sql: Sql, rows: readonly QueuePlace[]): Promise<ToldWait[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const before = first.position - 1;
  const [platforms, newcomers, ahead, nowMs] = await Promise.all([
    readPlatformSlots(sql),
    readNewcomers(sql),
    before === 0 ? [] : readQueueHead(sql, Math.min(before, HEAD_MOST)),
    readNowMs(sql),
  ]);
  const follows = before < HEAD_MOST;
  const head = [...ahead, ...(follows ? rows : [])].map((row) => {
    const state = toStageState(row);
    return { priority: row.priority, opens: openTimes(state, nowMs), givesUpInMs: state.timeoutAtMs - nowMs };
  });
  // Read a moment later, the queue before them may have got shorter; those that follow are told by their place in it.
  const asked = rows.map((row, n) => ({
    opens: openTimes(toStageState(row), nowMs),
    ahead: follows ? ahead.length + n : before + n,
  }));
  return estimateWaits({ platforms, newcomers }, head, asked).map((told) =>
    typeof told === "string" ? { estimate: null, noEstimate: told } : { estimate: told, noEstimate: null },
  );
}

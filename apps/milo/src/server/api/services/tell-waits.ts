import { estimateWaits, HEAD_MOST, type NoEstimate, openTimes, type WaitEstimate } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { toStageState } from "#server/database/repositories/entry-state.ts";
import type { QueuePlace } from "#server/database/repositories/queue-view.ts";
import { readNowMs } from "#server/database/repositories/time-columns.ts";
import { readNewcomers, readPlatformSlots, readQueueHead } from "#server/database/repositories/wait-evidence.ts";
import { createAnswerShare } from "./share-answers.ts";

/** How old an estimate may be when many look at one queue; it is minutes off in any case. */
export const WAITS_SHARED_MS = 1_000;

/** Tells the waits of rows of the queue, in their order. */
export type WaitTeller = (rows: readonly QueuePlace[]) => Promise<ToldWait[]>;

/** Tells waits to all viewers of a process: for the same rows, which they read themselves, once in `sharedMs`. */
export function createWaitTeller(sql: Sql, sharedMs: number): WaitTeller {
  const share = createAnswerShare<ToldWait[]>(sharedMs, () => performance.now());
  return (rows) => share(JSON.stringify(rows), () => tellWaits(sql, rows));
}

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

import { pruneHistory } from "#server/database/repositories/prune-history.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import type { DispatcherContext } from "./context.ts";
import { restOf } from "./share-polling.ts";

/** Small enough that its locks and its writes are gone within some tens of milliseconds. */
const BATCH = 200;
/** After a round: what grows too old in a minute is a handful. Below the silence at which a loop counts as dead. */
const ROUND_PAUSE_MS = 60_000;
/**
 * Between two batches of a backlog, at least; and as a multiple of what the last one took. A twentieth of the time is a
 * thousand rows a second and more; what an installation adds, at a bot every two seconds, is four.
 */
const LEAST_PAUSE_MS = 100;
const PAUSE_RATIO = 19;

/**
 * A turn clears away one batch of old history and answers the pause until the next. All dispatchers try, one at a time
 * does; a round begins at the oldest bot, so that nothing hangs on which dispatcher went on.
 */
export function createHistoryClearing(ctx: DispatcherContext, stretch: () => number): () => Promise<number> {
  const keepMs = ctx.times.historyKeepMs;
  let afterBotId = 0;
  let gone = 0;
  return async () => {
    if (keepMs === 0) return ROUND_PAUSE_MS;
    const beganAtMs = ctx.monotonicMs();
    const pruned = await pruneHistory(ctx.sql, { keepMs, afterBotId, most: BATCH });
    gone += pruned.bots;
    afterBotId = pruned.nextBotId ?? 0;
    if (pruned.nextBotId !== null) return Math.max(LEAST_PAUSE_MS, (ctx.monotonicMs() - beganAtMs) * PAUSE_RATIO);
    if (gone > 0) tellDecision(ctx.log, "cleared_away", { why: `${gone} bots ended longer ago than history is kept` });
    gone = 0;
    return restOf(ROUND_PAUSE_MS, stretch(), ctx.random());
  };
}

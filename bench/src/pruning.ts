import { setTimeout as delay } from "node:timers/promises";
import type { Sql } from "@milo/milo/server/database/client.ts";
import { pruneHistory } from "@milo/milo/server/database/repositories/prune-history.ts";
import { vacuum, withDatabase } from "./databases.ts";
import { measurePlacements, type Placements } from "./placements.ts";
import { percentile } from "./statistics.ts";

/** A bot, its entry, its attempt and that one's heartbeat, four events. */
const ROWS_PER_BOT = 8;
const DAY_MS = 86_400_000;
const KEEP_MS = 90 * DAY_MS;
/** Bots that are filled in at once: a statement of the system may take 15 s. */
const FILL_BATCH = 50_000;
const TIMED_BATCHES = 100;
const BATCH = 200;
/**
 * Keeping and clearing take turns, so that what else the machine does meanwhile falls on both; the more, the better, and
 * each begins with a warm-up of its own.
 */
const TURNS = 4;

export type Pruning = {
  rows: number;
  /** Placements per second beside a dispatcher that keeps all, and beside the same one while it clears away. */
  keepingPerS: number;
  clearingPerS: number;
  /** Rows that went in the meantime, per second. */
  rowsPerS: number;
  /** Of one batch of 200 bots, with nothing beside it. */
  batchP50Ms: number;
  batchP99Ms: number;
};

type PruningOptions = Omit<Parameters<typeof measurePlacements>[0], "historyKeepMs"> & { oldRows: number };

/** What clearing away costs the placements beside it, and how fast it goes, with `oldRows` rows that are too old. */
export async function measurePruning(options: PruningOptions): Promise<Pruning> {
  const { oldRows, url, ...rest } = options;
  const rows = await withDatabase(url, (sql) => fillOldBots(sql, Math.ceil(oldRows / ROWS_PER_BOT)));
  const turn = { ...rest, url, placements: Math.ceil(rest.placements / TURNS) };
  const keeping: Placements[] = [];
  const clearing: Placements[] = [];
  let [gone, elapsedS] = [0, 0];
  for (let n = 0; n < TURNS; n++) {
    keeping.push(await measurePlacements({ ...turn, historyKeepMs: 0 }));
    const before = await withDatabase(url, countOld);
    const beganAtMs = performance.now();
    clearing.push(await measurePlacements({ ...turn, historyKeepMs: KEEP_MS }));
    elapsedS += (performance.now() - beganAtMs) / 1_000;
    gone += before - (await withDatabase(url, countOld));
  }
  const batches = await withDatabase(url, timeBatches);
  return {
    rows,
    keepingPerS: perS(keeping),
    clearingPerS: perS(clearing),
    rowsPerS: (gone * ROWS_PER_BOT) / elapsedS,
    batchP50Ms: percentile(batches, 0.5),
    batchP99Ms: percentile(batches, 0.99),
  };
}

/** Of all turns together. */
function perS(turns: readonly Placements[]): number {
  const placed = turns.reduce((sum, turn) => sum + turn.starting, 0);
  return placed / turns.reduce((sum, turn) => sum + turn.starting / turn.perS, 0);
}

async function timeBatches(sql: Sql): Promise<number[]> {
  const times: number[] = [];
  for (let afterBotId = 0; times.length < TIMED_BATCHES; ) {
    const beganAtMs = performance.now();
    const pruned = await pruneHistory(sql, { keepMs: KEEP_MS, afterBotId, most: BATCH });
    if (pruned.nextBotId === null) break;
    times.push(performance.now() - beganAtMs);
    afterBotId = pruned.nextBotId;
    await delay(10);
  }
  return times;
}

async function countOld(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    SELECT count(*)::int AS n FROM bots WHERE finished_at < milo_now() - make_interval(days => 90)`;
  return row?.n ?? 0;
}

/** Bots that ended a hundred days ago, one a second, each with what a plain bot leaves behind. Answers the rows. */
async function fillOldBots(sql: Sql, bots: number): Promise<number> {
  for (let from = 1; from <= bots; from += FILL_BATCH) {
    const to = Math.min(bots, from + FILL_BATCH - 1);
    await sql`SET statement_timeout = 0`;
    await sql`
      WITH bot AS (
        INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform, attempts, created_at, finished_at)
          SELECT 'old', 'zoom', 'https://zoom.example/' || n, 'DONE', 'k8s', 1, t - interval '30 minutes', t
          FROM generate_series(${from}::int, ${to}::int) n,
            LATERAL (SELECT now() - interval '100 days' - make_interval(secs => ${bots}::int - n) AS t) ended
          RETURNING id, finished_at),
      entry AS (
        INSERT INTO deployment_queue (bot_id, queued_at, timeout_at, status, plan, finished_at)
          SELECT id, finished_at, finished_at, 'DISPATCHED', '{"stages":[],"globalWaitMs":0}', finished_at FROM bot
          RETURNING id, bot_id),
      attempt AS (
        INSERT INTO deployments (bot_id, queue_entry_id, platform, attempt, launch_key, phase, outcome, reserved_at, start_by,
            claimed_at, ended_at)
          SELECT bot.id, entry.id, 'k8s', 1, 'old-' || bot.id, 'ENDED', 'completed', finished_at, finished_at, finished_at,
            finished_at
          FROM bot JOIN entry ON entry.bot_id = bot.id RETURNING id, bot_id, ended_at),
      beat AS (INSERT INTO heartbeats SELECT id, ended_at FROM attempt)
      INSERT INTO bot_events (bot_id, deployment_id, at, code, message)
        SELECT bot_id, id, ended_at, 'OLD', 'Something that happened long ago' FROM attempt, generate_series(1, 4)`;
  }
  await vacuum(sql, ["bots", "deployment_queue", "deployments", "heartbeats", "bot_events"]);
  return bots * ROWS_PER_BOT;
}

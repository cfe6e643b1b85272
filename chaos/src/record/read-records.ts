import type { Sql } from "@milo/milo/server/database/client.ts";
import type { DeploymentPlatform } from "@milo/placement";
import { createTestApi } from "../../../e2e/testing/stack/milo-api.ts";
import type { AcceptedBot } from "../load/callers.ts";
import type { Stack } from "../stack/stack.ts";
import type {
  AttemptRecord,
  BotRecord,
  BreakRecord,
  EntryRecord,
  LimitRecord,
  Records,
  SlotRecord,
} from "./records.ts";
import type { SpanBook } from "./spans.ts";
import { readRuns, type Timeline } from "./witness.ts";

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
const PLATFORMS: readonly DeploymentPlatform[] = ["k8s", "aws", "coolify"];

/** What was not there when. */
export type Books = { noDispatcher: SpanBook; noWeb: SpanBook; noStamp: SpanBook };

/** Reads everything the checks judge, once all is at rest. */
export async function readRecords(stack: Stack, accepted: readonly AcceptedBot[], books: Books): Promise<Records> {
  const { sql } = stack.postgres;
  const timelines = await Promise.all(
    PLATFORMS.map(async (platform) => readRuns(platform, (await stack.emulators[platform].timeline()) as Timeline)),
  );
  return {
    accepted,
    bots: await sql.unsafe<BotRecord[]>(`SELECT id, name, status, status_code AS code, status_reason AS reason,
      (SELECT min(${ms("f.at")}) FROM chaos_finals f WHERE f.bot_id = b.id) AS "finalMs",
      (SELECT count(*)::int FROM chaos_finals f WHERE f.bot_id = b.id) AS finals FROM bots b ORDER BY id`),
    entries: await sql.unsafe<EntryRecord[]>(
      `SELECT id, bot_id AS "botId", status, ${ms("timeout_at")} AS "timeoutMs" FROM deployment_queue ORDER BY id`,
    ),
    attempts: await sql.unsafe<AttemptRecord[]>(`SELECT id, bot_id AS "botId", queue_entry_id AS "entryId", platform,
      launch_key AS "launchKey", phase, ${ms("reserved_at")} AS "reservedMs", ${ms("claimed_at")} AS "claimedMs",
      ${ms("start_by")} AS "startByMs", ${ms("run_until")} AS "runUntilMs", ${ms("leave_by")} AS "leaveByMs",
      ${ms("stopping_at")} AS "stoppingMs", ${ms("ended_at")} AS "endedMs", reason FROM deployments ORDER BY id`),
    slots: await sql.unsafe<SlotRecord[]>(`SELECT platform, launch_key AS "launchKey", bot_id AS "botId",
      bot_limit AS limit, ${ms("taken_at")} AS "takenMs", ${ms("freed_at")} AS "freedMs", closed, trial,
      ${ms("past_wait")} AS "pastWaitMs" FROM chaos_slots ORDER BY taken_at, deployment_id`),
    breaks: await sql.unsafe<BreakRecord[]>(
      `SELECT DISTINCT ON (launch_key, what) launch_key AS "launchKey", what FROM chaos_breaks ORDER BY launch_key, what, at`,
    ),
    limits: await sql.unsafe<LimitRecord[]>(
      `SELECT platform, bot_limit AS limit, ${ms("at")} AS "atMs" FROM chaos_limits ORDER BY at`,
    ),
    runs: timelines.flat(),
    claims: stack.claims,
    shifts: stack.clock.shifts(),
    noDispatcher: books.noDispatcher.spans(),
    noWeb: books.noWeb.spans(),
    noStamp: books.noStamp.spans(),
    left: await stack.left(),
    tables: await readTables(sql),
    shown: await readShown(stack),
  };
}

/** Rows that stay with the bots they tell of; those of whatever else may not grow with time. */
const HISTORY = /^(bots|deployments|deployment_queue|bot_events|platform_events|heartbeats|chaos_.*|__drizzle.*)$/;
/** Above what a run's processes, platforms, minutes and outages may leave; a leak by pass or by beat is far above. */
const MOST_ROWS = 400;

async function readTables(sql: Sql): Promise<Records["tables"]> {
  const names = await sql<{ name: string }[]>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  const tables: { name: string; rows: number; most: number }[] = [];
  for (const { name } of names.filter((table) => !HISTORY.test(table.name))) {
    const [row] = await sql<{ rows: number }[]>`SELECT count(*)::int AS rows FROM ${sql(name)}`;
    tables.push({ name, rows: row?.rows ?? 0, most: MOST_ROWS });
  }
  const [beats] = await sql<{ rows: number }[]>`SELECT count(*)::int AS rows FROM heartbeats h
    JOIN deployments d ON d.id = h.deployment_id WHERE d.phase = 'ENDED'`;
  const [attempts] = await sql<{ rows: number }[]>`SELECT count(*)::int AS rows FROM deployments`;
  return [...tables, { name: "heartbeats", rows: beats?.rows ?? 0, most: attempts?.rows ?? 0 }];
}

type Stats = { platform: string; starting: number; running: number; stopping: number };

/** What the console is told, beside what the tables hold. */
async function readShown(stack: Stack): Promise<Records["shown"]> {
  const { sql } = stack.postgres;
  const api = createTestApi(stack.apiUrl, undefined);
  const stats = await api.query<Stats[]>("infrastructure.getStats");
  const held = await sql<Stats[]>`SELECT platform,
      count(*) FILTER (WHERE phase IN ('RESERVED', 'LAUNCHING', 'STARTING'))::int AS starting,
      count(*) FILTER (WHERE phase = 'RUNNING')::int AS running,
      count(*) FILTER (WHERE phase = 'STOPPING')::int AS stopping
    FROM deployments GROUP BY platform ORDER BY platform`;
  const queue = await api.query<{ total: number }>("infrastructure.getQueueStats");
  const [waiting] = await sql<{ total: number }[]>`
    SELECT count(*)::int AS total FROM deployment_queue WHERE status = 'WAITING'`;
  const statuses = await sql<{ status: string; count: number }[]>`
    SELECT status, count(*)::int AS count FROM bots GROUP BY status ORDER BY status`;
  type Counts = { status: string; count: number }[];
  const counts = await api.query<{ live: Counts; ended24h: Counts }>("bots.getStatusCounts");
  const plain = ({ platform, starting, running, stopping }: Stats) => ({ platform, starting, running, stopping });
  const known = new Set(held.map((one) => one.platform));
  return [
    {
      what: "slots by platform",
      api: stats
        .filter((one) => known.has(one.platform))
        .map(plain)
        .sort((a, b) => (a.platform < b.platform ? -1 : 1)),
      database: held.map(plain),
    },
    { what: "bots that wait", api: queue.total, database: waiting?.total ?? 0 },
    {
      what: "bots by status",
      api: [...counts.live, ...counts.ended24h]
        .filter(({ count }) => count > 0)
        .map(({ status, count }) => [status, count])
        .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
      database: statuses.map(({ status, count }) => [status, count]),
    },
  ];
}

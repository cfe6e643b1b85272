import type { TimelineInterval } from "@milo/emulators";
import type { Sql } from "#server/database/client.ts";
import { epochMs } from "#server/database/repositories/time-columns.ts";
import type { EmulatedPlatform } from "./emulated-platforms.ts";

type Asked = {
  botId: number;
  failing: EmulatedPlatform;
  healthy: EmulatedPlatform;
  alarms: readonly string[];
  /** Operations to count, and how many of the failing platform's requests came before those that count. */
  operations: readonly string[];
  requestsBefore: number;
};

/** What database and emulators say of one bot and of the platform that fails, in the shape of an Expectation. */
export async function readFacts(sql: Sql, asked: Asked) {
  const { botId, failing, healthy, alarms } = asked;
  const attempts = await readAttempts(sql, botId);
  const [bot] = await sql<{ status: string; code: string | null; on: string | null }[]>`
    SELECT status, status_code AS code, deployment_platform AS on FROM bots WHERE id = ${botId}`;
  const keys = new Set(attempts.map((attempt) => attempt.launchKey));
  const ofBot = (one: TimelineInterval) => one.launchKey !== null && keys.has(one.launchKey);
  const here = failing.timeline.intervals().filter(ofBot);
  const there = healthy.timeline.intervals().filter(ofBot);
  const counted = failing.requests().slice(asked.requestsBefore);
  const count = (operation: string) => counted.filter((request) => request.operation === operation).length;
  return {
    attempts,
    bot,
    entry: await readEntry(sql, botId),
    platform: { ...(await readPlatform(sql, failing.platform)), alarms: [...alarms] },
    witness: {
      requests: Object.fromEntries(asked.operations.map((operation) => [operation, count(operation)])),
      started: here.length,
      running: here.filter((one) => one.end === null).length,
      runningElsewhere: there.filter((one) => one.end === null).length,
      // A slot that was given back while its container still ran: never.
      freedEarly: attempts.flatMap(({ launchKey, endedAtMs }) =>
        endedAtMs !== null && [...here, ...there].some((one) => one.launchKey === launchKey && isAfter(one, endedAtMs))
          ? [launchKey]
          : [],
      ),
    },
  };
}

function isAfter(interval: TimelineInterval, endedAtMs: number): boolean {
  return interval.end === null || interval.end > endedAtMs;
}

type AttemptFacts = {
  launchKey: string;
  platform: string;
  phase: string;
  outcome: string | null;
  failureClass: string | null;
  reason: string | null;
  requestNo: number;
  identifier: string | null;
  endedAtMs: number | null;
};

function readAttempts(sql: Sql, botId: number): Promise<AttemptFacts[]> {
  return sql<AttemptFacts[]>`
    SELECT launch_key AS "launchKey", platform, phase, outcome, failure_class AS "failureClass", reason,
      request_no AS "requestNo", platform_identifier AS identifier, ${epochMs(sql, "ended_at")} AS "endedAtMs"
    FROM deployments WHERE bot_id = ${botId} ORDER BY attempt`;
}

type EntryRow = {
  status: string;
  stage: string;
  bars: { platform: string; untilMs: number | null }[];
  timeoutAtMs: number;
};

async function readEntry(sql: Sql, botId: number) {
  const [entry] = await sql<EntryRow[]>`
    SELECT status, stage, bars, ${epochMs(sql, "timeout_at")} AS "timeoutAtMs"
    FROM deployment_queue WHERE bot_id = ${botId} ORDER BY id DESC LIMIT 1`;
  if (entry === undefined) return null;
  const lengthOf = (untilMs: number | null) => {
    if (untilMs === null) return "until_global";
    return untilMs >= entry.timeoutAtMs ? "until_over" : "for_a_while";
  };
  const bars = entry.bars.map(({ platform, untilMs }) => `${platform} ${lengthOf(untilMs)}`);
  return { status: entry.status, stage: entry.stage, bars };
}

async function readPlatform(sql: Sql, platform: string) {
  type Row = { breaker: string; failures: number; backsOff: boolean; healthy: boolean; used: number };
  const [row] = await sql<Row[]>`
    SELECT breaker_state AS breaker, breaker_failures AS failures,
      capacity_refusals > 0 AND admit_not_before IS NOT NULL AS "backsOff",
      (SELECT healthy FROM platform_checks c WHERE c.platform = p.platform) AS healthy,
      (SELECT count(*)::int FROM deployments d WHERE d.platform = p.platform AND d.phase <> 'ENDED') AS used
    FROM platforms p WHERE platform = ${platform}`;
  return row;
}

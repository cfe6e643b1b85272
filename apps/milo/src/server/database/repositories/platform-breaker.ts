import {
  type Breaker,
  type BreakerInput,
  type BreakerState,
  type DeploymentPlatform,
  type FailureClass,
  PLATFORM_LABELS,
  stepBreaker,
  TRIAL_DEADLINE_MS,
} from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";
import { nudgeDispatchers } from "./notify.ts";
import { appendPlatformEvent } from "./platform-events.ts";
import { recheckPassedStages } from "./recheck-stages.ts";
import { epochMs } from "./time-columns.ts";

type BreakerRow = Breaker & { version: number; nowMs: number; current: boolean };

/** A change of a breaker's state that this caller wrote: nobody else tells of it. */
export type BreakerChange = { from: BreakerState; to: BreakerState; reason: string | null };

export type LaunchOutcome = {
  platform: DeploymentPlatform;
  /** The attempts that had this outcome; any number for "started", one for a failure. */
  deploymentIds: readonly number[];
  outcome: "started" | FailureClass;
  reason: string;
  /** In [0, 1): spreads how long it stays open. */
  random: number;
};

/**
 * Feeds the outcome of launches to their platform's breaker. Reads one row; writes only when something of the breaker
 * changes. Answers the change of state that it made, null when it made none.
 */
export function noteLaunchOutcome(sql: Sql, noted: LaunchOutcome): Promise<BreakerChange | null> {
  const { platform, outcome, reason, random } = noted;
  return feed(sql, { platform, deploymentIds: noted.deploymentIds, random }, async ({ current }) => [
    { kind: "launch", outcome, reason, current },
  ]);
}

export type ProbeOutcome = {
  platform: DeploymentPlatform;
  good: boolean;
  /** How long it has been answering so, in milliseconds. */
  forMs: number;
  reason: string;
  random: number;
};

/**
 * Feeds a probe's answer to the platform's breaker and looks after its trial: whoever was to tell of it may have died.
 * Answers as `noteLaunchOutcome`.
 */
export function noteProbe(sql: Sql, noted: ProbeOutcome): Promise<BreakerChange | null> {
  const { platform, good, forMs, reason, random } = noted;
  return feed(sql, { platform, deploymentIds: [], random }, async (row) => {
    const trial = row.state === "half_open" ? await readTrial(sql, platform) : null;
    return [...(trial === null ? [] : [trial]), { kind: "probe", good, forMs, reason }];
  });
}

/** Compare-and-set until it holds: what another replica wrote meanwhile is read, and decided on, anew. */
async function feed(
  sql: Sql,
  fed: { platform: DeploymentPlatform; deploymentIds: readonly number[]; random: number },
  inputsOf: (row: BreakerRow) => Promise<BreakerInput[]>,
): Promise<BreakerChange | null> {
  for (;;) {
    const row = await readBreaker(sql, fed);
    if (row === null) return null;
    const { version, nowMs, current, ...before } = row;
    let after: Breaker = before;
    for (const input of await inputsOf(row)) after = stepBreaker(after, input, nowMs, fed.random);
    if (after === before) return null;
    if (!(await sql.begin((tx) => writeBreaker(tx, fed.platform, version, before, after)))) continue;
    if (after.state === before.state) return null;
    await recheckPassedStages(sql);
    await nudgeDispatchers(sql);
    return { from: before.state, to: after.state, reason: after.reason };
  }
}

async function readBreaker(
  sql: Sql,
  { platform, deploymentIds }: { platform: DeploymentPlatform; deploymentIds: readonly number[] },
): Promise<BreakerRow | null> {
  const [row] = await sql<BreakerRow[]>`
    SELECT p.breaker_state AS state, ${epochMs(sql, "p.breaker_since")} AS "sinceMs", p.breaker_reason AS reason,
      ${epochMs(sql, "p.breaker_open_until")} AS "openUntilMs", p.breaker_failures AS failures,
      ${epochMs(sql, "p.breaker_failures_since")} AS "failuresSinceMs", p.breaker_openings AS openings,
      p.breaker_version AS version, ${epochMs(sql, "milo_now()")} AS "nowMs",
      EXISTS (SELECT 1 FROM deployments d WHERE d.id = ANY(${[...deploymentIds]}::int[])
        AND d.platform = p.platform AND d.reserved_at >= p.breaker_since) AS current
    FROM platforms p WHERE p.platform = ${platform}`;
  return row ?? null;
}

async function writeBreaker(
  tx: Queryable,
  platform: DeploymentPlatform,
  version: number,
  before: Breaker,
  after: Breaker,
): Promise<boolean> {
  const reason = after.reason === null ? null : storableText(after.reason);
  // "Since" is the database's own moment: what is given a slot after this commit bears a later one.
  const rows = await tx`
    UPDATE platforms SET breaker_state = ${after.state}, breaker_reason = ${reason},
      breaker_since = CASE WHEN ${after.sinceMs === before.sinceMs} THEN breaker_since ELSE milo_now() END,
      breaker_open_until = to_timestamp(${after.openUntilMs}::float8 / 1000),
      breaker_failures = ${after.failures},
      breaker_failures_since = to_timestamp(${after.failuresSinceMs}::float8 / 1000),
      breaker_openings = ${after.openings}, breaker_version = breaker_version + 1
    WHERE platform = ${platform} AND breaker_version = ${version} RETURNING platform`;
  if (rows.length === 0) return false;
  if (after.state !== before.state) {
    const event = { code: `BREAKER_${after.state.toUpperCase()}`, message: inWords(platform, after) };
    await appendPlatformEvent(tx, platform, event);
  }
  return true;
}

function inWords(platform: DeploymentPlatform, { state, reason }: Breaker): string {
  const label = PLATFORM_LABELS[platform];
  switch (state) {
    case "open":
      return `${label} takes no new bots: ${reason ?? "it fails"}`;
    case "half_open":
      return `${label} answers again and is tried with one bot`;
    case "ramping":
      return `${label} has taken a bot again and is given ever more`;
    case "closed":
      return `${label} works again`;
  }
}

type TrialRow = {
  phase: string;
  failureClass: FailureClass | null;
  reason: string | null;
  overdue: boolean;
  ran: boolean;
};

/** What a half-open platform's one launch has come to, as its row says; null = nothing yet. */
async function readTrial(sql: Sql, platform: DeploymentPlatform): Promise<BreakerInput | null> {
  const [trial] = await sql<TrialRow[]>`
    SELECT d.phase, d.failure_class AS "failureClass", d.reason,
      d.reserved_at <= milo_now() - make_interval(secs => ${TRIAL_DEADLINE_MS / 1000}::float8) AS overdue,
      d.accepted_at IS NOT NULL OR d.claimed_at IS NOT NULL AS ran
    FROM platforms p JOIN deployments d
      ON d.platform = p.platform AND d.reserved_at >= p.breaker_since AND d.bot_id IS NOT NULL
    WHERE p.platform = ${platform} AND p.breaker_state = 'half_open'
      AND (d.phase <> 'ENDED' OR d.ended_at >= p.breaker_since)
    ORDER BY d.id LIMIT 1`;
  if (trial === undefined) return null;
  if (trial.ran) return { kind: "launch", outcome: "started", reason: "", current: true };
  if (trial.phase !== "STOPPING" && trial.phase !== "ENDED") return trial.overdue ? { kind: "trial_overdue" } : null;
  if (trial.failureClass === null) return { kind: "trial_void" };
  return { kind: "launch", outcome: trial.failureClass, reason: trial.reason ?? "it failed", current: true };
}

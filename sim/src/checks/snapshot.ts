import type { Sql } from "@milo/milo/server/database/client.ts";
import type {
  Bar,
  BotStatus,
  DeploymentPhase,
  DeploymentPlatform,
  QueueStatus,
  Stage,
  WaitPlan,
} from "@milo/placement";

export type BotRow = {
  id: number;
  status: BotStatus;
  code: string | null;
  reason: string | null;
  stopRequested: boolean;
  platform: DeploymentPlatform | null;
  identifier: string | null;
  finishedMs: number | null;
  replacements: number;
};

export type EntryRow = {
  id: number;
  botId: number;
  status: QueueStatus;
  priority: number;
  queuedMs: number;
  timeoutMs: number;
  plan: WaitPlan;
  stage: Stage;
  stageEndsMs: number | null;
  openTo: DeploymentPlatform[];
  bars: Bar[];
  notBeforeMs: number | null;
  recheckMs: number | null;
};

export type DeploymentRow = {
  id: number;
  /** Null for a container that no attempt owns. */
  botId: number | null;
  entryId: number | null;
  platform: DeploymentPlatform;
  attempt: number;
  launchKey: string;
  phase: DeploymentPhase;
  outcome: string | null;
  reason: string | null;
  slot: number | null;
  identifier: string | null;
  fence: number;
  bootId: string | null;
  reservedMs: number;
  startByMs: number;
  claimedMs: number | null;
  runUntilMs: number | null;
  leaveByMs: number | null;
  unreachableMs: number | null;
  stoppingMs: number | null;
  leaseOwner: string | null;
  /** Its bot is offered to no platform before it is gone. */
  holdsBot: boolean;
};

export type PlatformRow = {
  platform: DeploymentPlatform;
  /** Null when it is not in the plan. */
  position: number | null;
  limit: number;
  launchConcurrency: number;
  mode: "enabled" | "hold" | "drain";
  breaker: "closed" | "open" | "half_open" | "ramping";
  breakerSinceMs: number;
  breakerVersion: number;
  capacityRefusals: number;
  admitNotBeforeMs: number | null;
};

/** What the database says at one moment. */
export type Snapshot = {
  /** Grows with every row that changes. */
  count: string;
  bots: Map<number, BotRow>;
  entries: Map<number, EntryRow>;
  deployments: Map<number, DeploymentRow>;
  platforms: PlatformRow[];
};

type Answer = { bots: BotRow[]; entries: EntryRow[]; deployments: DeploymentRow[]; platforms: PlatformRow[] };

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;

/**
 * Makes `sim_look`: everything as JSON, unless nothing has changed since `p_seen`. One question per step, as the way
 * to the server and back is what a step mostly waits for.
 */
export const LOOK = `CREATE FUNCTION sim_look(p_seen bigint) RETURNS TABLE (count bigint, answer json)
  LANGUAGE plpgsql AS $look$ BEGIN
  SELECT last_value INTO count FROM sim_changes;
  IF count <> p_seen THEN SELECT json_build_object(
  'bots', (SELECT json_agg(json_build_object('id', id, 'status', status, 'code', status_code, 'reason', status_reason,
    'stopRequested', stop_requested_at IS NOT NULL, 'platform', deployment_platform, 'identifier', platform_identifier,
    'finishedMs', ${ms("finished_at")}, 'replacements', replacements)) FROM bots),
  'entries', (SELECT json_agg(json_build_object('id', id, 'botId', bot_id, 'status', status, 'priority', priority,
    'queuedMs', ${ms("queued_at")}, 'timeoutMs', ${ms("timeout_at")}, 'plan', plan, 'stage', stage,
    'stageEndsMs', ${ms("stage_ends_at")}, 'openTo', open_to, 'bars', bars, 'notBeforeMs', ${ms("not_before")},
    'recheckMs', ${ms("recheck_at")})) FROM deployment_queue),
  'deployments', (SELECT json_agg(json_build_object('id', id, 'botId', bot_id, 'entryId', queue_entry_id,
    'platform', platform, 'attempt', attempt, 'launchKey', launch_key, 'phase', phase, 'outcome', outcome,
    'reason', reason, 'slot', slot_no, 'identifier', platform_identifier, 'fence', fence, 'bootId', boot_id,
    'reservedMs', ${ms("reserved_at")}, 'startByMs', ${ms("start_by")}, 'claimedMs', ${ms("claimed_at")}, 'runUntilMs', ${ms("run_until")},
    'leaveByMs', ${ms("leave_by")}, 'unreachableMs', ${ms("unreachable_since")},
    'stoppingMs', ${ms("stopping_at")}, 'leaseOwner', lease_owner,
    'holdsBot', holds_bot)) FROM deployments),
  'platforms', (SELECT json_agg(json_build_object('platform', platform, 'position', position, 'limit', bot_limit,
    'launchConcurrency', launch_concurrency, 'mode', mode, 'breaker', breaker_state,
    'breakerSinceMs', ${ms("breaker_since")}, 'breakerVersion', breaker_version, 'capacityRefusals', capacity_refusals,
    'admitNotBeforeMs', ${ms("admit_not_before")})) FROM platforms)
) INTO answer; END IF;
  RETURN NEXT; END $look$`;

/** The database as it is now: `known` itself when nothing has changed since. */
export async function readSnapshot(sql: Sql, known: Snapshot | null): Promise<Snapshot> {
  const [row] = await sql<{ count: string; answer: { [K in keyof Answer]: Answer[K] | null } | null }[]>`
    SELECT count, answer FROM sim_look(${known?.count ?? "-1"})`;
  if (row === undefined) throw new Error("sim_look answered no row");
  const { count, answer } = row;
  if (answer === null) {
    if (known === null) throw new Error("sim_look took nothing for known");
    return known;
  }
  const byId = <T extends { id: number }>(rows: T[] | null) =>
    new Map((rows ?? []).toSorted((a, b) => a.id - b.id).map((r) => [r.id, r]));
  return {
    count,
    bots: byId(answer.bots),
    entries: byId(answer.entries),
    deployments: byId(answer.deployments),
    platforms: answer.platforms ?? [],
  };
}

/** Removes bots that were final for a while, with all that belongs to them: history costs every later step time. */
export async function pruneFinished(sql: Sql, olderThanMs: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`CREATE TEMP TABLE IF NOT EXISTS pruned (id int)`;
    await tx`TRUNCATE pruned`;
    await tx`INSERT INTO pruned SELECT b.id FROM bots b
      WHERE b.status IN ('DONE', 'FATAL', 'CANCELLED')
        AND b.finished_at < milo_now() - make_interval(secs => ${olderThanMs / 1000}::float8)
        AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.bot_id = b.id AND (d.phase <> 'ENDED'
          OR d.ended_at >= milo_now() - make_interval(secs => ${olderThanMs / 1000}::float8)))`;
    await tx`DELETE FROM deployments WHERE bot_id IN (SELECT id FROM pruned) OR (bot_id IS NULL AND phase = 'ENDED'
      AND ended_at < milo_now() - make_interval(secs => ${olderThanMs / 1000}::float8))`;
    await tx`DELETE FROM bots WHERE id IN (SELECT id FROM pruned)`;
  });
}

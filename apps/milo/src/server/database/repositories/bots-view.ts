import type { BotStatus, DeploymentPhase, DeploymentPlatform, MeetingPlatform } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";

export type BotView = {
  id: number;
  name: string;
  meetingPlatform: MeetingPlatform;
  /** In full: whoever shows it masks the query, which may hold a password. */
  meetingUrl: string;
  status: BotStatus;
  statusCode: string | null;
  statusReason: string | null;
  priority: number;
  deploymentPlatform: DeploymentPlatform | null;
  platformIdentifier: string | null;
  attempts: number;
  deduplicationKey: string | null;
  createdAt: Date;
  stopRequestedAt: Date | null;
  finishedAt: Date | null;
  /** An attempt of it that has claimed holds its slot yet: its container may be in the call, whatever its status. */
  claimedContainerMayRun: boolean;
};

type Fragment = ReturnType<Queryable>;

export type BotFilter = {
  statuses?: readonly BotStatus[];
  infrastructure?: DeploymentPlatform;
};

export async function readBot(sql: Queryable, botId: number): Promise<BotView | null> {
  const [bot] = await sql<BotView[]>`SELECT ${columns(sql)} FROM bots WHERE id = ${botId}`;
  return bot ?? null;
}

/** A bot as the list shows it. `queuedAt`: when it first began to wait; `startedAt`: when a container of it first claimed. */
export type ListedBotRow = BotView & { queuedAt: Date | null; startedAt: Date | null };

/** These bots, newest first. */
export function readListedBots(sql: Sql, ids: readonly number[]): Promise<ListedBotRow[]> {
  return sql<ListedBotRow[]>`
    SELECT ${columns(sql)},
      (SELECT min(q.queued_at) FROM deployment_queue q WHERE q.bot_id = bots.id) AS "queuedAt",
      (SELECT min(d.claimed_at) FROM deployments d WHERE d.bot_id = bots.id) AS "startedAt"
    FROM bots WHERE id = ANY(${[...ids]}::int[]) ORDER BY id DESC`;
}

function columns(sql: Queryable): Fragment {
  return sql`id, name, meeting_platform AS "meetingPlatform", meeting_url AS "meetingUrl", status,
    status_code AS "statusCode", status_reason AS "statusReason", priority,
    deployment_platform AS "deploymentPlatform", platform_identifier AS "platformIdentifier", attempts,
    deduplication_key AS "deduplicationKey", created_at AS "createdAt", stop_requested_at AS "stopRequestedAt",
    finished_at AS "finishedAt", ${claimedContainerMayRun(sql, sql`bots.id`)} AS "claimedContainerMayRun"`;
}

/** Whether a container of the bot may be in its call: what has claimed is gone only when the platform has confirmed it. */
export function claimedContainerMayRun(sql: Queryable, botId: Fragment | number): Fragment {
  return sql`EXISTS (
    SELECT 1 FROM deployments d WHERE d.bot_id = ${botId} AND d.claimed_at IS NOT NULL AND d.phase <> 'ENDED')`;
}

export type Decision = {
  botId: number;
  status: BotStatus;
  statusReason: string | null;
  platform: DeploymentPlatform | null;
  platformIdentifier: string | null;
  /** Of its live attempt. */
  phase: DeploymentPhase | null;
};

/** Where bots stand, for callers that wait to hear it. */
export function readDecisions(sql: Sql, botIds: readonly number[]): Promise<Decision[]> {
  return sql<Decision[]>`
    SELECT b.id AS "botId", b.status, b.status_reason AS "statusReason", d.platform,
      d.platform_identifier AS "platformIdentifier", d.phase
    FROM bots b LEFT JOIN deployments d ON d.bot_id = b.id AND d.phase IN ('RESERVED', 'LAUNCHING', 'STARTING', 'RUNNING')
    WHERE b.id = ANY(${[...botIds]}::int[])`;
}

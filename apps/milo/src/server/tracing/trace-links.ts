import type { Sql } from "#server/database/client.ts";

/** Where in its bot's trace an attempt belongs, and since when the bot had waited for the slot. */
export type TraceLink = {
  traceParent: string | null;
  botId: number;
  platform: string;
  attempt: number;
  waitedFrom: Date;
  reservedAt: Date;
};

type Named = { deploymentId: number } | { launchKey: string };

/** Null for an attempt that there is not, and for an orphan. Asked only while traces are on. */
export async function readTraceLink(sql: Sql, attempt: Named): Promise<TraceLink | null> {
  const which =
    "deploymentId" in attempt ? sql`d.id = ${attempt.deploymentId}` : sql`d.launch_key = ${attempt.launchKey}`;
  const [link] = await sql<TraceLink[]>`
    SELECT b.trace_parent AS "traceParent", b.id AS "botId", d.platform, d.attempt, d.reserved_at AS "reservedAt",
      greatest(q.queued_at, (SELECT max(coalesce(p.stopping_at, p.ended_at)) FROM deployments p
        WHERE p.bot_id = b.id AND p.attempt < d.attempt), b.created_at) AS "waitedFrom"
    FROM deployments d JOIN bots b ON b.id = d.bot_id LEFT JOIN deployment_queue q ON q.id = d.queue_entry_id
    WHERE ${which}`;
  return link ?? null;
}

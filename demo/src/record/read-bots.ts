import type { Sql } from "@milo/milo/server/database/client.ts";
import type { BotFacts, DeploymentFacts } from "./day-record.ts";

type BotRow = Omit<BotFacts, "entry" | "deployments"> & {
  entry: BotFacts["entry"];
  deployments: DeploymentFacts[];
};

/** Reads bots with their queue entries and attempts, and how many wait, in one read-only transaction. */
export function readBots(sql: Sql): Promise<{ bots: Map<number, BotFacts>; waiting: number }> {
  return sql.begin("isolation level repeatable read read only", async (tx) => {
    const rows = await tx<BotRow[]>`
      SELECT b.id, b.name, b.status, b.status_code AS "statusCode", b.status_reason AS "statusReason",
        ${ms(tx, "b.stop_requested_at")} AS "stopRequestedAtMs", ${ms(tx, "b.finished_at")} AS "finishedAtMs",
        (SELECT jsonb_build_object('status', q.status, 'stage', q.stage, 'queuedAtMs', ${ms(tx, "q.queued_at")},
            'timeoutAtMs', ${ms(tx, "q.timeout_at")})
          FROM deployment_queue q WHERE q.bot_id = b.id ORDER BY q.id DESC LIMIT 1) AS entry,
        coalesce((SELECT jsonb_agg(jsonb_build_object('platform', d.platform, 'attempt', d.attempt, 'phase', d.phase,
            'outcome', d.outcome, 'failureClass', d.failure_class, 'reason', d.reason, 'slotNo', d.slot_no,
            'reservedAtMs', ${ms(tx, "d.reserved_at")}, 'claimedAtMs', ${ms(tx, "d.claimed_at")},
            'endedAtMs', ${ms(tx, "d.ended_at")}) ORDER BY d.attempt)
          FROM deployments d WHERE d.bot_id = b.id), '[]') AS deployments
      FROM bots b ORDER BY b.id`;
    const [count] = await tx<{ waiting: number }[]>`
      SELECT count(*)::int AS waiting FROM deployment_queue WHERE status = 'WAITING'`;
    return { bots: new Map(rows.map((row) => [row.id, row])), waiting: count?.waiting ?? 0 };
  });
}

function ms(tx: Parameters<Parameters<Sql["begin"]>[1]>[0], column: string) {
  return tx`(extract(epoch FROM ${tx(column)}) * 1000)::float8`;
}

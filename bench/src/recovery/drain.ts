import { setTimeout as delay } from "node:timers/promises";
import type { Sql } from "@milo/milo/server/database/client.ts";
import { createBot } from "@milo/milo/server/database/repositories/create-bot.ts";
import { nudgeDispatchers } from "@milo/milo/server/database/repositories/notify.ts";
import type { DeploymentPlatform, PlatformPlan } from "@milo/placement";
import { benchBot } from "./make-bots.ts";
import { countInversions } from "./order-witness.ts";

/** How long each bot is in its meeting. */
const MEETING_MS = 1_500;
const TURN_MS = 100;
/** Bots that come in each turn. They have the lowest priority there is here: none of them is to overtake. */
const COMING = 3;

export type Drain = {
  admissions: number;
  onPlatform: Partial<Record<DeploymentPlatform, number>>;
  perS: number;
  inversions: number;
};

/** Bots leave after a short meeting and others come, until so many were admitted or the time is over. */
export async function drain(
  sql: Sql,
  plan: PlatformPlan,
  { admissions, withinMs }: { admissions: number; withinMs: number },
): Promise<Drain> {
  const before = await countAdmissions(sql);
  const beganAtMs = performance.now();
  let admitted = 0;
  while (admitted < admissions && performance.now() - beganAtMs < withinMs) {
    await endMeetings(sql);
    for (let n = 0; n < COMING; n++) await createBot(sql, benchBot(n), plan);
    await nudgeDispatchers(sql);
    await delay(TURN_MS);
    admitted = (await countAdmissions(sql)) - before;
  }
  const elapsedMs = performance.now() - beganAtMs;
  const rows = await sql<{ platform: DeploymentPlatform; n: number }[]>`
    SELECT platform, count(*)::int AS n FROM deployments WHERE queue_entry_id IS NOT NULL GROUP BY platform`;
  return {
    admissions: before + admitted,
    onPlatform: Object.fromEntries(rows.map(({ platform, n }) => [platform, n])),
    perS: (admitted * 1_000) / elapsedMs,
    inversions: await countInversions(sql),
  };
}

async function countAdmissions(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM deployments WHERE queue_entry_id IS NOT NULL`;
  return row?.n ?? 0;
}

/** As if each had claimed, met, said goodbye and gone. */
async function endMeetings(sql: Sql): Promise<void> {
  await sql`
    WITH ended AS (
      UPDATE deployments SET phase = 'ENDED', outcome = 'completed', claimed_at = reserved_at, ended_at = milo_now()
      WHERE phase = 'STARTING' AND reserved_at < milo_now() - make_interval(secs => ${MEETING_MS / 1_000}::float8)
      RETURNING bot_id
    ), bot AS (
      UPDATE bots SET status = 'DONE', finished_at = milo_now() FROM ended WHERE bots.id = ended.bot_id
    )
    UPDATE deployment_queue q SET status = 'DISPATCHED', finished_at = milo_now(), open_to = '{}'
    FROM ended WHERE q.bot_id = ended.bot_id AND q.status = 'PROCESSING'`;
}

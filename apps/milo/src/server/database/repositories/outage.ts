import { HEARTBEAT_INTERVAL_MS } from "@milo/bot-contract";
import type { Sql } from "#server/database/client.ts";

/** Stamps that may be missing in a row before their gap counts as an outage of milo's own. */
const STAMPS_MISSED = 3;
/** After an outage each bot has time for two heartbeats before its silence counts again: one of them may be lost. */
const GRACE_MS = 2 * HEARTBEAT_INTERVAL_MS;
/** Nothing that still holds a slot was last heard of before these. */
const KEEP_OUTAGES_DAYS = 7;
/** Rows of replicas that died are kept for a day, for whoever looks into it. */
const KEEP_DEAD_HOURS = 24;

/**
 * Says that this web replica hears bots. Answers for how long none had said so, in milliseconds, when that was an
 * outage, else 0: that time, and two heartbeats after it, then count for no bot's silence.
 */
export async function stampWeb(sql: Sql, replica: { id: string; everyMs: number }): Promise<number> {
  const [row] = await sql<{ outageMs: number }[]>`
    SELECT milo_stamp_web(${replica.id}, ${replica.everyMs * STAMPS_MISSED}, ${GRACE_MS}) AS "outageMs"`;
  return row?.outageMs ?? 0;
}

/** Clears away replicas that died long ago, and outages that no deadline can reach into. */
export async function forgetOldPresence(sql: Sql): Promise<void> {
  await sql`DELETE FROM web_replicas WHERE heartbeat_at < milo_now() - make_interval(hours => ${KEEP_DEAD_HOURS})`;
  await sql`DELETE FROM web_outages WHERE ended_at < milo_now() - make_interval(days => ${KEEP_OUTAGES_DAYS})`;
}

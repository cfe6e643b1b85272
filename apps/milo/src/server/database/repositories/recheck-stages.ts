import type { Sql } from "#server/database/client.ts";

/** Entries marked in one statement: bounds how long it holds their locks. */
const BATCH = 2_000;

/**
 * Makes the waiting entries due whose stage is a platform that takes no new bots just now, so that the next pass moves
 * them on; while no platform takes any, there is nowhere to move to and nothing is done. Entries that somebody holds
 * are left out: it is called again with every probe. Answers how many it marked.
 */
export async function recheckPassedStages(sql: Sql): Promise<number> {
  let marked = 0;
  for (;;) {
    const rows = await sql`
      UPDATE deployment_queue q SET recheck_at = milo_now()
      WHERE q.id IN (
        SELECT e.id FROM deployment_queue e
        JOIN platforms p ON p.platform = e.stage AND (p.mode <> 'enabled' OR p.breaker_state IN ('open', 'half_open'))
        WHERE e.status = 'WAITING' AND e.stage <> 'global' AND (e.recheck_at IS NULL OR e.recheck_at > milo_now())
          AND EXISTS (SELECT 1 FROM jsonb_array_elements(e.plan->'stages') s JOIN platforms o
            ON o.platform = s->>'platform' AND o.mode = 'enabled' AND o.breaker_state IN ('closed', 'ramping'))
        LIMIT ${BATCH} FOR UPDATE OF e SKIP LOCKED)
      RETURNING q.id`;
    marked += rows.length;
    if (rows.length < BATCH) return marked;
  }
}

import { HEARTBEAT_INTERVAL_MS } from "@milo/bot-contract";
import type { Sql } from "#server/database/client.ts";

/** No outage of web counts for longer than this beyond its end. */
const MOST_GRACE_MS = 2 * HEARTBEAT_INTERVAL_MS;

/**
 * Once the database's clock was set back: what would last until that time comes again lasts no longer than if it were begun
 * now. Leases are shortened and not ended: the living renew theirs, and those of the dead are over in `leaseMs`. A lease
 * that is held until it is released ('infinity') stays. Idempotent.
 */
export async function shortenAfterSetBack(sql: Sql, leaseMs: number): Promise<void> {
  const lease = sql`make_interval(secs => ${leaseMs / 1000}::float8)`;
  const grace = sql`make_interval(secs => ${MOST_GRACE_MS / 1000}::float8)`;
  await sql`
    WITH due AS MATERIALIZED (
      SELECT id FROM deployments
      WHERE phase <> 'ENDED' AND isfinite(lease_until) AND lease_until > milo_now() + ${lease} ORDER BY id FOR UPDATE
    )
    UPDATE deployments d SET lease_until = milo_now() + ${lease} FROM due WHERE d.id = due.id`;
  // What web heard later than now was before; whether it hears anything at this moment is not known.
  await sql`UPDATE web_hearing SET heard_at = milo_now() WHERE heard_at > milo_now()`;
  await sql`DELETE FROM web_outages WHERE began_at > milo_now()`;
  await sql`UPDATE web_outages SET ended_at = milo_now() + ${grace} WHERE ended_at > milo_now() + ${grace}`;
}

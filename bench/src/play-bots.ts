import type { Sql } from "@milo/milo/server/database/client.ts";
import { claimAttempt } from "@milo/milo/server/database/repositories/claim-attempt.ts";
import { recordHeartbeat } from "@milo/milo/server/database/repositories/record-heartbeat.ts";

/** The bots' process ids, as far as milo is told. */
const BOOT_ID = "bench-boot";
const MAX_DURATION_MS = 3_600_000;

/** Says for every bot what it would say itself: that it is there and lives. Answers how many run. */
export async function claimAndBeat(sql: Sql): Promise<number> {
  const live = await sql<{ launchKey: string; phase: string }[]>`
    SELECT launch_key AS "launchKey", phase FROM deployments WHERE phase IN ('STARTING', 'RUNNING')`;
  for (const { launchKey, phase } of live) {
    if (phase === "STARTING") await claimAttempt(sql, { launchKey, bootId: BOOT_ID, maxDurationMs: MAX_DURATION_MS });
    await recordHeartbeat(sql, { launchKey, bootId: BOOT_ID });
  }
  return live.length;
}

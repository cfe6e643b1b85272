import type { Sql } from "@milo/milo/server/database/client.ts";
import type { DeploymentPlatform } from "@milo/placement";

/** Puts a platform's breaker and back-off to where they were before it ever failed. */
export async function resetHealth(sql: Sql, platform: DeploymentPlatform): Promise<void> {
  await sql`
    UPDATE platforms SET breaker_state = 'closed', breaker_since = milo_now(), breaker_reason = NULL,
      breaker_open_until = NULL, breaker_failures = 0, breaker_failures_since = NULL, breaker_openings = 0,
      breaker_version = breaker_version + 1, admit_not_before = NULL, capacity_refusals = 0
    WHERE platform = ${platform}`;
}

import type { DeploymentPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

/** The platforms on which deployments still hold a slot, in the plan or not: each needs its adapter until they end. */
export async function readHeldPlatforms(sql: Sql): Promise<DeploymentPlatform[]> {
  const rows = await sql<{ platform: DeploymentPlatform }[]>`
    SELECT DISTINCT platform FROM deployments WHERE phase <> 'ENDED' ORDER BY platform`;
  return rows.map((row) => row.platform);
}

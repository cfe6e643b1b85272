import type { DeploymentPlatform } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";

/** Appends to a platform's story. In the transaction of the change it tells of. */
export async function appendPlatformEvent(
  tx: Queryable,
  platform: DeploymentPlatform,
  event: { code: string; message: string },
): Promise<void> {
  await tx`
    INSERT INTO platform_events (platform, at, code, message)
    VALUES (${platform}, milo_now(), ${event.code}, ${storableText(event.message)})`;
}

/** What operators, breakers and sweeps changed of a platform. */
export type PlatformEvent = { id: number; platform: DeploymentPlatform; at: Date; code: string; message: string };

/** Newest first; `before` = the id of the last event of the previous page. */
export function readPlatformEvents(
  sql: Sql,
  page: { platform?: DeploymentPlatform; before?: number; limit: number },
): Promise<PlatformEvent[]> {
  return sql<PlatformEvent[]>`
    SELECT id::float8 AS id, platform, at, code, message FROM platform_events
    WHERE ${page.platform === undefined ? sql`true` : sql`platform = ${page.platform}`}
      AND ${page.before === undefined ? sql`true` : sql`id < ${page.before}`}
    ORDER BY id DESC LIMIT ${page.limit}`;
}

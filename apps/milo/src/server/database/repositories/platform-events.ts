import type { DeploymentPlatform } from "@milo/placement";
import type { Queryable } from "#server/database/client.ts";
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

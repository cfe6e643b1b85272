import { setTimeout as delay } from "node:timers/promises";
import { formatDuration } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { forgetOldPresence, stampWeb } from "#server/database/repositories/outage.ts";
import { type DatabasePatience, waitForDatabase } from "#server/process/wait-for-database.ts";
import { withinTime } from "./database-trouble.ts";

export type WebPresence = {
  /** One sentence when the last stamp is too old for dispatchers to trust; null when all is well. */
  problem(): string | null;
  /** Takes this replica's row away. */
  stop(): Promise<void>;
};

/** Stamps missed in a row before this replica calls itself failing. */
const MISSED_STAMPS = 3;
const STAMP_LIMIT_MS = 4_000;
/** A row that cannot be taken back in this time ages by itself. */
const REMOVE_LIMIT_MS = 1_000;

/**
 * Stamps this replica's row every `everyMs`: while no replica's is fresh, dispatchers do not take a bot's silence for
 * its death. The first stamp is there when this resolves; while the database is away it waits.
 */
export async function startWebPresence(
  sql: Sql,
  options: DatabasePatience & { id: string; everyMs: number; monotonicMs?: () => number },
): Promise<WebPresence> {
  const { id, everyMs, log, monotonicMs = () => performance.now() } = options;
  const stopping = new AbortController();
  await waitForDatabase(stamp, options);
  await waitForDatabase(() => forgetOldPresence(sql), options);
  let stampedAtMs = monotonicMs();

  async function stamp(): Promise<void> {
    const outageMs = await stampWeb(sql, { id, everyMs });
    if (outageMs > 0) log.warn({ outageMs }, "Nobody heard bots for a while: that time counts for no bot's silence");
  }
  async function run(): Promise<void> {
    for (;;) {
      await delay(everyMs, undefined, { signal: stopping.signal });
      try {
        await withinTime(stamp(), STAMP_LIMIT_MS);
        stampedAtMs = monotonicMs();
      } catch (error) {
        log.warn({ err: error }, "Cannot tell the dispatchers that bots can be heard; will try again");
      }
    }
  }
  const done = run().catch(() => undefined);

  return {
    problem() {
      const silentMs = monotonicMs() - stampedAtMs;
      if (silentMs < everyMs * MISSED_STAMPS + STAMP_LIMIT_MS) return null;
      return `The database was last reached ${formatDuration(silentMs)} ago.`;
    },
    async stop() {
      stopping.abort();
      const remove = () => sql`DELETE FROM web_replicas WHERE id = ${id}`.execute();
      await withinTime(done.then(remove), REMOVE_LIMIT_MS).catch((error) =>
        log.warn({ err: error }, "Could not take back the web replica's row; it ages by itself"),
      );
    },
  };
}

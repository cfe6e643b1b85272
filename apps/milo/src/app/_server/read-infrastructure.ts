import { type Caller, readCaller } from "#server/web/caller-slot.ts";
import { type Overview, readOverview } from "./read-overview.ts";
import { type Reading, tryReading } from "./try-reading.ts";

export type PlatformStats = Awaited<ReturnType<Caller["infrastructure"]["getStats"]>>[number];
export type QueuedBot = Awaited<ReturnType<Caller["infrastructure"]["getQueuedBots"]>>[number];

export type Infrastructure = Overview & {
  stats: readonly PlatformStats[];
  /** The first of the queue. */
  queued: readonly QueuedBot[];
  /** When all this was read, milliseconds since 1970. */
  readAtMs: number;
};

/** As many as fit a page that is read from top to bottom. */
const QUEUED_SHOWN = 100;

export async function readInfrastructure(): Promise<Reading<Infrastructure>> {
  const overview = await readOverview();
  if (!overview.ok) return overview;
  return tryReading(async () => {
    const { infrastructure } = readCaller();
    const [stats, queued] = await Promise.all([
      infrastructure.getStats(),
      infrastructure.getQueuedBots({ limit: QUEUED_SHOWN }),
    ]);
    return { ...overview.value, stats, queued, readAtMs: Date.now() };
  });
}

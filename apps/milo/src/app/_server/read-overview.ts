import { type Caller, readCaller } from "#server/web/caller-slot.ts";
import { type Reading, tryReading } from "./try-reading.ts";

export type Overview = {
  platforms: Awaited<ReturnType<Caller["infrastructure"]["getActivePlatforms"]>>;
  queue: Awaited<ReturnType<Caller["infrastructure"]["getQueueStats"]>>;
};

/** Platforms and queue at this moment. */
export function readOverview(): Promise<Reading<Overview>> {
  return tryReading(async () => {
    const { infrastructure } = readCaller();
    const [platforms, queue] = await Promise.all([infrastructure.getActivePlatforms(), infrastructure.getQueueStats()]);
    return { platforms, queue };
  });
}

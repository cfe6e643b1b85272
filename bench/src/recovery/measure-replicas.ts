import type { RunningPostgres } from "@milo/postgres";
import type { Bundles } from "../bundle.ts";
import { makeDatabase } from "../databases.ts";
import { measurePlacements } from "../placements.ts";
import { type IdleCost, measureIdleCost } from "./idle-dispatchers.ts";

export type Replicas = { onePerS: number; tenPerS: number; idle: IdleCost };

const DISPATCHERS = 10;
const IDLE_DISPATCHERS = 32;

/** What many dispatchers on one database do, and what they cost with nothing to do. */
export async function measureReplicas(options: {
  server: RunningPostgres;
  folder: string;
  bundles: Bundles;
  placements: number;
  idleSeconds: number;
  say(text: string): void;
}): Promise<Replicas> {
  const { server, folder, bundles, placements, idleSeconds, say } = options;
  const database = (name: string) => makeDatabase(server.adminUrl, name);
  say(
    `(o) ${placements} placements by one dispatcher and by ${DISPATCHERS}; then ${IDLE_DISPATCHERS} that have nothing to do`,
  );
  const place = async (name: string, dispatchers: number) => {
    const rest = { folder, bundles, placements, profileFolder: undefined, dispatchers };
    return (await measurePlacements({ ...rest, url: await database(name) })).perS;
  };
  const onePerS = await place("one", 1);
  const tenPerS = await place("ten", DISPATCHERS);
  const bounded = { count: IDLE_DISPATCHERS, seconds: idleSeconds };
  const url = await database("idle");
  const idle = await measureIdleCost({ url, folder, dispatcherBundle: bundles.dispatcher, ...bounded });
  return { onePerS, tenPerS, idle };
}

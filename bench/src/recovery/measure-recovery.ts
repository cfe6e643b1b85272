import type { Bundles } from "../bundle.ts";
import { makeDatabase } from "../databases.ts";
import { type Burst, measureBurst } from "./burst.ts";
import { type DatabaseBack, measureDatabaseBack } from "./database-back.ts";
import { measureReplicas, type Replicas } from "./measure-replicas.ts";
import { startRecoveryServer } from "./recovery-server.ts";
import { measureTakeOver, type TakenOver } from "./take-over.ts";

export type Recovery = {
  killed: TakenOver;
  stopped: TakenOver;
  back: DatabaseBack;
  burst: Burst;
  replicas: Replicas;
};

const LAUNCHES = 20;
const DRAIN_WITHIN_MS = 60_000;

/** What is measured of deaths, restarts, rushes and many replicas, on a server of its own. */
export async function measureRecovery(options: {
  folder: string;
  bundles: Bundles;
  placements: number;
  burstBots: number;
  drained: number;
  idleSeconds: number;
  say(text: string): void;
}): Promise<Recovery> {
  const { folder, bundles, placements, burstBots, drained, idleSeconds, say } = options;
  const server = await startRecoveryServer(folder);
  const database = (name: string) => makeDatabase(server.adminUrl, name);
  const common = { folder, dispatcherBundle: bundles.dispatcher };
  try {
    say(`(l) A dispatcher with ${LAUNCHES} launches is killed, and another is stopped`);
    const takeOver = async (end: "killed" | "stopped") =>
      measureTakeOver({ ...common, url: await database(end), launches: LAUNCHES, end });
    const killed = await takeOver("killed");
    const stopped = await takeOver("stopped");
    say("(m) PostgreSQL is restarted, and killed");
    const back = await measureDatabaseBack({ url: await database("back"), folder, bundles });
    say(`(n) ${burstBots} bots at once; then ${drained} admissions`);
    const bounds = { bots: burstBots, drained, drainWithinMs: DRAIN_WITHIN_MS };
    const burst = await measureBurst({ ...common, ...bounds, url: await database("burst") });
    const replicas = await measureReplicas({ server, folder, bundles, placements, idleSeconds, say });
    return { killed, stopped, back, burst, replicas };
  } finally {
    await server.stop();
  }
}

import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openDatabase, type Sql } from "@milo/milo/server/database/client.ts";
import { createBot } from "@milo/milo/server/database/repositories/create-bot.ts";
import { noteLaunchOutcome } from "@milo/milo/server/database/repositories/platform-breaker.ts";
import { startChild } from "./child.ts";
import { type CreateCall, type DispatcherSetup, machineMs, type Ready } from "./messages.ts";
import { makePlan, permitAll } from "./plan.ts";
import { resetHealth } from "./reset-health.ts";
import { percentile } from "./statistics.ts";

export type MovedOn = { p50Ms: number; p99Ms: number; count: number };

/** Bots that wait for the platform whose breaker opens. */
const WAITING = 15;
const GIVE_UP_MS = 30_000;

/**
 * A full platform with bots that wait for it, and room on the next one. The full one's breaker is told of wrong
 * settings, by the repository's own write, which opens it; the time from just before that to each waiting bot's create
 * call on the other platform is taken.
 */
export async function measureBreakerVerdict(options: {
  url: string;
  folder: string;
  dispatcherBundle: string;
  verdicts: number;
}): Promise<MovedOn> {
  const { url, folder, dispatcherBundle, verdicts } = options;
  const { sql, close } = openDatabase(url, { applicationName: "bench-verdicts", maxConnections: 4 });
  const limits = makePlan({ k8s: 1, aws: 10_000, coolify: 0 });
  const plan = { ...limits, platforms: permitAll(limits.platforms) };
  const setup: DispatcherSetup = { url, plan, logFile: join(folder, "verdicts.log"), tellCreates: true };
  const child = startChild(dispatcherBundle, setup);
  const creates: number[] = [];
  child.process.on("message", (message: CreateCall) => {
    if (message.kind === "create") creates.push(message.atMs);
  });
  try {
    await child.next<Ready>("ready");
    await createBot(sql, WAITING_BOT, plan);
    await until(async () => creates.length === 1);
    const times: number[] = [];
    for (let verdict = 0; verdict < verdicts; verdict++) {
      for (let n = 0; n < WAITING; n++) await createBot(sql, WAITING_BOT, plan);
      await until(async () => (await countWaitingForK8s(sql)) === WAITING);
      creates.length = 0;
      const toldAtMs = machineMs();
      const outcome = { outcome: "config", reason: "The image is not there", random: 0.5 } as const;
      await noteLaunchOutcome(sql, { ...outcome, platform: "k8s", deploymentIds: [] });
      await until(async () => creates.length === WAITING);
      times.push(...creates.map((atMs) => atMs - toldAtMs));
      await resetHealth(sql, "k8s");
    }
    return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), count: times.length };
  } finally {
    await child.stop();
    await close();
  }
}

const WAITING_BOT = {
  name: "Bench",
  meetingPlatform: "zoom" as const,
  meetingUrl: "https://zoom.example/j/1",
  priority: 0,
};

async function countWaitingForK8s(sql: Sql): Promise<number> {
  const [row] = await sql<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting FROM deployment_queue WHERE status = 'WAITING' AND stage = 'k8s'`;
  return row?.waiting ?? 0;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endsAtMs = performance.now() + GIVE_UP_MS;
  while (!(await isSo())) {
    if (performance.now() > endsAtMs) throw new Error(`Waiting bots did not move on within ${GIVE_UP_MS} ms`);
    await delay(20);
  }
}

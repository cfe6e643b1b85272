import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openDatabase, type Sql } from "@milo/milo/server/database/client.ts";
import { createBot } from "@milo/milo/server/database/repositories/create-bot.ts";
import { DEPLOYMENT_PLATFORMS, type DeploymentPlatform, type PlatformPlan } from "@milo/placement";
import { startChild } from "./child.ts";
import { botImage, coolifySetup, ecsSetup, kubernetesSetup, startEmulators } from "./emulators.ts";
import type { AdapterSetup, Ready } from "./messages.ts";
import { makePlan, permitAll } from "./plan.ts";
import { claimAndBeat } from "./play-bots.ts";

/** Bots that run on each platform, first and then. */
export const FEW = 10;
export const MANY = 100;

export type CallsPerMinute = Readonly<Record<DeploymentPlatform, number>>;

const GRACE_MS = 60_000;
/** After the last bot was claimed: what starts set off is over. */
const SETTLE_MS = 6_000;
const GIVE_UP_MS = 180_000;

/**
 * What each platform's API is asked per minute while bots run there and nothing else happens: the real adapters
 * against the emulators, whose record of requests is counted, with few bots and then with many.
 */
export async function measureApiCalls(options: {
  url: string;
  folder: string;
  adaptersBundle: string;
  seconds: number;
}): Promise<{ few: CallsPerMinute; many: CallsPerMinute }> {
  const { url, folder, adaptersBundle, seconds } = options;
  await using emulators = await startEmulators();
  const { k8s, aws, coolify } = emulators;
  const image = botImage();
  const emulated = {
    k8s: kubernetesSetup(k8s, { zoom: image, "google-meet": image, "microsoft-teams": image }, GRACE_MS),
    aws: ecsSetup(aws, "bot"),
    coolify: coolifySetup(coolify, "1"),
  };
  const plan = planForMany();
  const setup: AdapterSetup = { url, plan, logFile: join(folder, "calls.log"), tellCreates: false, emulated };
  const { sql, close } = openDatabase(url, { applicationName: "bench-calls", maxConnections: 4 });
  const child = startChild(adaptersBundle, setup);
  const count = () => DEPLOYMENT_PLATFORMS.map((platform) => emulators[platform].requests().length);
  const measure = async (): Promise<CallsPerMinute> => {
    await runBots(sql);
    await delay(SETTLE_MS);
    const before = count();
    await delay(seconds * 1_000);
    const perMinute = count().map((after, n) => ((after - (before[n] ?? 0)) * 60) / seconds);
    const [ofK8s = 0, ofAws = 0, ofCoolify = 0] = perMinute;
    return { k8s: ofK8s, aws: ofAws, coolify: ofCoolify };
  };
  try {
    await child.next<Ready>("ready");
    await addBots(sql, FEW);
    const few = await measure();
    await addBots(sql, MANY - FEW);
    return { few, many: await measure() };
  } finally {
    await child.stop();
    await close();
  }
}

/** On a busy machine a hundred starts take their time: no bot may run out of its own meanwhile. */
function planForMany(): PlatformPlan {
  const plan = makePlan({ k8s: MANY, aws: MANY, coolify: MANY });
  const platforms = permitAll(plan.platforms).map((platform) => ({ ...platform, queueTimeoutMs: 86_400_000 }));
  return { ...plan, platforms };
}

/** So many more on each platform: each bot's own plan names one. */
async function addBots(sql: Sql, bots: number): Promise<void> {
  for (const platform of planForMany().platforms) {
    for (let n = 0; n < bots; n++) {
      const bot = {
        name: "Bench",
        meetingPlatform: "zoom" as const,
        meetingUrl: "https://zoom.example/j/1",
        priority: 0,
      };
      await createBot(sql, bot, { platforms: [platform], globalQueueTimeoutMs: 0 });
    }
  }
}

/** Until all of them run. */
async function runBots(sql: Sql): Promise<void> {
  const endsAtMs = performance.now() + GIVE_UP_MS;
  for (;;) {
    await claimAndBeat(sql);
    const [row] = await sql<{ left: number }[]>`
      SELECT count(*)::int AS left FROM bots b WHERE NOT EXISTS (
        SELECT 1 FROM deployments d WHERE d.bot_id = b.id AND d.phase = 'RUNNING')`;
    if (row?.left === 0) return;
    if (performance.now() > endsAtMs) throw new Error(`${row?.left} bots did not run within ${GIVE_UP_MS} ms`);
    await delay(200);
  }
}

import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openDatabase, type Sql } from "@milo/milo/server/database/client.ts";
import { createBot } from "@milo/milo/server/database/repositories/create-bot.ts";
import type { DeploymentPlatform, MeetingPlatform, PlatformPlan } from "@milo/placement";
import { startChild } from "./child.ts";
import { botImage, coolifySetup, type Emulators, ecsSetup, kubernetesSetup } from "./emulators.ts";
import { type AdapterSetup, type CreateCall, type EmulatedPlatforms, machineMs, type Ready } from "./messages.ts";
import { makePlan, permitAll } from "./plan.ts";
import { resetHealth } from "./reset-health.ts";
import { type StartEvidence, watchCoolify, watchEcs, watchKubernetes } from "./start-evidence.ts";
import { percentile } from "./statistics.ts";

export type FailoverTimes = { p50Ms: number; p99Ms: number; count: number };

/** Launches begun together, and rounds of them: a breaker opens after each, and is closed again before the next. */
const ROUND = 6;
/** Launches of a round begin this far apart at most, so that evidence comes at any moment between two looks. */
const SPREAD_MS = 400;
const UNSCHEDULABLE_GRACE_MS = 1_500;
/** No failover takes longer, or the measurement has failed. */
const GIVE_UP_MS = 60_000;
/** One kind of failure for each meeting platform. */
const MEETING_PLATFORMS: readonly MeetingPlatform[] = ["zoom", "google-meet", "microsoft-teams"];

type Case = { platform: DeploymentPlatform; fallback: DeploymentPlatform; emulated: EmulatedPlatforms };

/**
 * Launches that one platform takes and cannot start: the time from the moment at which the platform itself shows it to
 * the bot's next create call, which the next platform, a stand-in, is sent.
 */
export async function measureStartFailures(options: {
  platform: DeploymentPlatform;
  emulators: Emulators;
  url: string;
  folder: string;
  adaptersBundle: string;
  rounds: number;
}): Promise<FailoverTimes> {
  const { platform, emulators, url, folder, adaptersBundle, rounds } = options;
  const { fallback, emulated } = caseOf(platform, emulators);
  const evidence = watchEvidence(platform, emulators);
  const plan = orderPlan([platform, fallback]);
  const logFile = join(folder, `failures-${platform}.log`);
  const setup: AdapterSetup = { url, plan, logFile, tellCreates: true, emulated };
  const { sql, close } = openDatabase(url, { applicationName: "bench-failures", maxConnections: 4 });
  const child = startChild(adaptersBundle, setup);
  const created = new Map<string, number>();
  child.process.on("message", (message: CreateCall) => {
    if (message.kind === "create") created.set(botOf(message.launchKey), message.atMs);
  });
  try {
    await child.next<Ready>("ready");
    for (let round = 0; round < rounds; round++) {
      const bots = await beginRound(sql, plan);
      await until(() => bots.every((bot) => created.has(bot)));
      await resetHealth(sql, platform);
    }
    return summarize(evidence, created);
  } finally {
    evidence.stop();
    await child.stop();
    await close();
  }
}

function caseOf(platform: DeploymentPlatform, { k8s, aws, coolify }: Emulators): Case {
  switch (platform) {
    case "k8s": {
      const images = {
        zoom: botImage("sentinel-pod-quota"),
        "google-meet": botImage("sentinel-unschedulable"),
        "microsoft-teams": botImage("sentinel-invalid-image-name"),
      };
      const emulated = { k8s: kubernetesSetup(k8s, images, UNSCHEDULABLE_GRACE_MS) };
      return { platform, fallback: "aws", emulated };
    }
    case "aws":
      return { platform, fallback: "coolify", emulated: { aws: ecsSetup(aws, "unpullable") } };
    case "coolify": {
      const emulated = { coolify: coolifySetup(coolify, "sentinel-deployment-failed") };
      return { platform, fallback: "k8s", emulated };
    }
  }
}

function watchEvidence(platform: DeploymentPlatform, { k8s, aws, coolify }: Emulators): StartEvidence {
  if (platform === "k8s") return watchKubernetes(k8s, UNSCHEDULABLE_GRACE_MS);
  return platform === "aws" ? watchEcs(aws) : watchCoolify(coolify);
}

function orderPlan(order: readonly DeploymentPlatform[]): PlatformPlan {
  const plan = makePlan({ k8s: 10_000, aws: 10_000, coolify: 10_000 });
  const platforms = order.flatMap((platform) => plan.platforms.filter((one) => one.platform === platform));
  return { ...plan, platforms: permitAll(platforms) };
}

async function beginRound(sql: Sql, plan: PlatformPlan): Promise<string[]> {
  return Promise.all(
    Array.from({ length: ROUND }, async (_, n) => {
      await delay(Math.random() * SPREAD_MS);
      const meetingPlatform = MEETING_PLATFORMS[n % MEETING_PLATFORMS.length] ?? "zoom";
      const bot = { name: "Bench", meetingPlatform, meetingUrl: "https://meeting.example/j/1", priority: 0 };
      return String((await createBot(sql, bot, plan)).botId);
    }),
  );
}

async function until(isSo: () => boolean): Promise<void> {
  const endsAtMs = performance.now() + GIVE_UP_MS;
  while (!isSo()) {
    if (performance.now() > endsAtMs) throw new Error(`A failed start was not followed within ${GIVE_UP_MS} ms`);
    await delay(20);
  }
}

/** A bot that was created elsewhere because the breaker had opened meanwhile failed nowhere, and counts nowhere. */
function summarize(evidence: StartEvidence, created: ReadonlyMap<string, number>): FailoverTimes {
  const toMachineMs = machineMs() - Date.now();
  const times = [...evidence.atMs].flatMap(([launchKey, atMs]) => {
    const createdAtMs = created.get(botOf(launchKey));
    return createdAtMs === undefined ? [] : [createdAtMs - (atMs + toMachineMs)];
  });
  if (times.length === 0) throw new Error("No launch failed to start: nothing was measured");
  return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), count: times.length };
}

/** `bot-<installation>-<botId>-a<attempt>` → the bot's id. */
function botOf(launchKey: string): string {
  return launchKey.split("-")[2] ?? "";
}

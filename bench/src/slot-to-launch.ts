import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openDatabase, type Sql } from "@milo/milo/server/database/client.ts";
import { createBot } from "@milo/milo/server/database/repositories/create-bot.ts";
import { confirmGone } from "@milo/milo/server/database/repositories/end-deployment.ts";
import { stopBot } from "@milo/milo/server/database/repositories/stop-bot.ts";
import type { DeploymentPlatform } from "@milo/placement";
import { type Child, startChild } from "./child.ts";
import { type CreateCall, type DispatcherSetup, machineMs, type Ready } from "./messages.ts";
import { makePlan } from "./plan.ts";
import { percentile } from "./statistics.ts";

/** The platform's limit: as many slots as are freed before new ones are prepared. */
const SLOTS = 40;
/** Releases before the measured ones. */
const WARM_UP = 20;
const LEAVE_BY_MS = 120_000;
/** No release waits longer for its launch; the dispatcher's poll comes earlier. */
const GIVE_UP_MS = 10_000;
/** Nothing was launched for this long: what stops set off is over. */
const QUIET_MS = 400;

export type SlotToLaunch = { p50Ms: number; p99Ms: number; fromAnswerP50Ms: number; fromAnswerP99Ms: number };

/**
 * A full platform with bots that wait for it; one slot after another is freed by the repository's own write, and the
 * time until the dispatcher's next create call is taken, both by the machine's monotonic clock. The time counts from
 * just before the release is sent, so its own commit is part of it; from its answer is given beside it.
 */
export async function measureSlotToLaunch(options: {
  url: string;
  folder: string;
  dispatcherBundle: string;
  releases: number;
}): Promise<SlotToLaunch> {
  const { url, folder, dispatcherBundle, releases } = options;
  const { sql, close } = openDatabase(url, { applicationName: "bench-releases", maxConnections: 4 });
  const plan = makePlan({ k8s: SLOTS, aws: 0, coolify: 0 });
  const setup: DispatcherSetup = { url, plan, logFile: join(folder, "releases.log"), tellCreates: true };
  const child = startChild(dispatcherBundle, setup);
  try {
    await child.next<Ready>("ready");
    const creates = hearCreates(child);
    // A wait of a day: nothing may move on to another stage meanwhile.
    const waitPlan = { ...plan, platforms: plan.platforms.map((p) => ({ ...p, queueTimeoutMs: 86_400_000 })) };
    for (let n = 0; n < SLOTS + WARM_UP + releases; n++) await createBot(sql, makeBot(n), waitPlan);
    const release = async () => releaseOne(sql, creates);
    const samples: { fromSendMs: number; fromAnswerMs: number }[] = [];
    for (let n = 0; n < WARM_UP + releases; n++) {
      if (n % SLOTS === 0) await prepareSlots(sql, creates);
      const sample = await release();
      if (n >= WARM_UP) samples.push(sample);
      // Releases come at any moment of the dispatcher's turn.
      await delay(20 + Math.random() * 40);
    }
    const fromSend = samples.map((sample) => sample.fromSendMs);
    const fromAnswer = samples.map((sample) => sample.fromAnswerMs);
    return {
      p50Ms: percentile(fromSend, 0.5),
      p99Ms: percentile(fromSend, 0.99),
      fromAnswerP50Ms: percentile(fromAnswer, 0.5),
      fromAnswerP99Ms: percentile(fromAnswer, 0.99),
    };
  } finally {
    await child.stop();
    await close();
  }
}

function makeBot(number: number) {
  const meetingUrl = `https://zoom.example/j/${number}`;
  return { name: `Bench ${number}`, meetingPlatform: "zoom" as const, meetingUrl, priority: 0 };
}

type Creates = { lastAtMs(): number; next(): Promise<CreateCall> };

function hearCreates(child: Child): Creates {
  let lastAtMs = machineMs();
  const waiting: ((call: CreateCall) => void)[] = [];
  child.process.on("message", (message: CreateCall) => {
    if (message.kind !== "create") return;
    lastAtMs = message.atMs;
    waiting.shift()?.(message);
  });
  return { lastAtMs: () => lastAtMs, next: () => new Promise((resolve) => waiting.push(resolve)) };
}

/** Every slot is taken, and each of their bots was told to end: only the last word, that it is gone, is missing. */
async function prepareSlots(sql: Sql, creates: Creates): Promise<void> {
  const platform: DeploymentPlatform = "k8s";
  for (;;) {
    const [row] = await sql<{ started: number }[]>`
      SELECT count(*)::int AS started FROM deployments WHERE platform = ${platform} AND phase = 'STARTING'`;
    if (row?.started === SLOTS) break;
    await delay(20);
  }
  const bots = await sql<{ botId: number }[]>`
    SELECT bot_id AS "botId" FROM deployments WHERE platform = ${platform} AND phase = 'STARTING'`;
  for (const { botId } of bots) await stopBot(sql, botId, LEAVE_BY_MS);
  await delay(QUIET_MS);
  while (machineMs() - creates.lastAtMs() < QUIET_MS) await delay(QUIET_MS);
}

async function releaseOne(sql: Sql, creates: Creates): Promise<{ fromSendMs: number; fromAnswerMs: number }> {
  const [slot] = await sql<{ id: number }[]>`
    SELECT id FROM deployments WHERE phase = 'STOPPING' ORDER BY id LIMIT 1`;
  if (slot === undefined) throw new Error("No slot is left to free");
  const call = creates.next();
  const sentAtMs = machineMs();
  await confirmGone(sql, slot.id);
  const answeredAtMs = machineMs();
  const late = delay(GIVE_UP_MS, null, { ref: false });
  const created = await Promise.race([call, late]);
  if (created === null) throw new Error(`A freed slot was not used within ${GIVE_UP_MS} ms`);
  return { fromSendMs: created.atMs - sentAtMs, fromAnswerMs: created.atMs - answeredAtMs };
}

import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openDatabase, type Sql } from "@milo/milo/server/database/client.ts";
import type { PlatformPlan } from "@milo/placement";
import { type Child, startChild } from "../child.ts";
import { OCCUPYING } from "../history.ts";
import type { DispatcherSetup, Ready } from "../messages.ts";
import { readUsage } from "../placements.ts";
import { makePlan, permitAll } from "../plan.ts";
import { claimAndBeat } from "../play-bots.ts";
import { cpuMsOf, withChildren } from "./cpu.ts";
import { addBots } from "./make-bots.ts";
import { findPostmaster } from "./recovery-server.ts";

const WAITING = 200;
/** What starting set off is over. */
const SETTLE_MS = 10_000;
const FILL_MS = 90_000;

/** Shares of one core; transactions per second of the whole server. */
export type IdleCost = {
  dispatchersShare: number;
  postgresShare: number;
  transactionsPerS: number;
  dispatchers: number;
};

/**
 * What dispatchers cost that have nothing to do: every slot of every platform holds a bot that runs, and 200 more wait for
 * all three. Their own processor time and the server's, over `seconds`, in which no bot says anything.
 */
export async function measureIdleCost(options: {
  url: string;
  folder: string;
  dispatcherBundle: string;
  count: number;
  seconds: number;
}): Promise<IdleCost> {
  const { url, folder, dispatcherBundle, count, seconds } = options;
  const plan = planOfAllOpen();
  const setup: DispatcherSetup = { url, plan, logFile: join(folder, "idle.log"), tellCreates: false };
  const { sql, close } = openDatabase(url, { applicationName: "bench-idle", maxConnections: 2 });
  // The first one launches and watches: its stand-ins know what runs.
  const dispatchers: Child[] = [startChild(dispatcherBundle, setup)];
  try {
    await dispatchers[0]?.next<Ready>("ready");
    await fill(sql, plan);
    // One at a time: a machine that is busy with thirty starts gives none of them a connection in time, and one that got none is started again.
    while (dispatchers.length < count) {
      const next = startChild(dispatcherBundle, setup);
      const isReady = await next.next<Ready>("ready").then(
        () => true,
        () => false,
      );
      if (!isReady) continue;
      dispatchers.push(next);
      if (dispatchers.length % 8 === 0) await claimAndBeat(sql);
    }
    await delay(SETTLE_MS);
    await claimAndBeat(sql);
    return await measure(sql, dispatchers, seconds);
  } finally {
    await Promise.all(dispatchers.map((child) => child.stop()));
    await close();
  }
}

/** Whoever waits may use all platforms within two seconds, and waits there for a day. */
function planOfAllOpen(): PlatformPlan {
  const plan = makePlan(OCCUPYING);
  const platforms = permitAll(plan.platforms).map((platform) => ({ ...platform, queueTimeoutMs: 1_000 }));
  return { platforms, globalQueueTimeoutMs: 86_400_000 };
}

async function fill(sql: Sql, plan: PlatformPlan): Promise<void> {
  const slots = OCCUPYING.k8s + OCCUPYING.aws + OCCUPYING.coolify;
  await addBots(sql, slots + WAITING, plan);
  const endsAtMs = performance.now() + FILL_MS;
  while ((await claimAndBeat(sql)) < slots) {
    if (performance.now() > endsAtMs) throw new Error(`Not every slot was taken within ${FILL_MS} ms`);
    await delay(200);
  }
}

async function measure(sql: Sql, dispatchers: readonly Child[], seconds: number): Promise<IdleCost> {
  const postmaster = await findPostmaster(sql);
  const read = async () => {
    const usages = await Promise.all(dispatchers.map(readUsage));
    const [row] = await sql<{ n: number }[]>`
      SELECT sum(xact_commit + xact_rollback)::float8 AS n FROM pg_stat_database`;
    return {
      dispatchersMs: usages.reduce((total, { cpuMs }) => total + cpuMs, 0),
      postgresMs: cpuMsOf(withChildren(postmaster)),
      transactions: row?.n ?? 0,
      atMs: performance.now(),
    };
  };
  const before = await read();
  await delay(seconds * 1_000);
  const after = await read();
  const elapsedMs = after.atMs - before.atMs;
  return {
    dispatchersShare: (after.dispatchersMs - before.dispatchersMs) / elapsedMs,
    postgresShare: (after.postgresMs - before.postgresMs) / elapsedMs,
    transactionsPerS: ((after.transactions - before.transactions) * 1_000) / elapsedMs,
    dispatchers: dispatchers.length,
  };
}

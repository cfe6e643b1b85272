import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Child, startChild } from "./child.ts";
import { withDatabase } from "./databases.ts";
import type { CallersSetup, DispatcherSetup, Go, PlacementsDone, Ready, Usage } from "./messages.ts";
import { CONNECTIONS, makePlan } from "./plan.ts";
import { percentile } from "./statistics.ts";

/** Placements before the clock starts: both processes compile their hot paths, every connection is open. */
const WARM_UP = 400;
/** Bots placed before their slots are freed, off the clock: what an installation with real limits holds at once. */
const ROUND = 500;

/** After this each dispatcher knows how many there are: they say so every ten seconds. */
const ACQUAINTED_MS = 12_000;

export type Placements = {
  perS: number;
  starting: number;
  waiting: number;
  refused: number;
  latencyP50Ms: number;
  latencyP99Ms: number;
  /** Of the callers, while the clock ran. */
  cpuMs: number;
  /** Of their whole lives, warm-up included: the highest peak, all their processor time. */
  dispatcher: Usage;
};

export type PlacementOptions = {
  url: string;
  folder: string;
  bundles: { dispatcher: string; callers: string };
  placements: number;
  /** Write a CPU profile of both processes here. */
  profileFolder: string | undefined;
  /** How many dispatchers share the work. Default: one. */
  dispatchers?: number;
  /** How long the dispatcher keeps what has ended; 0 = for ever. */
  historyKeepMs?: number | undefined;
};

/** Callers in one process, each dispatcher in another, until every bot is placed. */
export async function measurePlacements(options: PlacementOptions): Promise<Placements> {
  const { url, folder, bundles, placements, profileFolder, historyKeepMs } = options;
  const plan = makePlan({ k8s: ROUND, aws: ROUND, coolify: ROUND });
  const execArgv = profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];
  const logFile = join(folder, "dispatcher.log");
  const dispatcherSetup: DispatcherSetup = { url, plan, logFile, tellCreates: false, historyKeepMs };
  const dispatchers = Array.from({ length: options.dispatchers ?? 1 }, () =>
    startChild(bundles.dispatcher, dispatcherSetup, execArgv),
  );
  try {
    await Promise.all(dispatchers.map((one) => one.next<Ready>("ready")));
    if (dispatchers.length > 1) await delay(ACQUAINTED_MS);
    const callersSetup: CallersSetup = { url, plan, logFile: join(folder, "web.log"), callers: CONNECTIONS };
    const callers = startChild(bundles.callers, callersSetup, execArgv);
    try {
      await callers.next<Ready>("ready");
      await placeRound(url, callers, WARM_UP);
      const rounds: PlacementsDone[] = [];
      for (let left = placements; left > 0; left -= ROUND) {
        rounds.push(await placeRound(url, callers, Math.min(ROUND, left)));
      }
      return summarize(rounds, await Promise.all(dispatchers.map(readUsage)));
    } finally {
      await callers.stop();
    }
  } finally {
    await Promise.all(dispatchers.map((one) => one.stop()));
  }
}

/** What a dispatcher has used since it was started. */
export function readUsage(dispatcher: Child): Promise<Usage> {
  const usage = dispatcher.next<Usage>("usage");
  dispatcher.send({ kind: "usage" });
  return usage;
}

/** Places bots, then ends them all at once, as if their meetings were over. */
async function placeRound(url: string, callers: Child, placements: number): Promise<PlacementsDone> {
  const answer = callers.next<PlacementsDone>("done");
  const go: Go = { kind: "go", placements };
  callers.send(go);
  const done = await answer;
  await withDatabase(url, async (sql) => {
    await sql`
      UPDATE deployments SET phase = 'ENDED', outcome = 'completed', ended_at = milo_now() WHERE phase = 'STARTING'`;
    await sql`UPDATE bots SET status = 'DONE', finished_at = milo_now() WHERE status = 'DEPLOYING'`;
    await sql`UPDATE deployment_queue SET status = 'DISPATCHED', open_to = '{}' WHERE status = 'PROCESSING'`;
  });
  return done;
}

function summarize(rounds: readonly PlacementsDone[], usages: readonly Usage[]): Placements {
  const sum = (count: (round: PlacementsDone) => number) => rounds.reduce((total, round) => total + count(round), 0);
  const latenciesMs = rounds.flatMap((round) => round.latenciesMs);
  return {
    perS: (latenciesMs.length * 1_000) / sum((round) => round.elapsedMs),
    starting: latenciesMs.length,
    waiting: sum((round) => round.waiting),
    refused: sum((round) => round.refused),
    latencyP50Ms: percentile(latenciesMs, 0.5),
    latencyP99Ms: percentile(latenciesMs, 0.99),
    cpuMs: sum((round) => round.cpuMs),
    dispatcher: {
      kind: "usage",
      peakMiB: Math.max(...usages.map(({ peakMiB }) => peakMiB)),
      cpuMs: usages.reduce((total, { cpuMs }) => total + cpuMs, 0),
    },
  };
}

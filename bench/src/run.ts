import { join } from "node:path";
import type { RunningPostgres } from "@milo/postgres";
import { measureAdmissionPlans } from "./admission-plans.ts";
import type { BenchArguments } from "./arguments.ts";
import { bundleProcesses } from "./bundle.ts";
import { makeDatabase, withDatabase } from "./databases.ts";
import { fillHistory } from "./history.ts";
import { measurePages, PAGE_CONNECTIONS } from "./page-times.ts";
import { measurePlacements } from "./placements.ts";
import { measurePlatforms, platformFigures } from "./platform-figures.ts";
import { measurePruning } from "./pruning.ts";
import { measureQueueViews } from "./queue-views.ts";
import { measureRawCommits } from "./raw-commits.ts";
import { measureRecovery } from "./recovery/measure-recovery.ts";
import { measureReplicas, type Replicas } from "./recovery/measure-replicas.ts";
import { recoveryFigures } from "./recovery/recovery-figures.ts";
import { startRecoveryServer } from "./recovery/recovery-server.ts";
import { measureSlotToLaunch } from "./slot-to-launch.ts";
import { round } from "./statistics.ts";

export type Result = Awaited<ReturnType<typeof run>>;

export type RunOptions = {
  args: BenchArguments;
  server: RunningPostgres;
  folder: string;
  bundleFolder: string;
  say(text: string): void;
};

/** Every measurement, one after another, each in a database of its own on the one server. */
export async function run({ args, server, folder, bundleFolder, say }: RunOptions) {
  const bundles = await bundleProcesses(bundleFolder);
  const placementsUrl = await makeDatabase(server.adminUrl, "placements");
  const durability = await readDurability(placementsUrl);

  say("(a) Plain commits, before the placements");
  const before = await measureRawCommits(placementsUrl, args.rawSeconds);
  say(`(b) ${args.placements} placements by 20 callers`);
  const profileFolder = args.profile;
  const placed = await measurePlacements({
    url: placementsUrl,
    folder,
    bundles,
    placements: args.placements,
    profileFolder,
  });
  say("(a) Plain commits, after the placements");
  const after = await measureRawCommits(placementsUrl, args.rawSeconds);
  const rows = await countRows(placementsUrl);

  say(`(c) ${args.releases} slots freed, one after another`);
  const slotsUrl = await makeDatabase(server.adminUrl, "slots");
  const dispatcherBundle = bundles.dispatcher;
  const slots = await measureSlotToLaunch({ url: slotsUrl, folder, dispatcherBundle, releases: args.releases });

  say(`(d) Plans at ${args.history} finished bots; (e) the queue with ${args.waiting} waiting: filling`);
  const historyUrl = await makeDatabase(server.adminUrl, "history");
  await withDatabase(historyUrl, (sql) => fillHistory(sql, args.history, args.waiting));
  const plans = await withDatabase(historyUrl, measureAdmissionPlans);
  const views = await withDatabase(historyUrl, (sql) => measureQueueViews(sql, join(folder, "views.log")), 4);

  say("(j) The pages of the console there");
  const pages = await withDatabase(historyUrl, (sql) => measurePages(sql, join(folder, "pages.log")), PAGE_CONNECTIONS);

  const platforms = await measurePlatforms({ args, server, folder, bundles, say });

  say(`(k) Clearing away ${args.oldRows} rows of old history beside ${args.placements} placements: filling`);
  const pruningUrl = await makeDatabase(server.adminUrl, "pruning");
  const { oldRows, placements } = args;
  const pruning = await measurePruning({ url: pruningUrl, folder, bundles, placements, profileFolder, oldRows });

  const recovery = await measureRecovery({
    folder,
    bundles,
    placements: halfOf(placements),
    burstBots: args.burst,
    drained: args.drained,
    idleSeconds: args.idleSeconds,
    say,
  });

  const rawCommitsPerS = (before + after) / 2;
  const figures = {
    rawCommitsPerS: round(rawCommitsPerS),
    placementsPerS: round(placed.perS),
    placementRatio: round(placed.perS / rawCommitsPerS, 4),
    slotToLaunchP50Ms: round(slots.p50Ms),
    slotToLaunchP99Ms: round(slots.p99Ms),
    countBuffers: plans.countBuffers,
    headBuffers: plans.headBuffers,
    countMs: round(plans.countMs, 3),
    headMs: round(plans.headMs, 3),
    queuePageMs: round(views.pageMs),
    queuePositionMs: round(views.positionMs),
    pageMs: pages,
    dispatcherPeakMiB: round(placed.dispatcher.peakMiB, 1),
    ...platformFigures(platforms),
    pruningRatio: round(pruning.clearingPerS / pruning.keepingPerS),
    prunedRowsPerS: round(pruning.rowsPerS),
    pruneBatchP50Ms: round(pruning.batchP50Ms),
    pruneBatchP99Ms: round(pruning.batchP99Ms),
    ...recoveryFigures(recovery),
    ...durability,
    ...rows,
  };
  return { figures, raw: { before, after }, placed, slots, platforms, pruning, recovery };
}

/** (o) alone, on a server of its own as in a whole run. */
export async function runReplicas({ args, folder, bundleFolder, say }: Omit<RunOptions, "server">): Promise<Replicas> {
  const bundles = await bundleProcesses(bundleFolder);
  const server = await startRecoveryServer(folder);
  try {
    const { idleSeconds } = args;
    return await measureReplicas({ server, folder, bundles, placements: halfOf(args.placements), idleSeconds, say });
  } finally {
    await server.stop();
  }
}

/** What is measured twice over is measured half as long. */
function halfOf(placements: number): number {
  return Math.ceil(placements / 2);
}

async function readDurability(url: string): Promise<{ fsync: string; synchronousCommit: string }> {
  return withDatabase(url, async (sql) => {
    const [fsync] = await sql<{ fsync: string }[]>`SHOW fsync`;
    const [commit] = await sql<{ synchronous_commit: string }[]>`SHOW synchronous_commit`;
    return { fsync: fsync?.fsync ?? "unknown", synchronousCommit: commit?.synchronous_commit ?? "unknown" };
  });
}

/** What the placements left behind: a row for each bot and attempt, and its story. */
async function countRows(url: string): Promise<{ bots: number; deployments: number; bot_events: number }> {
  return withDatabase(url, async (sql) => {
    const [row] = await sql<{ bots: number; deployments: number; bot_events: number }[]>`
      SELECT (SELECT count(*) FROM bots)::int AS bots, (SELECT count(*) FROM deployments)::int AS deployments,
        (SELECT count(*) FROM bot_events)::int AS bot_events`;
    return row ?? { bots: 0, deployments: 0, bot_events: 0 };
  });
}

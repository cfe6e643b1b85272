import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { setPlatformMode } from "@milo/milo/server/database/repositories/platform-mode.ts";
import type { Repositories } from "@milo/milo/server/dispatcher/repositories.ts";
import { DEPLOYMENT_PLATFORMS } from "@milo/placement";
import { ACTIONS } from "./actions.ts";
import { type Checker, createChecker } from "./checks/check.ts";
import { pruneFinished, type Snapshot } from "./checks/snapshot.ts";
import type { Violation } from "./checks/violation.ts";
import { drain } from "./drain.ts";
import { tellStory } from "./story.ts";
import { drawFaults } from "./world/faults.ts";
import { createWorld, type World } from "./world/world.ts";

export type SimulationOptions = {
  /** A database prepared by `prepareDatabase`, used by nobody else. */
  url: string;
  seed: number;
  steps: number;
  /** Broken twins of milo's statements, to see that they are found. */
  replaced?: Partial<Repositories>;
  /** Hears of each step that was made, and of what it did. */
  onProgress?(step: number, done: string): void;
};

type Counts = Record<"bots" | "attempts" | "claims" | "lateStarts" | "replacements" | "orphans", number>;

export type SimulationResult = {
  seed: number;
  /** Made in all; fewer than asked for when one broke a promise. */
  steps: number;
  /** Those of the step that broke something; nothing after it would prove anything. */
  violations: Violation[];
  /** What led there, for people; empty without a violation. */
  story: string;
  /** SQLSTATEs of contention and broken deadlocks that milo's loops went on after, with their number. */
  contention: Map<string, number>;
  /** Bots accepted, attempts made, containers past their claim and of late sends, and so on: what the run was about. */
  counts: Counts;
  /** A digest of every step in order: two runs with the same one took the same way. */
  way: string;
};

/** Steps after which everything comes to rest and is judged as a whole, and history is forgotten. */
const EPOCH_STEPS = 2_500;
const PRUNE_EVERY_STEPS = 50;
const PRUNE_OLDER_MS = 30_000;
/** The installation's id in a launch key: made with the database, so the one thing that no seed decides. */
const INSTALLATION = /(?<=bot-)[a-z2-7]{6}-/g;
/** The last steps told in a story. */
const STORY_STEPS = 60;

/** Runs one seed. The same seed, steps and code take the same way. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const world = await createWorld(options.url, options.seed, options.replaced ?? {});
  try {
    return await runSteps(world, options);
  } finally {
    await world.close();
  }
}

async function runSteps(world: World, { seed, steps, onProgress }: SimulationOptions): Promise<SimulationResult> {
  const checker = await createChecker(world);
  const log: string[] = [];
  const way = createHash("sha256");
  const counts = { bots: 0, attempts: 0, claims: 0, lateStarts: 0, replacements: 0, orphans: 0 };
  Object.assign(world.faults, drawFaults(world.random));
  for (let step = 1; step <= steps; step++) {
    log.push(`${step} ${await makeStep(world, checker)}`);
    way.update(`${log.at(-1)?.replaceAll(INSTALLATION, "")}\n`);
    let violations = await checker.check();
    if (violations.length === 0 && (step % EPOCH_STEPS === 0 || step === steps)) {
      log.push(`${step} everything comes to rest`);
      violations = await drain(world, checker);
      if (violations.length === 0) await beginEpoch(world, checker, counts);
    } else if (violations.length === 0 && step % PRUNE_EVERY_STEPS === 0) {
      await prune(world, checker, PRUNE_OLDER_MS);
    }
    if (violations.length > 0) {
      const story = await tellStory(world, checker.seen(), violations, log.slice(-STORY_STEPS));
      return { seed, steps: step, violations, story, contention: world.turnErrors, counts, way: way.digest("hex") };
    }
    if (log.length > 1_000) log.splice(0, log.length - STORY_STEPS);
    onProgress?.(step, log.at(-1) ?? "");
    // The event loop's own phases, of which a run of resolved promises would starve timers.
    if (step % 500 === 0) await delay(0);
  }
  return { seed, steps, violations: [], story: "", contention: world.turnErrors, counts, way: way.digest("hex") };
}

/** One action, after a moment. When there is nothing to do of one kind, another is drawn. */
async function makeStep(world: World, checker: Checker): Promise<string> {
  const { random, clock } = world;
  if (random.chance(0.6)) clock.advance(random.integer(1, 200));
  await clock.publish(world.observer.sql);
  await world.hearing.stamp();
  for (;;) {
    const done = await random.weighted(ACTIONS)(world, checker.seen());
    if (done !== null) return done;
    clock.advance(random.integer(1, 400));
    await clock.publish(world.observer.sql);
  }
}

async function prune(world: World, checker: Checker, olderThanMs: number): Promise<void> {
  await pruneFinished(world.observer.sql, olderThanMs);
  for (let index = world.bots.length - 1; index >= 0; index--) {
    if (world.bots[index]?.process.toMs !== null) world.bots.splice(index, 1);
  }
  await checker.forget();
  forgetEnded(world, checker.seen());
}

/** History is kept for longer than ECS shows a stopped task: what was pruned above is not shown any more. */
function forgetEnded({ clusters }: World, seen: Snapshot): void {
  const rows = [...seen.deployments.values()];
  const known = new Set(rows.flatMap((row) => [row.launchKey, row.identifier]));
  for (const cluster of clusters.values()) {
    for (const workload of cluster.workloads) {
      const isKnown = known.has(workload.launchKey) || known.has(workload.identifier);
      if (workload.state === "ended" && !workload.removed && !isKnown) cluster.remove(workload);
    }
  }
}

async function beginEpoch(world: World, checker: Checker, counts: SimulationResult["counts"]): Promise<void> {
  const { random, clusters, dispatchers } = world;
  for (const { workloads } of clusters.values()) {
    counts.lateStarts += workloads.filter((w) => w.sentLate && w.ranFromMs !== null).length;
    counts.claims += workloads.filter((w) => w.processes.some((p) => p.claimedMs !== null)).length;
  }
  const [row] = await world.observer.sql<Pick<Counts, "bots" | "attempts" | "orphans">[]>`
    SELECT (SELECT last_value FROM bots_id_seq)::int AS bots, (SELECT last_value FROM deployments_id_seq)::int AS attempts,
      (SELECT count(*) FROM platform_events WHERE code = 'ORPHAN_FOUND')::int AS orphans`;
  Object.assign(counts, row, { replacements: checker.replacements() });
  await prune(world, checker, -1);
  for (const cluster of clusters.values()) cluster.forgetAll();
  world.bots.length = 0;
  world.vouched.clear();
  for (const { connection } of [...dispatchers]) await world.startDispatcher(connection);
  for (const platform of DEPLOYMENT_PLATFORMS) await setPlatformMode(world.observer.sql, { platform, mode: "enabled" });
  Object.assign(world.faults, drawFaults(random));
  await checker.forget();
}

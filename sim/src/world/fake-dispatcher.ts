import type { Times } from "@milo/milo/config/times.ts";
import type { PlatformService } from "@milo/milo/server/api/services/platform/platform-service.ts";
import { shortenAfterSetBack } from "@milo/milo/server/database/repositories/clock-set-back.ts";
import type { Installation } from "@milo/milo/server/database/repositories/installation.ts";
import * as platformRows from "@milo/milo/server/database/repositories/platform-rows.ts";
import type { DispatcherContext } from "@milo/milo/server/dispatcher/context.ts";
import { checkPlatformHealth } from "@milo/milo/server/dispatcher/health.ts";
import { type HeldAttempt, launchAttempt } from "@milo/milo/server/dispatcher/launch.ts";
import { createLaunchLane } from "@milo/milo/server/dispatcher/launch-lane.ts";
import { createLeaseBook } from "@milo/milo/server/dispatcher/lease-book.ts";
import { type AdmittedOn, runPass } from "@milo/milo/server/dispatcher/pass.ts";
import type { Repositories } from "@milo/milo/server/dispatcher/repositories.ts";
import { stopAttempts } from "@milo/milo/server/dispatcher/stop-attempts.ts";
import { sweepDeadlines } from "@milo/milo/server/dispatcher/sweep.ts";
import { takeOverLaunches } from "@milo/milo/server/dispatcher/take-over.ts";
import { watchPlatform } from "@milo/milo/server/dispatcher/watch.ts";
import type { DeploymentPlatform, PlatformPlan } from "@milo/placement";
import type { Clock } from "../engine/clock.ts";
import type { Connection } from "../engine/database.ts";
import { type Gate, gateStatements } from "../engine/gated-sql.ts";
import type { Random } from "../engine/random.ts";
import { createTask, park, parkUntil, type Task } from "../engine/task.ts";
import type { PlatformParts } from "./fake-platform.ts";

/** One dispatcher process. It lives on a connection; another may follow on it after its death. */
export type FakeDispatcher = {
  id: string;
  connection: Connection;
  plan: PlatformPlan;
  gate: Gate;
  tasks: Task[];
  /** Not resumed before this moment. */
  frozenUntilMs: number;
  /** Finishes what is under way and begins nothing. */
  stopping: boolean;
  /** Begins one turn of a loop that is due and not under way. Null = none is. */
  beginTurn(): Task | null;
  /** One pass, or one look at a platform, with every statement under the control of a race. */
  createRacingTurn(): Task;
  /** Begins to stop; `finishStop` is the rest, once nothing is under way. */
  beginStop(): void;
  finishStop(): Promise<void>;
  start(): Promise<void>;
};

export type DispatcherParts = {
  id: string;
  connection: Connection;
  plan: PlatformPlan;
  clock: Clock;
  random: Random;
  times: Times;
  installation: Installation;
  repositories: Repositories;
  log: DispatcherContext["log"];
  platformFor(platform: DeploymentPlatform, client: Pick<PlatformParts, "isLate" | "mayPark">): PlatformService;
};

/** Below the lease of everything it holds, as in the real process. */
const TURN_LIMIT_MS = 60_000;
const PRESENCE_MS = 5_000;
const PLATFORMS = ["k8s", "aws", "coolify"] as const;
/** Each has its own, as while a setting is rolled out. */
const POLICIES = [
  [3, "infrastructure"],
  [2, "any"],
  [1, "none"],
] as const;
/** How often a commit boundary really interrupts: enough to meet every pair, few enough to get somewhere. */
const PARK_SHARE = 0.35;
const LAUNCH_PARK_SHARE = 0.7;
const RACING_WATCHES = 0.1;

export function createFakeDispatcher(parts: DispatcherParts): FakeDispatcher {
  const { clock, random, times } = parts;
  const abandon = new AbortController();
  const tasks: Task[] = [];
  const launches = new Map<string, HeldAttempt>();
  const maybePark = async (place: string) => {
    if (random.chance(place.startsWith("launch:") ? LAUNCH_PARK_SHARE : PARK_SHARE)) await park(place);
  };
  const gate: Gate = {
    pass: null,
    beforeTransaction: () => (gate.pass === null ? maybePark("transaction") : Promise.resolve()),
  };
  const leases = createLeaseBook(times.dispatcherLeaseMs, clock.nowMs);
  const isLate = (launchKey: string) => {
    const launch = launches.get(launchKey);
    return launch === undefined || !leases.holds(launch);
  };
  // In a race it is the statements that wait for each other.
  const client = { isLate, mayPark: () => gate.pass === null };
  const sql = gateStatements(parts.connection.sql, gate);
  const ctx: DispatcherContext = {
    dispatcherId: parts.id,
    sql,
    repositories: {
      ...parts.repositories,
      // One order at a time, so that each of them is an operation of its own; the scheduler runs several.
      takeStopping: (db, request) => parts.repositories.takeStopping(db, { ...request, most: 1 }),
    },
    installation: parts.installation,
    plan: parts.plan,
    platforms: new Map(PLATFORMS.map((platform) => [platform, parts.platformFor(platform, client)])),
    times,
    replacePolicy: random.weighted(POLICIES),
    miloUrl: "http://milo.invalid",
    log: parts.log,
    random: random.next,
    monotonicMs: clock.nowMs,
    sleep(ms, signal) {
      const slept = new Promise<void>((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        clock.after(ms, resolve);
      });
      return parkUntil("sleep", slept);
    },
    failpoint: (name) => (gate.pass === null ? maybePark(name) : Promise.resolve()),
    abandon: abandon.signal,
    leases,
  };

  function launch(attempt: HeldAttempt): void {
    launches.set(attempt.launchKey, attempt);
    // A lane of its own: where launches share their writes, one waits for the other without the scheduler's knowing.
    const work = () => launchAttempt(ctx, createLaunchLane(ctx), attempt);
    tasks.push(createTask(`launch ${attempt.launchKey}`, clock.nowMs(), work));
  }

  async function pass(): Promise<void> {
    const look = await ctx.repositories.lookAhead(sql);
    if (look.attemptsDue) await sweepDeadlines(ctx);
    if (look.leasesDue) for (const attempt of await takeOverLaunches(ctx)) launch(attempt);
    const begin = (batch: readonly AdmittedOn[]) => {
      for (const admitted of batch) launch({ ...admitted, sent: null });
    };
    await runPass(ctx, begin, look.attemptsDue ? undefined : look);
  }

  const everyMs = (ms: number) => () => ms;
  const pollMs = () => random.integer(times.pollMinMs, times.pollMaxMs);
  type Loop = { name: string; pauseMs: () => number; turn: () => Promise<unknown>; nextMs: number; task: Task | null };
  const loop = (name: string, pauseMs: () => number, turn: () => Promise<unknown>): Loop => ({
    name,
    pauseMs,
    turn,
    nextMs: 0,
    task: null,
  });
  const loops: Loop[] = [
    loop("pass", pollMs, pass),
    loop("leases", everyMs(times.dispatcherLeaseRenewMs), renew),
    loop("presence", everyMs(PRESENCE_MS), present),
    ...PLATFORMS.flatMap((platform) => [
      loop(`stop ${platform}`, everyMs(times.pollMinMs / 4), () => stopAttempts(ctx, platform)),
      loop(`watch ${platform}`, everyMs(times.platformListMs), () => watch(platform)),
      loop(`health ${platform}`, everyMs(times.healthCheckMs), () => checkPlatformHealth(ctx, platform)),
    ]),
  ];

  async function renew(): Promise<void> {
    const askedAtMs = clock.nowMs();
    const request = { dispatcherId: parts.id, leaseMs: times.dispatcherLeaseMs, deploymentIds: leases.ids() };
    leases.renew(await ctx.repositories.renewLeases(sql, request), askedAtMs);
  }

  async function present(): Promise<void> {
    const { wasSetBack } = await platformRows.beatDispatcher(sql, parts.id, times.dispatcherLeaseMs);
    if (wasSetBack) await shortenAfterSetBack(sql, times.dispatcherLeaseMs);
    await platformRows.applyPlans(sql, times.dispatcherLeaseMs);
  }

  async function watch(platform: DeploymentPlatform): Promise<void> {
    const request = { platform, dispatcherId: parts.id, leaseMs: times.platformListMs * 3 };
    if (await ctx.repositories.takeWatch(sql, request)) await watchPlatform(ctx, platform);
  }

  /** A turn that takes too long is left behind, as the real loop does. */
  function isFree(candidate: Loop): boolean {
    const { task, nextMs } = candidate;
    const nowMs = clock.nowMs();
    if (task === null || task.isOver()) return nextMs <= nowMs;
    return task.startedAtMs + TURN_LIMIT_MS <= nowMs;
  }

  return {
    id: parts.id,
    connection: parts.connection,
    plan: parts.plan,
    gate,
    tasks,
    frozenUntilMs: 0,
    stopping: false,
    beginTurn() {
      const free = loops.filter(isFree);
      if (this.stopping || free.length === 0) return null;
      const chosen = random.pick(free);
      const task = createTask(`${chosen.name} of ${parts.id}`, clock.nowMs(), async () => {
        try {
          await chosen.turn();
        } finally {
          chosen.nextMs = clock.nowMs() + chosen.pauseMs();
        }
      });
      chosen.task = task;
      tasks.push(task);
      return task;
    },
    createRacingTurn() {
      const platform = random.pick(PLATFORMS);
      return random.chance(RACING_WATCHES)
        ? createTask(`racing watch ${platform} of ${parts.id}`, clock.nowMs(), () => watch(platform))
        : createTask(`racing pass of ${parts.id}`, clock.nowMs(), pass);
    },
    beginStop() {
      this.stopping = true;
      abandon.abort(new Error("stopping"));
    },
    async finishStop() {
      await ctx.repositories.handOver(sql, parts.id);
      await platformRows.releaseWatches(sql, parts.id);
      await platformRows.removeDispatcher(sql, parts.id);
    },
    async start() {
      const request = { dispatcherId: parts.id, plan: parts.plan, liveMs: times.dispatcherLeaseMs };
      await platformRows.registerDispatcher(sql, request);
    },
  };
}

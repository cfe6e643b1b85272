import type { DeploymentPlatform, PlatformPlan } from "@milo/placement";
import type { PlatformService, Workload, WorkloadRef } from "#server/api/services/platform/platform-service.ts";
import { claimAttempt } from "#server/database/repositories/claim-attempt.ts";
import { recordHeartbeat } from "#server/database/repositories/record-heartbeat.ts";
import { createFakePlatform } from "#server/testing/fake-platform.ts";
import {
  createTestMilo,
  enforcePlan,
  enqueue,
  useTestClock as installTestClock,
  testPlan,
} from "#server/testing/milo-database.ts";
import { createTestContext } from "#server/testing/test-dispatcher.ts";
import { DEFAULT_TIMES } from "../../config/times.ts";
import type { DispatcherContext } from "./context.ts";
import { repositories as repo } from "./repositories.ts";
import { stopAttempts } from "./stop-attempts.ts";
import { sweepDeadlines } from "./sweep.ts";
import { watchPlatform } from "./watch.ts";

export type Boot = { launchKey: string; bootId: string };
export type RunningBot = Boot & { botId: number; deploymentId: number; identifier: string };

/** A platform that lists what it is told to, under any key and as often, and records who was ordered to stop. */
export function createListedPlatform(platform: DeploymentPlatform) {
  const workloads = new Map<string, Workload>();
  const stops: { launchKey: string; identifier: string | null }[] = [];
  const failing = { list: false };
  const service: PlatformService = {
    ...createFakePlatform(platform),
    async list() {
      return failing.list ? { kind: "failed", reason: "away" } : { kind: "listed", workloads: [...workloads.values()] };
    },
    async stop({ launchKey, identifier }: WorkloadRef) {
      stops.push({ launchKey, identifier });
      return workloads.delete(identifier ?? "") ? { kind: "gone" } : { kind: "absent" };
    },
  };
  return {
    service,
    workloads,
    stops,
    failing,
    show(identifier: string, launchKey: string | null, state: Workload["state"] = "running") {
      workloads.set(identifier, { identifier, launchKey, state });
    },
  };
}

/** A replica that freezes when it comes by a failpoint for the first time, and goes on there once it is thawed. */
export function freezeAt(ctx: DispatcherContext, place: string) {
  const [there, thawed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const failpoint = (name: string) => {
    if (name !== place) return Promise.resolve();
    there.resolve();
    return thawed.promise;
  };
  return { ctx: { ...ctx, failpoint }, frozen: there.promise, thaw: thawed.resolve };
}

/** One platform, bots on it, replicas that take turns to watch it, and time that is shifted. */
export async function createWatchedWorld(limit = 50) {
  const milo = await createTestMilo();
  const clock = await installTestClock(milo.sql);
  const plan: PlatformPlan = testPlan({ k8s: limit });
  await enforcePlan(milo.sql, plan);
  const cluster = createListedPlatform("k8s");
  const contexts: DispatcherContext[] = [];
  const alarms: string[] = [];
  for (let replica = 0; replica < 2; replica++) {
    const { context } = await createTestContext(milo.sql, plan, [cluster.service], { times: DEFAULT_TIMES });
    context.log.error = (facts: object) => alarms.push(String((facts as { alarm?: string }).alarm));
    contexts.push(context);
  }
  const [first, second] = contexts;
  if (first === undefined || second === undefined) throw new Error("unreachable");
  let turns = 0;
  const turn = () => (turns++ % 2 === 0 ? first : second);
  const [installation] = await milo.sql<{ id: string }[]>`SELECT id FROM installation`;

  async function start(): Promise<RunningBot> {
    const botId = await enqueue(milo.sql, plan);
    const request = { platform: "k8s", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 10 } as const;
    const admitted = await repo.admit(milo.sql, request, () => {
      throw new Error("slot clash");
    });
    const attempt = admitted.find((one) => one.botId === botId);
    if (attempt === undefined) throw new Error("not admitted");
    const identifier = `ns/${attempt.launchKey}/uid-${botId}`;
    await repo.markLaunching(milo.sql, [{ ...attempt, request: {} }]);
    await repo.recordIdentifiers(milo.sql, [{ ...attempt, identifier }]);
    await repo.markStarting(milo.sql, [attempt]);
    cluster.show(identifier, attempt.launchKey);
    return {
      botId,
      deploymentId: attempt.deploymentId,
      launchKey: attempt.launchKey,
      identifier,
      bootId: `boot-${botId}`,
    };
  }

  return {
    milo,
    clock,
    cluster,
    first,
    second,
    alarms,
    plan,
    launchKey: (botId: number, attempt = 1) => `bot-${installation?.id}-${botId}-a${attempt}`,
    start,
    /** Accepted by the platform, and claimed by its bot. */
    async run(): Promise<RunningBot> {
      const bot = await start();
      await claimAttempt(milo.sql, { ...bot, maxDurationMs: 14_400_000 });
      return bot;
    },
    claim: (bot: Boot) => claimAttempt(milo.sql, { ...bot, maxDurationMs: 14_400_000 }),
    beat: (bots: readonly Boot[]) => Promise.all(bots.map((bot) => recordHeartbeat(milo.sql, bot))),
    /** One turn of the watch, of the replica whose turn it is. */
    look: (ctx = turn()) => watchPlatform(ctx, "k8s"),
    stop: () => stopAttempts(first, "k8s"),
    sweep: () => sweepDeadlines(first),
    async phaseOf(bot: RunningBot) {
      const [row] = await milo.sql<{ phase: string; status: string }[]>`
        SELECT d.phase, b.status FROM deployments d JOIN bots b ON b.id = d.bot_id WHERE d.id = ${bot.deploymentId}`;
      return `${row?.phase} ${row?.status}`;
    },
    orphans: () => milo.sql<{ launch_key: string; phase: string; reason: string; platform_identifier: string }[]>`
      SELECT launch_key, phase, reason, platform_identifier FROM deployments WHERE bot_id IS NULL ORDER BY id`,
    events: async () =>
      (await milo.sql<{ code: string }[]>`SELECT code FROM platform_events ORDER BY id`).map((row) => row.code),
    async reset() {
      cluster.workloads.clear();
      cluster.stops.length = 0;
      cluster.failing.list = false;
      alarms.length = 0;
      await milo.sql`TRUNCATE heartbeats, orphan_sightings, platform_events, bot_events, deployments, deployment_queue, bots, web_outages, web_replicas`;
      await milo.sql`UPDATE platform_checks SET mass_stop_since = NULL, mass_stop_agreed_since = NULL, mass_stop_agreed_until = NULL,
        mass_stop_confirmed_until = NULL, mass_stop_reason = NULL`;
      await milo.sql`UPDATE web_hearing SET heard_at = NULL`;
    },
  };
}

export type WatchedWorld = Awaited<ReturnType<typeof createWatchedWorld>>;

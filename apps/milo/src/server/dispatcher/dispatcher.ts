import { setTimeout as delay } from "node:timers/promises";
import type { DeploymentPlatform } from "@milo/placement";
import { sampleCapacity } from "#server/database/repositories/capacity-samples.ts";
import { asksForPasses, tellPassed } from "#server/database/repositories/notify.ts";
import { registerDispatcher, releaseWatches, removeDispatcher } from "#server/database/repositories/platform-rows.ts";
import { isContention } from "#server/database/retry.ts";
import { waitForDatabase } from "#server/process/wait-for-database.ts";
import { createHistoryClearing } from "./clear-history.ts";
import type { DispatcherContext } from "./context.ts";
import { takeHealthTurn } from "./health.ts";
import { hearQueue } from "./hear-queue.ts";
import { type HeldAttempt, launchAttempt } from "./launch.ts";
import { createLaunchLane } from "./launch-lane.ts";
import { type LoopPulse, runLoop } from "./loop.ts";
import { type AdmittedOn, expireDue, runPass } from "./pass.ts";
import { pauseUntilNext } from "./pause-until-next.ts";
import { createPresence, tellDisagreement, tellPlanChange } from "./presence.ts";
import { hearsNotices, restOf, spacingOf } from "./share-polling.ts";
import { stopAttempts } from "./stop-attempts.ts";
import { sweepDeadlines } from "./sweep.ts";
import { takeOverLaunches } from "./take-over.ts";
import { createWake, type Wake } from "./wake.ts";
import { createWarmConnection } from "./warm-connection.ts";
import { createPlatformWatch, type PlatformWatch } from "./watch-loop.ts";

export type Dispatcher = {
  /** The loops' pulses, for /healthz. */
  pulses(): readonly LoopPulse[];
  /** Finishes or hands over what it holds; at most `graceMs` for what is under way. */
  stop(graceMs: number): Promise<void>;
};

/**
 * How long launches under way are waited for at the stop. A platform that answers has mostly done so by then; what it has
 * not answered another dispatcher takes over at once, and its bot need not wait for this one.
 */
export const STOP_GRACE_MS = 1_000;
/** How long a platform call that was broken off may take to notice. */
const ABANDON_MS = 250;
/** Longer than any single statement or platform call may take. */
const TURN_LIMIT_MS = 60_000;
/** How often stops are looked for though no pass saw one due: passes are what wakes them. */
const STOPS_AT_REST_MS = 30_000;
/** A minute is sampled once among all dispatchers; each tries three times, so that one which is late is made good. */
const SAMPLE_TURN_MS = 20_000;
/** For how long passes are announced to who asked for them: as long as a caller waits. */
const TELL_ASKED_MS = 5_000;

/**
 * Starts every loop of one dispatcher replica. `abandon` of the context must be the one passed here. `toStop` ends the
 * waiting for a database that is away.
 */
export async function startDispatcher(
  parts: DispatcherContext,
  abandon: AbortController,
  toStop?: AbortSignal,
): Promise<Dispatcher> {
  const warm = createWarmConnection(parts.sql);
  const ctx: DispatcherContext = { ...parts, warm: warm.run };
  const stopping = new AbortController();
  const everyWake: Wake[] = [];
  const presence = createPresence(ctx, (place, movedUp) => {
    queue.hear(hearsNotices(place));
    if (movedUp) for (const wake of everyWake) wake.wake();
  });
  const wakes = {
    pass: createWake(() => spacingOf(presence.place()), ctx.monotonicMs),
    stop: new Map<DeploymentPlatform, Wake>(),
    rest: createWake(),
  };
  const lane = createLaunchLane(ctx);
  const underWay = new Set<Promise<void>>();
  const watches = new Map<DeploymentPlatform, PlatformWatch>();

  const begin = (attempt: HeldAttempt) => {
    const bringUp = () => launchAttempt(ctx, lane, attempt);
    const launch = (ctx.traceLaunch?.(attempt, bringUp) ?? bringUp())
      .catch((error) => ctx.log.error({ err: error, launchKey: attempt.launchKey }, "Launch left to its lease"))
      .finally(() => {
        underWay.delete(launch);
        wakes.pass.wake();
        watches.get(attempt.platform)?.launched();
      });
    underWay.add(launch);
  };
  const beginAll = (batch: readonly AdmittedOn[]) => {
    for (const admitted of batch) begin({ ...admitted, sent: null });
  };

  let tellUntilMs = Number.NEGATIVE_INFINITY;
  const queue = hearQueue(ctx.sql, ctx.log, (payload) => {
    // Somebody may have asked before notices were heard.
    if (payload === null || asksForPasses(payload)) tellUntilMs = ctx.monotonicMs() + TELL_ASKED_MS;
    wakes.pass.wake();
  });

  tellDisagreement(ctx, await waitForDatabase(() => join(ctx), { log: ctx.log, toStop }));
  const loop = (name: string, wake: Wake, turn: () => Promise<number>) => {
    everyWake.push(wake);
    const { log, monotonicMs } = ctx;
    return runLoop({ name, turn, wake, stopping: stopping.signal, log, monotonicMs, turnLimitMs: TURN_LIMIT_MS });
  };

  const wakeOf = (platform: DeploymentPlatform) => {
    const wake = createWake();
    wakes.stop.set(platform, wake);
    return wake;
  };

  const watchLoop = (platform: DeploymentPlatform) => {
    const watch = createPlatformWatch(ctx, platform, stopping.signal, presence.stretch);
    watches.set(platform, watch);
    return loop(`watch ${platform}`, watch.wake, watch.turn);
  };

  const loops = [
    loop("pass", wakes.pass, async () => {
      const lookedAtMs = ctx.monotonicMs();
      const look = await warm.run(ctx.repositories.lookAhead);
      if (look.stopping) for (const wake of wakes.stop.values()) wake.wake();
      // First: one statement, whatever else is due, and whether or not that succeeds.
      if (look.expired) await expireDue(ctx);
      if (look.attemptsDue) await sweepDeadlines(ctx);
      if (look.leasesDue) for (const attempt of await takeOverLaunches(ctx)) begin(attempt);
      const seen = look.attemptsDue ? await warm.run(ctx.repositories.lookAhead) : { ...look, expired: false };
      const pass = await runPass(ctx, beginAll, seen);
      // A hint like every notice: the next pass does not wait for it. Each wakes every listening process of the server.
      if (pass.complete && (look.fresh || lookedAtMs < tellUntilMs)) {
        tellPassed(ctx.sql, pass.snapshot).catch((error) => ctx.log.warn({ err: error }, "Cannot announce a pass"));
      }
      const elapsedMs = ctx.monotonicMs() - lookedAtMs;
      const { pollMinMs, pollMaxMs } = ctx.times;
      const share = { stretch: presence.stretch(), keepsDeadlines: hearsNotices(presence.place()) };
      return pauseUntilNext(look, { pollMinMs, pollMaxMs, ...share, elapsedMs, random: ctx.random() });
    }),
    loop("leases", wakes.rest, async () => {
      const askedAtMs = ctx.monotonicMs();
      const { dispatcherId, leases, times } = ctx;
      const request = { dispatcherId, leaseMs: times.dispatcherLeaseMs, deploymentIds: leases.ids() };
      leases.renew(await ctx.repositories.renewLeases(ctx.sql, request), askedAtMs);
      return ctx.times.dispatcherLeaseRenewMs;
    }),
    loop("presence", createWake(), presence.turn),
    loop("samples", createWake(), async () => {
      await sampleCapacity(ctx.sql);
      return restOf(SAMPLE_TURN_MS, presence.stretch(), ctx.random());
    }),
    loop("history", createWake(), createHistoryClearing(ctx, presence.stretch)),
    ...[...ctx.platforms.keys()].flatMap((platform) => [
      // A loop each: a platform that does not answer must not hold up the stops of another.
      loop(`stop ${platform}`, wakeOf(platform), async () => {
        const stopped = await stopAttempts(ctx, platform);
        const restMs = Math.max(ctx.times.pollMinMs, STOPS_AT_REST_MS);
        return stopped > 0 ? ctx.times.pollMinMs : restOf(restMs, presence.stretch(), ctx.random());
      }),
      watchLoop(platform),
      loop(`health ${platform}`, createWake(), () => takeHealthTurn(ctx, platform, presence.stretch())),
    ]),
  ];

  return {
    pulses: () => loops.map((l) => l.pulse),
    async stop(graceMs) {
      stopping.abort();
      await queue.close();
      await Promise.race([Promise.allSettled([...underWay]), delay(graceMs)]);
      abandon.abort();
      await Promise.race([Promise.allSettled([...underWay]), delay(ABANDON_MS)]);
      // Before the loops are waited for, which may hang on a platform; and again, for what a last pass admitted.
      await ctx.repositories.handOver(ctx.sql, ctx.dispatcherId);
      await Promise.allSettled([
        ...underWay,
        ...loops.map((l) => l.done),
        ...[...watches.values()].map((one) => one.close()),
      ]);
      await warm.close();
      await ctx.repositories.handOver(ctx.sql, ctx.dispatcherId);
      await releaseWatches(ctx.sql, ctx.dispatcherId);
      await removeDispatcher(ctx.sql, ctx.dispatcherId);
    },
  };
}

/** Joins the live dispatchers. Another one's admission may hold a platform for a moment: that is not worth a word. */
async function join(ctx: DispatcherContext): Promise<DeploymentPlatform[]> {
  const { sql, dispatcherId, plan, times } = ctx;
  const announced = { dispatcherId, plan, liveMs: times.dispatcherLeaseMs };
  for (;;) {
    try {
      return await registerDispatcher(sql, announced, (change) => tellPlanChange(ctx, change));
    } catch (error) {
      if (!isContention(error)) throw error;
    }
  }
}

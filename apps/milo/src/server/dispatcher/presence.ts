import type { DeploymentPlatform } from "@milo/placement";
import { shortenAfterSetBack } from "#server/database/repositories/clock-set-back.ts";
import {
  applyPlans,
  beatDispatcher,
  type PlanChange,
  registerDispatcher,
} from "#server/database/repositories/platform-rows.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import { askWarm, type DispatcherContext } from "./context.ts";
import { hearsNotices, type Place, stretchOf } from "./share-polling.ts";

/** How often a dispatcher says that it lives and looks at who else does. A third of the lease others wait for. */
const PRESENCE_MS = 10_000;

export type Presence = {
  turn(): Promise<number>;
  /** Where this one stood among those that lived at the last turn; before that as if it were alone. */
  place(): Place;
  /** As `stretchOf` it. */
  stretch(): number;
};

/**
 * A turn says that this dispatcher lives, and hears who else does: `onPlace` is told where this one stands, and whether that
 * is so much further up that rests it has begun are too long. A plan is fixed
 * for a dispatcher's life: what the live ones' plans add up to is reckoned again, under the lock of every platform, when
 * one has come or gone, and by the first few once in a lease to make good for rows that were changed by hand. One whose row
 * was cleared away, as after a day's sleep, announces itself again. Whoever finds the database's clock set back sees to it
 * that nothing waits for what was to last until a time that is far ahead now.
 */
export function createPresence(
  ctx: DispatcherContext,
  onPlace: (place: Place, movedUp: boolean) => void = () => {},
): Presence {
  const { dispatcherId, sql, times } = ctx;
  const startedAtMs = ctx.monotonicMs();
  const onChanged = (change: PlanChange) => tellPlanChange(ctx, change);
  let appliedFor = "";
  let appliedAtMs = Number.NEGATIVE_INFINITY;
  let place: Place = { rank: 0, liveCount: 1 };
  let isClockBehind = false;

  async function turn(): Promise<number> {
    const liveMs = times.dispatcherLeaseMs;
    const { live, wasSetBack } = await askWarm(ctx, (warm) => beatDispatcher(warm, dispatcherId, liveMs));
    isClockBehind ||= wasSetBack;
    if (isClockBehind) await settleClock();
    if (live === null) {
      const aliveMs = ctx.monotonicMs() - startedAtMs;
      const announced = { dispatcherId, plan: ctx.plan, liveMs, aliveMs };
      tellDisagreement(ctx, await registerDispatcher(sql, announced, onChanged));
      return PRESENCE_MS;
    }
    const stretchBefore = stretchOf(place);
    place = { rank: live.indexOf(dispatcherId), liveCount: live.length };
    onPlace(place, stretchOf(place) * 2 <= stretchBefore);
    const names = live.join();
    const nowMs = ctx.monotonicMs();
    const isDue = hearsNotices(place) && nowMs - appliedAtMs >= times.dispatcherLeaseMs;
    if (names !== appliedFor || isDue) {
      tellDisagreement(ctx, await applyPlans(sql, times.dispatcherLeaseMs, onChanged));
      appliedFor = names;
      appliedAtMs = nowMs;
    }
    return PRESENCE_MS;
  }

  async function settleClock(): Promise<void> {
    ctx.log.warn(
      "The database's clock was set back: leases from before are shortened to as long as one lasts from now",
    );
    await shortenAfterSetBack(sql, times.dispatcherLeaseMs);
    isClockBehind = false;
  }

  return { turn, place: () => place, stretch: () => stretchOf(place) };
}

export function tellPlanChange(ctx: DispatcherContext, { platform, from, to }: PlanChange): void {
  const say = ({ limit, position }: PlanChange["from"]) =>
    `limit ${limit}, ${position === null ? "in no plan" : `place ${position + 1}`}`;
  const why = "what the plans of the dispatchers that live add up to";
  tellDecision(ctx.log, "limits_changed", { platform, from: say(from), to: say(to), why });
}

export function tellDisagreement(ctx: DispatcherContext, platforms: readonly DeploymentPlatform[]): void {
  for (const platform of platforms) {
    ctx.log.warn({ platform }, "Live dispatchers disagree on its limit: the smallest holds until they agree");
  }
}

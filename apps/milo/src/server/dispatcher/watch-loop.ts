import type { DeploymentPlatform } from "@milo/placement";
import { askWarm, type DispatcherContext } from "./context.ts";
import { restOf } from "./share-polling.ts";
import { createWake, type Wake } from "./wake.ts";
import { type Look, watchPlatform } from "./watch.ts";

/**
 * Evidence is acted on by listings that begin no nearer to each other: what a thousand starts set off in a burst is one
 * look, and one that just missed the last is looked at half a second later.
 */
const LOOK_SPACING_MS = 500;
/** What takes long is done seldom: listings that are not due yet take a third of the time at most. */
const LISTING_SHARE = 3;
/**
 * A launcher writes that its launch was accepted within milliseconds of the platform's answer. One that does not is looked
 * after twice as late each time: it may be dead, and nobody takes over before its lease is over.
 */
const UNSETTLED_MS = 100;

/** The watch of one platform: its turns, what wakes them, and what is to be closed in the end. */
export type PlatformWatch = {
  wake: Wake;
  turn(): Promise<number>;
  /** A launch is under way there: it may come to be worth a look before the next listing. */
  launched(): void;
  close(): Promise<void>;
};

/**
 * Watches one platform while this dispatcher holds its watch: lists every `platformListMs`, more often while launches
 * start if the platform has the requests for it, and at once when the platform itself tells of evidence. Absence is
 * counted by the regular listings alone: how near others follow says nothing. While another watches, it is asked every
 * `platformListMs`, stretched by chance, whether it still does: those that began together would ask together for ever.
 */
export function createPlatformWatch(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  stopping: AbortSignal,
  stretch: () => number = () => 1,
): PlatformWatch {
  const wake = createWake(LOOK_SPACING_MS, ctx.monotonicMs);
  const listMs = ctx.times.platformListMs;
  const startingMs = Math.min(listMs, ctx.platforms.get(platform)?.listWhileStartingMs ?? listMs);
  let isEvident = false;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let listingMs = 0;
  let countedAtMs = Number.NEGATIVE_INFINITY;
  let isWatcher = false;
  let hasLooked = false;
  let unsettledMs = Number.POSITIVE_INFINITY;
  const onEvidence = () => {
    isEvident = true;
    wake.wake();
  };
  const follower = createFollower(ctx, platform, onEvidence, stopping);

  async function turn(): Promise<number> {
    const request = { platform, dispatcherId: ctx.dispatcherId, leaseMs: listMs * 3 };
    if (!(await askWarm(ctx, (sql) => ctx.repositories.takeWatch(sql, request)))) {
      follower.end();
      isWatcher = false;
      return restOf(listMs, stretch(), ctx.random());
    }
    follower.begin();
    const nowMs = ctx.monotonicMs();
    if (!isWatcher) {
      // The last watcher may have counted a moment ago.
      countedAtMs = nowMs;
      hasLooked = false;
    }
    isWatcher = true;
    const soonMs = Math.min(startingMs, unsettledMs);
    const dueMs = isEvident ? nowMs : Math.min(lookedAtMs + soonMs, countedAtMs + listMs);
    const restedMs = lookedAtMs + Math.min(listMs, listingMs * LISTING_SHARE);
    const restMs = Math.max(dueMs, restedMs) - nowMs;
    if (restMs > 0) return restMs;
    isEvident = false;
    lookedAtMs = nowMs;
    const countAbsence = nowMs - countedAtMs >= listMs;
    if (countAbsence) countedAtMs = nowMs;
    const look = await watchPlatform(ctx, platform, { countAbsence, sweep: countAbsence || !hasLooked });
    hasLooked = true;
    listingMs = look.listingMs;
    unsettledMs = waitForWord(look, unsettledMs);
    if (isEvident) return UNSETTLED_MS;
    const regularMs = Math.max(0, countedAtMs + listMs - ctx.monotonicMs());
    return Math.min(regularMs, unsettledMs, look.starting ? startingMs : regularMs);
  }

  return {
    wake,
    turn,
    launched: () => {
      if (startingMs < listMs) wake.wake();
    },
    close: follower.close,
  };
}

/** How long to wait for a launcher's word that it started before the next look; infinite where none is waited for. */
function waitForWord({ unsettled }: Look, lastMs: number): number {
  if (!unsettled) return Number.POSITIVE_INFINITY;
  return Number.isFinite(lastMs) ? lastMs * 2 : UNSETTLED_MS;
}

type Follower = { begin(): void; end(): void; close(): Promise<void> };

/** Follows the platform's own notices, if it sends any, between `begin` and `end`; both may be repeated. */
function createFollower(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  onEvidence: () => void,
  stopping: AbortSignal,
): Follower {
  const service = ctx.platforms.get(platform);
  const onTrouble = (reason: string) => {
    ctx.log.warn({ platform, why: reason }, "Cannot follow its notices; listings go on, and it is tried again");
  };
  let ending: AbortController | null = null;
  let done = Promise.resolve();
  return {
    begin() {
      if (ending !== null || stopping.aborted || service?.follow === undefined) return;
      ending = new AbortController();
      const signal = AbortSignal.any([ending.signal, stopping]);
      const before = done;
      const following = service.follow({ onEvidence, onTrouble }, signal);
      done = Promise.all([before, following]).then(() => undefined);
    },
    end() {
      ending?.abort();
      ending = null;
    },
    close() {
      ending?.abort();
      return done;
    },
  };
}

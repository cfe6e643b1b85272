import { setTimeout as delay } from "node:timers/promises";
import { isContention, isRepeatable } from "#server/database/retry.ts";
import type { LiveItem } from "./live-service.ts";

const RETRY_EVERY_MS = 1_000;
/** As long as a look of the feed may take before it is told. */
const STALLED_AFTER_MS = 2_000;

type Settled<T> = { value: T } | { error: unknown };

/**
 * Asks again while the database is away, and tells the viewer that what it shows is old while there is no answer: its feed
 * may not know yet. Null as soon as `toEnd` is aborted; what was begun goes on, and its result is dropped.
 */
export async function* patiently<T>(
  work: () => Promise<T>,
  toEnd: AbortSignal,
): AsyncGenerator<LiveItem, T | null, void> {
  const begunMs = performance.now();
  let isStalled = false;
  while (!toEnd.aborted) {
    const settling = settle(work());
    let settled = await within(settling, begunMs + STALLED_AFTER_MS - performance.now(), toEnd);
    const isFailing = settled !== null && "error" in settled;
    if (settled !== null && "error" in settled && !isAway(settled.error)) throw settled.error;
    if ((settled === null || isFailing) && !isStalled && !toEnd.aborted) {
      isStalled = true;
      yield tell("stalled");
    }
    settled ??= await within(settling, null, toEnd);
    if (settled !== null && "value" in settled) {
      if (isStalled) yield tell("resumed");
      return settled.value;
    }
    if (settled !== null && !isAway(settled.error)) throw settled.error;
    await delay(RETRY_EVERY_MS, undefined, { ref: false, signal: toEnd }).catch(() => undefined);
  }
  return null;
}

/** A statement that was cancelled for taking too long says the same of the database as one that was lost. */
function isAway(error: unknown): boolean {
  return isRepeatable(error) || isContention(error);
}

function tell(type: "stalled" | "resumed"): LiveItem {
  return { cursor: null, message: { type } };
}

function settle<T>(work: Promise<T>): Promise<Settled<T>> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** Null when it has not settled in time, or `toEnd` came first. `limitMs` null: however long it takes. */
async function within<T>(
  settling: Promise<Settled<T>>,
  limitMs: number | null,
  toEnd: AbortSignal,
): Promise<Settled<T> | null> {
  if (toEnd.aborted) return null;
  const over = Promise.withResolvers<null>();
  const end = () => over.resolve(null);
  toEnd.addEventListener("abort", end);
  const timer = limitMs === null ? undefined : setTimeout(end, Math.max(0, limitMs));
  try {
    return await Promise.race([settling, over.promise]);
  } finally {
    clearTimeout(timer);
    toEnd.removeEventListener("abort", end);
  }
}

import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { errorCode, isContention, isRetryable } from "#server/database/retry.ts";

/** What says that the database or the way to it is away, besides a lost connection. */
const AWAY_CODES = new Set(["53300", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"]);
const RETRY_EVERY_MS = 1_000;
/** Longer than any statement may take: whoever has not answered by then never will on this connection. */
const ANSWER_LIMIT_MS = 20_000;
/** Told at once, and then no more often than this. */
const TELL_EVERY_MS = 10_000;

export type DatabasePatience = {
  log: Logger;
  /** Aborted when the process is told to stop; what is waited for then rejects with the reason. */
  toStop?: AbortSignal | undefined;
};

/**
 * Does the first thing that a process asks of the database, again and again until it is there: a process that is started
 * beside its database, or while that is away, is ready when it is. Throws what waiting does not mend, as wrong credentials
 * or another schema. Only for work that may be done twice.
 */
export async function waitForDatabase<T>(work: () => Promise<T>, { log, toStop }: DatabasePatience): Promise<T> {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  for (;;) {
    toStop?.throwIfAborted();
    const attempt = await settleWithin(work(), toStop);
    if ("value" in attempt) {
      if (toldAtMs > 0) log.info("The database answers");
      return attempt.value;
    }
    if (!attempt.isAway) throw attempt.error;
    const nowMs = performance.now();
    if (nowMs - toldAtMs >= TELL_EVERY_MS) {
      toldAtMs = nowMs;
      log.warn({ err: attempt.error }, "The database does not answer: not ready, trying again until it does");
    }
    await delay(RETRY_EVERY_MS, undefined, toStop && { signal: toStop }).catch(() => undefined);
  }
}

type Attempt<T> = { value: T } | { error: unknown; isAway: boolean };

async function settleWithin<T>(work: Promise<T>, toStop: AbortSignal | undefined): Promise<Attempt<T>> {
  const over = Promise.withResolvers<Attempt<T>>();
  const end = () => over.resolve({ error: new Error(`No answer for ${ANSWER_LIMIT_MS / 1_000} s`), isAway: true });
  const timer = setTimeout(end, ANSWER_LIMIT_MS);
  toStop?.addEventListener("abort", end);
  const asked = work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error, isAway: isAway(error) }),
  );
  try {
    return await Promise.race([asked, over.promise]);
  } finally {
    clearTimeout(timer);
    toStop?.removeEventListener("abort", end);
  }
}

function isAway(error: unknown): boolean {
  return isRetryable(error) || isContention(error) || AWAY_CODES.has(errorCode(error) ?? "");
}

import { errorCode, isContention, isRetryable } from "#server/database/retry.ts";
import { Refusal } from "./http-messages.ts";

/** How soon a caller may try again: a restarted database is back within seconds. */
const RETRY_AFTER_SECONDS = 1;

class OutOfTime extends Error {
  override readonly name = "OutOfTime";
}

/**
 * Whatever work comes to, but not later than `limitMs`: a frozen database answers nothing at all. What was begun goes
 * on; its result is dropped.
 */
export async function withinTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OutOfTime(`No answer within ${limitMs} ms`)), limitMs);
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a caller is told of an error: to try again when the database is away or overloaded, else that milo failed. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isDatabaseAway(error)) {
    const headers = { "retry-after": String(RETRY_AFTER_SECONDS) };
    return new Refusal(503, "milo cannot reach its database at the moment. Try again.", { headers });
  }
  return new Refusal(500, "milo failed to handle this request. Its log says more.");
}

/** Class 53 of PostgreSQL's codes: out of connections, memory or disk. */
function isDatabaseAway(error: unknown): boolean {
  if (error instanceof OutOfTime || isRetryable(error) || isContention(error)) return true;
  return errorCode(error)?.startsWith("53") === true;
}

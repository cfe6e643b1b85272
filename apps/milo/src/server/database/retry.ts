/** SQLSTATEs after which the same idempotent or compare-and-set statement may simply be sent again. */
const RETRYABLE_STATES = new Set(["40001", "40P01", "57P01", "57P02", "57P03"]);
/** Codes of postgres.js and of the socket for a lost connection. */
const CONNECTION_CODES = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
]);

/** The SQLSTATE or connection code of an error, wherever Drizzle or postgres.js put it. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return typeof code === "string" ? code : errorCode(cause);
}

/** A lock was not granted in time, or the statement was cancelled for taking too long: contention, not failure. */
export function isContention(error: unknown): boolean {
  const code = errorCode(error);
  return code === "55P03" || code === "57014";
}

/** The database or the way to it is gone for the moment, or a deadlock was broken at our expense. */
export function isRetryable(error: unknown): boolean {
  const code = errorCode(error);
  return code !== undefined && (RETRYABLE_STATES.has(code) || CONNECTION_CODES.has(code) || code.startsWith("08"));
}

/** Worth the same statement again: the database is away for a moment, or a lock was not granted in time. */
export function isRepeatable(error: unknown): boolean {
  return isRetryable(error) || errorCode(error) === "55P03";
}

/** The transaction was rolled back for sure, by a deadlock or a lock that was not granted in time: nothing of it is done. */
export function isUndone(error: unknown): boolean {
  return ["40001", "40P01", "55P03"].includes(errorCode(error) ?? "");
}

/** Repeats after the first try: with a lock timeout of 0.5 s, longer than a frozen transaction may hold a row (2 s). */
const MOST_REPEATS = 4;

/**
 * Runs `work` again, a few times at most, after a deadlock, a lost connection or (unless `when` says otherwise) a lock that
 * was not granted in time. Only for work that is idempotent or compares before it sets: after a lost connection the
 * first try may have committed.
 */
export async function withRetry<T>(
  work: () => Promise<T>,
  when: (error: unknown) => boolean = isRepeatable,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries >= MOST_REPEATS || !when(error)) throw error;
    }
  }
}

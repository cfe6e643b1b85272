/** What was read, or that nothing could be: the page then says so and tries again, instead of vanishing. */
export type Reading<Value> = { ok: true; value: Value } | { ok: false };

/** A database that does not answer is not waited for longer than this, milliseconds. */
const READ_WITHIN_MS = 5_000;

export async function tryReading<Value>(read: () => Promise<Value>): Promise<Reading<Value>> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Reading<Value>>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false }), READ_WITHIN_MS);
  });
  try {
    return await Promise.race([read().then((value): Reading<Value> => ({ ok: true, value })), limit]);
  } catch {
    // Why is in the log: the caller writes down every procedure that fails.
    return { ok: false };
  } finally {
    clearTimeout(timer);
  }
}

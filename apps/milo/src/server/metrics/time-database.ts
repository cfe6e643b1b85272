import type { Sql } from "#server/database/client.ts";
import type { Instruments } from "./instruments.ts";

/** A database that needs longer for the smallest statement is away as far as the metrics go: scrapers wait for 10 s. */
const ANSWER_LIMIT_MS = 3_000;

/** Asks the database for the least there is and tells how long that took. → false: it does not answer. */
export async function timeDatabase(instruments: Instruments, sql: Sql): Promise<boolean> {
  const beganMs = performance.now();
  const up = await answers(sql);
  instruments.set("milo_database_up", {}, up ? 1 : 0);
  instruments.set("milo_database_answer_seconds", {}, (performance.now() - beganMs) / 1_000);
  instruments.set("milo_database_pool_limit", {}, sql.options.max);
  return up;
}

/** Whether the database answers the smallest statement in time. */
export async function answers(sql: Sql): Promise<boolean> {
  const timer = Promise.withResolvers<false>();
  const timeout = setTimeout(() => timer.resolve(false), ANSWER_LIMIT_MS);
  const asked = sql`SELECT 1`.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([asked, timer.promise]);
  } finally {
    clearTimeout(timeout);
  }
}

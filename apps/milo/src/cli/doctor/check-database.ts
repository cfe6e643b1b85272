import {
  type Check,
  type CheckStep,
  fail,
  ok,
  runChecks,
  type Verdict,
  warn,
} from "#server/api/services/platform/platform-diagnosis.ts";
import { openDatabase, type Sql } from "#server/database/client.ts";
import { requireCurrentSchema } from "#server/database/migrate.ts";
import { readInstallation } from "#server/database/repositories/installation.ts";
import { platformsOfDifferingLimit, readLivePlans } from "#server/database/repositories/live-plans.ts";
import { keepSecret } from "#server/logging/known-secrets.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";
import { DEFAULT_TIMES } from "../../config/times.ts";

/** The oldest that PostgreSQL's own project still mends in 2026. */
const OLDEST_MAJOR = 14;
/** Claims and deadlines go by the database's clock; logs and AWS signatures (5 min) by this machine's. */
const SKEW_WARN_MS = 2_000;
const SKEW_FAIL_MS = 120_000;

/** What the check-up of the platforms needs of the database. */
export type Found = { installationId: string | null };

/**
 * Checks the database of `url` as the dispatcher reaches it. Writes nothing. `found` is filled as it goes.
 * `nowMs` is this machine's clock.
 */
export async function* checkDatabase(url: string, found: Found, nowMs: () => number): AsyncGenerator<Check> {
  const { sql, close } = openDatabase(url, { applicationName: "milo-doctor", maxConnections: 1 });
  try {
    yield* runChecks(listSteps(sql, found, nowMs));
  } finally {
    await close();
  }
}

function listSteps(sql: Sql, found: Found, nowMs: () => number): CheckStep[] {
  return [
    { id: "database.reach", needs: [], look: () => reach(sql) },
    { id: "database.version", needs: ["database.reach"], look: () => checkVersion(sql) },
    { id: "database.schema", needs: ["database.reach"], look: () => checkSchema(sql, found) },
    { id: "database.clock", needs: ["database.schema"], look: () => compareClocks(sql, nowMs) },
    { id: "database.dispatchers", needs: ["database.schema"], look: () => comparePlans(sql) },
  ];
}

async function reach(sql: Sql): Promise<Verdict> {
  try {
    await sql`SELECT 1`;
    return ok("The database answers.");
  } catch (error) {
    const message = error instanceof Error ? error.message || error.name : String(error);
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    return fail(
      maskUrls(`The database cannot be reached${code}: ${message}`),
      "See that it runs, and that host, port, name, user and password in DATABASE_URL are right.",
    );
  }
}

async function checkVersion(sql: Sql): Promise<Verdict> {
  const [row] = await sql<{ number: number; text: string }[]>`
    SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS text`;
  return judgeVersion(row?.number ?? 0, row?.text ?? "?");
}

/** `number` as PostgreSQL gives it: 180001 for 18.1. */
export function judgeVersion(number: number, text: string): Verdict {
  const seen = `It is PostgreSQL ${text}.`;
  if (Math.floor(number / 10_000) >= OLDEST_MAJOR) return ok(seen);
  return fail(seen, `Use PostgreSQL ${OLDEST_MAJOR} or newer; milo is tested with 18.`);
}

async function checkSchema(sql: Sql, found: Found): Promise<Verdict> {
  try {
    await requireCurrentSchema(sql);
  } catch (error) {
    return fail(
      error instanceof Error ? error.message : String(error),
      "Older: npm start migrates it, and so does the images' migrate program. Newer: run the milo that migrated it.",
    );
  }
  const { id, attemptSecret } = await readInstallation(sql);
  keepSecret(attemptSecret);
  found.installationId = id;
  return ok(`The schema is this milo's; the installation is ${id}.`);
}

/** While they disagree the smallest limit holds, which looks like a platform that is full too early. */
async function comparePlans(sql: Sql): Promise<Verdict> {
  const live = await readLivePlans(sql, DEFAULT_TIMES.dispatcherLeaseMs);
  const differing = platformsOfDifferingLimit(live.map(({ plan }) => plan));
  if (live.length === 0) return warn("No dispatcher is running.", "Start one: without it nothing is admitted.");
  const ids = live.map(({ id }) => id).join(", ");
  if (differing.length > 0) {
    return warn(
      `The dispatchers that run (${ids}) disagree on the limit of ${differing.join(", ")}: the smallest holds.`,
      "Give all of them the same configuration, or wait until the roll-out is over.",
    );
  }
  return ok(`The dispatchers that run (${ids}) agree on every limit.`);
}

async function compareClocks(sql: Sql, nowMs: () => number): Promise<Verdict> {
  const askedMs = nowMs();
  const [row] = await sql<{ at: number }[]>`SELECT extract(epoch FROM milo_now())::float8 * 1000 AS at`;
  // The answer is from somewhere between asking and now.
  const skewMs = Math.round((row?.at ?? 0) - (askedMs + nowMs()) / 2);
  const seen = `The database's clock is ${Math.abs(skewMs)} ms ${skewMs < 0 ? "behind" : "ahead of"} this machine's.`;
  if (Math.abs(skewMs) < SKEW_WARN_MS) return ok(seen);
  const fix = "Have both keep their time by NTP.";
  return Math.abs(skewMs) < SKEW_FAIL_MS ? warn(seen, fix) : fail(seen, fix);
}

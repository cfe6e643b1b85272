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
import { maskUrls } from "#server/logging/mask-urls.ts";

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
  const version = `It is PostgreSQL ${row?.text ?? "?"}.`;
  if (Math.floor((row?.number ?? 0) / 10_000) >= OLDEST_MAJOR) return ok(version);
  return fail(version, `Use PostgreSQL ${OLDEST_MAJOR} or newer; milo is tested with 18.`);
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
  const { id } = await readInstallation(sql);
  found.installationId = id;
  return ok(`The schema is this milo's; the installation is ${id}.`);
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

import { formatDuration } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { requireCurrentSchema } from "#server/database/migrate.ts";

/** Whether a process can do its work now; if not, each reason as a sentence. */
export type Readiness = { ready: true } | { ready: false; problems: string[] };

/** A probe waits for a few seconds; a database that takes longer than this is no database to work with. */
const ANSWER_LIMIT_MS = 3_000;

/** Ready = not stopping, started, and the database answers with the schema of this build. */
export async function checkReadiness(
  sql: Sql,
  process: { started: boolean; stopping: AbortSignal },
): Promise<Readiness> {
  if (process.stopping.aborted) return { ready: false, problems: ["It is stopping."] };
  const problems = process.started ? [] : ["It is still starting."];
  const database = await databaseProblem(sql);
  if (database !== null) problems.push(database);
  return problems.length === 0 ? { ready: true } : { ready: false, problems };
}

async function databaseProblem(sql: Sql): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(
    () => resolve(`The database has not answered for ${formatDuration(ANSWER_LIMIT_MS)}.`),
    ANSWER_LIMIT_MS,
  );
  const asked = requireCurrentSchema(sql).then(() => null, describe);
  try {
    return await Promise.race([asked, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Probes are answered to whoever asks: a database's own error may name hosts and users, so only its code is told. */
function describe(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  if (code !== undefined) return `The database cannot be reached (${code}).`;
  return error instanceof Error ? error.message : "The database cannot be reached.";
}

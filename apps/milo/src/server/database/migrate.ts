import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

/** Any number that only milo's migrations use: two processes that start at once take turns. */
const MIGRATION_LOCK = 6_401_700_018;

const MIGRATIONS_FOLDER = fileURLToPath(new URL("../../../drizzle", import.meta.url));

type Journal = { entries: { idx: number; when: number; tag: string }[] };

/** The migrations of this build, oldest first; `when` identifies each in the database. */
export function readJournal(folder: string = MIGRATIONS_FOLDER): Journal["entries"] {
  return (JSON.parse(readFileSync(`${folder}/meta/_journal.json`, "utf8")) as Journal).entries;
}

/**
 * Brings the database at `url` to this build's schema. Safe to call from many processes at once. Throws with a
 * sentence when the database is newer than this build.
 */
export async function migrate(url: string, folder: string = MIGRATIONS_FOLDER): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: "milo-migrate" } });
  try {
    await sql`SELECT pg_advisory_lock(${MIGRATION_LOCK})`;
    const state = await readSchemaState(sql, folder);
    if (state === "newer") throw new Error(NEWER);
    await applyMigrations(drizzle(sql), { migrationsFolder: folder });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const NEWER =
  "The database was migrated by a newer milo than this one. Start that version, or restore the backup made before the upgrade.";
const OLDER = "The database schema is older than this milo. Run the migrations first: npm start does it by itself.";

/** Refuses, with a sentence, a database whose schema is older or newer than this build's. */
export async function requireCurrentSchema(sql: postgres.Sql): Promise<void> {
  const state = await readSchemaState(sql, MIGRATIONS_FOLDER);
  if (state !== "current") throw new Error(state === "newer" ? NEWER : OLDER);
}

async function readSchemaState(sql: postgres.Sql, folder: string): Promise<"older" | "current" | "newer"> {
  const newest = readJournal(folder).at(-1)?.when ?? 0;
  const [table] = await sql`SELECT to_regclass('drizzle.__drizzle_migrations') AS name`;
  if (table?.name == null) return "older";
  const [row] = await sql`SELECT coalesce(max(created_at), 0)::float8 AS applied FROM drizzle.__drizzle_migrations`;
  const applied = Number(row?.applied);
  if (applied === newest) return "current";
  return applied > newest ? "newer" : "older";
}

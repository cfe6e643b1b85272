import { openDatabase, type Sql } from "@milo/milo/server/database/client.ts";
import { migrate } from "@milo/milo/server/database/migrate.ts";

/** A migrated database of its own on the same server. Answers its address. */
export async function makeDatabase(adminUrl: string, name: string): Promise<string> {
  await withDatabase(adminUrl, (sql) => sql.unsafe(`CREATE DATABASE "${name}"`));
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return url.href;
}

/** Runs `work` on connections that are closed after it. */
export async function withDatabase<T>(url: string, work: (sql: Sql) => Promise<T>, connections = 1): Promise<T> {
  const { sql, close } = openDatabase(url, { applicationName: "bench", maxConnections: connections });
  try {
    return await work(sql);
  } finally {
    await close();
  }
}

/**
 * What autovacuum would have done in time. Waits for one that is at the same table: the server ends that after its
 * deadlock time-out, which is longer than milo waits for any lock.
 */
export async function vacuum(sql: Sql, tables: readonly string[]): Promise<void> {
  await sql`SET lock_timeout = 0`;
  for (const table of tables) await sql.unsafe(`VACUUM ANALYZE ${table}`);
  await sql`RESET lock_timeout`;
}

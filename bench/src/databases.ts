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

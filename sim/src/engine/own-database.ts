import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@milo/milo/server/database/client.ts";
import { startPostgres } from "@milo/postgres";

/** A server for databases that are thrown away. */
export type Server = { adminUrl: string; stop(): Promise<void> };

/** Losing it costs nothing; waiting for the disk at every commit would. */
const THROWAWAY = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", autovacuum_naptime: "5s" };

/** The server at `url`, or one of its own that ends with `stop`. */
export async function openServer(url: string | undefined): Promise<Server> {
  if (url !== undefined) return { adminUrl: url, stop: async () => {} };
  const dataDir = mkdtempSync(join(tmpdir(), "milo-sim-"));
  const running = await startPostgres({ dataDir, settings: THROWAWAY });
  return {
    adminUrl: running.adminUrl,
    async stop() {
      await running.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Makes an empty database on the server for the length of `work`, and drops it. */
export async function withDatabase<T>(adminUrl: string, name: string, work: (url: string) => Promise<T>): Promise<T> {
  const admin = openDatabase(adminUrl, { applicationName: "milo-sim-admin", maxConnections: 1 });
  try {
    await admin.sql`CREATE DATABASE ${admin.sql(name)} TEMPLATE template0`;
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    return await work(url.href);
  } finally {
    await admin.sql`DROP DATABASE IF EXISTS ${admin.sql(name)} WITH (FORCE)`;
    await admin.close();
  }
}

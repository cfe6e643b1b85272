import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../../apps/milo/src/server/database/client.ts";
import { migrate } from "../../../apps/milo/src/server/database/migrate.ts";
import { startPostgres } from "../../../packages/postgres/src/index.ts";

type Sql = ReturnType<typeof openDatabase>["sql"];

/** PostgreSQL of one installation. */
export type TestPostgres = {
  url: string;
  /** For looking and for changing what milo is to notice; it finds the database again after a restart. */
  sql: Sql;
  /** Shuts it down; milo has to do without until `start`. */
  stop(): Promise<void>;
  /** Starts it again, with its data and its address. */
  start(): Promise<void>;
  /** Starts it again if a test has shut it down. */
  restore(): Promise<void>;
  /** Ends it for good. */
  close(): Promise<void>;
};

/** Losing it costs nothing; waiting for the disk at every commit would. */
const THROWAWAY = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
const CONNECTIONS = 2;

/** Starts and migrates a database in the folder. */
export async function startTestPostgres(folder: string): Promise<TestPostgres> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  let running = await startPostgres({ dataDir: folder, settings: THROWAWAY });
  const { url } = running;
  await migrate(url);
  const client = openDatabase(url, { applicationName: "e2e", maxConnections: CONNECTIONS });
  let isDown = false;
  const start = async () => {
    running = await startPostgres({ dataDir: folder, settings: THROWAWAY, port: Number(new URL(url).port) });
    isDown = false;
  };
  return {
    url,
    sql: client.sql,
    async stop() {
      isDown = true;
      await running.stop();
    },
    start,
    restore: async () => void (isDown && (await start())),
    async close() {
      await client.close();
      await running.stop();
    },
  };
}

/** Where in an installation's folder the database is. */
export function databaseFolder(folder: string): string {
  return join(folder, "database");
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Database, openDatabase, type Sql } from "@milo/milo/server/database/client.ts";
import { migrate } from "@milo/milo/server/database/migrate.ts";
import { type RunningPostgres, startPostgres } from "@milo/postgres";

/** The run's PostgreSQL, looked at past every proxy. */
export type ChaosPostgres = {
  url: string;
  port: number;
  sql: Sql;
  /** Whether milo can have a connection. */
  isUp(): boolean;
  setExhausted(exhausted: boolean): void;
  /** Shuts down in order, for so long. */
  restart(downMs: number): Promise<void>;
  /** SIGKILL of the postmaster; its host starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
};

/** The kernel keeps what was written when only PostgreSQL dies; so each commit has to be written, not synced. */
const SETTINGS = { fsync: "off", full_page_writes: "off", max_connections: "120" };
const CONNECTIONS = 3;
/** Its host gives a server up that died ten times. */
const CRASHES_PER_HOST = 8;

export async function startChaosPostgres(folder: string, onChange: () => void): Promise<ChaosPostgres> {
  let running: RunningPostgres = await startPostgres({ dataDir: folder, settings: SETTINGS });
  const { url } = running;
  const port = Number(new URL(url).port);
  await migrate(url);
  const client: Database = openDatabase(url, { applicationName: "chaos", maxConnections: CONNECTIONS });
  const { sql } = client;
  const [row] = await sql<
    { folder: string }[]
  >`SELECT setting AS folder FROM pg_settings WHERE name = 'data_directory'`;
  const pidFile = join(row?.folder ?? "", "postmaster.pid");
  let up = true;
  let exhausted = false;
  let crashes = 0;
  const setUp = (next: boolean) => {
    up = next;
    onChange();
  };
  const restart = async (downMs: number) => {
    setUp(false);
    await running.stop();
    await new Promise((resolve) => setTimeout(resolve, downMs));
    running = await startPostgres({ dataDir: folder, settings: SETTINGS, port });
    crashes = 0;
    setUp(true);
  };
  return {
    url,
    port,
    sql,
    isUp: () => up && !exhausted,
    setExhausted(next) {
      exhausted = next;
      onChange();
    },
    restart,
    async crash() {
      if (++crashes > CRASHES_PER_HOST) return restart(0);
      setUp(false);
      process.kill(Number(readFileSync(pidFile, "utf8").split("\n")[0]), "SIGKILL");
      await untilItAnswers(url);
      setUp(true);
    },
    async stop() {
      await client.close();
      await running.stop();
    },
  };
}

async function untilItAnswers(url: string): Promise<void> {
  for (;;) {
    const { sql, close } = openDatabase(url, { applicationName: "chaos", maxConnections: 1 });
    try {
      await sql`SELECT 1`;
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      await close().catch(() => undefined);
    }
  }
}

import type { DeploymentPlatform, PlatformPlan } from "@milo/placement";
import { createTestDatabase } from "@milo/postgres/testing";
import { type Database, openDatabase, type Sql } from "#server/database/client.ts";
import { migrate } from "#server/database/migrate.ts";
import { createBot, type NewBot } from "#server/database/repositories/create-bot.ts";
import { registerDispatcher } from "#server/database/repositories/platform-rows.ts";

export type TestMilo = AsyncDisposable & Database & { url: string; open(connections?: number): Database };

/** A migrated database of the test's own; `open` gives further connections, as another process would have. */
export async function createTestMilo(maxConnections = 10): Promise<TestMilo> {
  const database = await createTestDatabase({ migrate, key: "milo" });
  const opened: Database[] = [];
  const open = (connections = 4) => {
    const next = openDatabase(database.url, { applicationName: "milo-test", maxConnections: connections });
    opened.push(next);
    return next;
  };
  const main = open(maxConnections);
  return {
    ...main,
    url: database.url,
    open,
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((one) => one.close()));
      await database[Symbol.asyncDispose]();
    },
  };
}

export function testPlan(
  limits: Partial<Record<DeploymentPlatform, number>>,
  options: { queueTimeoutMs?: number; globalQueueTimeoutMs?: number; launchConcurrency?: number } = {},
): PlatformPlan {
  return {
    platforms: (Object.entries(limits) as [DeploymentPlatform, number][]).map(([platform, limit]) => ({
      platform,
      limit,
      queueTimeoutMs: options.queueTimeoutMs ?? 60_000,
      launchConcurrency: options.launchConcurrency ?? 1_000,
    })),
    globalQueueTimeoutMs: options.globalQueueTimeoutMs ?? 600_000,
  };
}

/** Puts a plan into force, as a dispatcher that starts with it does. */
export async function enforcePlan(sql: Sql, plan: PlatformPlan, dispatcherId = "test"): Promise<void> {
  await registerDispatcher(sql, { dispatcherId, plan, liveMs: 30_000 });
}

let made = 0;
/** A bot in the queue; returns its id. */
export async function enqueue(sql: Sql, plan: PlatformPlan, bot: Partial<NewBot> = {}): Promise<number> {
  made++;
  const created = await createBot(
    sql,
    {
      name: `Bot ${made}`,
      meetingPlatform: "zoom",
      meetingUrl: `https://zoom.example/j/${made}`,
      priority: 0,
      ...bot,
    },
    plan,
  );
  return created.botId;
}

/** Makes the test database's clock adjustable: milo's time becomes real time plus a shift that starts at zero. */
export async function useTestClock(sql: Sql): Promise<{ shift(ms: number): Promise<void> }> {
  await sql`CREATE TABLE test_clock (shift interval NOT NULL)`;
  await sql`INSERT INTO test_clock VALUES ('0')`;
  await sql.unsafe(
    "CREATE OR REPLACE FUNCTION milo_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT clock_timestamp() + shift FROM test_clock'",
  );
  return {
    async shift(ms) {
      await sql`UPDATE test_clock SET shift = shift + make_interval(secs => ${ms / 1000}::float8)`;
    },
  };
}

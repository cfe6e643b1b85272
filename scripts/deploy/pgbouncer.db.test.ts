import { beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../apps/milo/src/server/database/client.ts";
import { buildMilo } from "../start/build-milo.ts";
import { startBundles } from "./testing/bundled-milo.ts";
import { findPgBouncer, startPgBouncer } from "./testing/pgbouncer.ts";

const BUILD_WITHIN_MS = 400_000;
const SLOW = { timeout: 60_000, interval: 100 };

/** What milo's own connections ask for, which PgBouncer does not pass on: docs/operations.md sets it by role. */
const LIMITS = { lock_timeout: "500ms", statement_timeout: "15s", idle_in_transaction_session_timeout: "2s" };

const version = findPgBouncer();
process.stdout.write(version === null ? "Not tried with PgBouncer: there is none here.\n" : `Tried with ${version}.\n`);

describe.skipIf(version === null)("behind PgBouncer", { timeout: 120_000 }, () => {
  beforeAll(() => buildMilo(() => undefined), BUILD_WITHIN_MS);

  it("in session mode, with the time limits set by role, bots are placed and claimed and notices arrive", async () => {
    await using stack = new AsyncDisposableStack();
    let url = "";
    const milo = stack.use(
      await startBundles(async (databaseUrl) => {
        const sql = openDatabase(databaseUrl, { applicationName: "test", maxConnections: 1 }).sql;
        const database = new URL(databaseUrl).pathname.slice(1);
        for (const [name, value] of Object.entries(LIMITS)) {
          await sql.unsafe(`ALTER ROLE CURRENT_USER IN DATABASE "${database}" SET ${name} = '${value}'`);
        }
        await sql.end();
        ({ url } = stack.use(await startPgBouncer(databaseUrl, "session")));
        return { DATABASE_URL: url };
      }),
    );
    const botId = await milo.create({});
    await expect.poll(() => milo.claimed(botId), SLOW).toBe(true);
    const pooled = openDatabase(url, { applicationName: "test", maxConnections: 1 }).sql;
    const settings = await pooled<{ name: string; value: string }[]>`
      SELECT name, current_setting(name) AS value FROM pg_settings WHERE name = ANY(${Object.keys(LIMITS)})`;
    const clients =
      await pooled`SELECT FROM pg_stat_activity WHERE application_name LIKE 'milo-%' AND query LIKE 'listen%'`;
    await pooled.end();
    expect(Object.fromEntries(settings.map(({ name, value }) => [name, value]))).toEqual(LIMITS);
    expect(clients.length).toBeGreaterThan(0);
    await milo.stop();
  });
});

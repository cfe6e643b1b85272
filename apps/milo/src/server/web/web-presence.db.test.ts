import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "#server/database/client.ts";
import { createTestMilo, type TestMilo } from "#server/testing/milo-database.ts";
import { startCuttableProxy } from "./testing/cuttable-proxy.ts";
import { startWebPresence } from "./web-presence.ts";

const log = pino({ level: "silent" });

describe("a web replica's presence", () => {
  let milo: TestMilo;
  beforeAll(async () => {
    milo = await createTestMilo();
  });
  afterAll(() => milo[Symbol.asyncDispose]());

  const stampedAt = async (id: string) => {
    const [row] = await milo.sql<{ at: Date }[]>`SELECT heartbeat_at AS at FROM web_replicas WHERE id = ${id}`;
    return row?.at.getTime();
  };

  it("is there from the start, is renewed, and is taken back at the stop", async () => {
    const presence = await startWebPresence(milo.sql, { id: "web-1", everyMs: 10, log });
    const first = await stampedAt("web-1");
    expect(first).toBeTypeOf("number");
    await expect.poll(async () => (await stampedAt("web-1")) ?? 0, { interval: 10 }).toBeGreaterThan(first ?? 0);
    await presence.stop();
    expect(await stampedAt("web-1")).toBeUndefined();
  });

  it("clears away what replicas left that died long ago, and nothing fresher", async () => {
    await milo.sql`
      INSERT INTO web_replicas VALUES ('old', milo_now() - interval '25 hours'), ('dead', milo_now() - interval '1 hour')`;
    const presence = await startWebPresence(milo.sql, { id: "web-2", everyMs: 1_000, log });
    const rows = await milo.sql`SELECT id FROM web_replicas ORDER BY id`;
    expect(rows.map((row) => row.id)).toEqual(["dead", "web-2"]);
    await presence.stop();
  });

  it("says so when it could not be renewed for too long, until it can again", async () => {
    await using proxy = await startCuttableProxy(milo.url);
    const database = openDatabase(proxy.url, { applicationName: "milo-test", maxConnections: 1 });
    let skippedMs = 0;
    const monotonicMs = () => performance.now() + skippedMs;
    const presence = await startWebPresence(database.sql, { id: "web-3", everyMs: 10, log, monotonicMs });
    expect(presence.problem()).toBeNull();
    proxy.cut();
    skippedMs = 60_000;
    // One stamp may have been under way when the connection broke.
    await expect.poll(() => presence.problem(), { interval: 10 }).toMatch(/last reached 1 min( 0\d s)? ago/);
    proxy.mend();
    await expect.poll(() => presence.problem(), { interval: 20, timeout: 10_000 }).toBeNull();
    await presence.stop();
    await database.close();
  });
});

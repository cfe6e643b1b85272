import { connect, createServer } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "#server/database/client.ts";
import { findFreePort } from "#server/process/testing/run-main.ts";
import { createTestMilo, type TestMilo } from "#server/testing/milo-database.ts";
import { hearQueue } from "./hear-queue.ts";

describe("hearing the queue", () => {
  let milo: TestMilo;
  beforeAll(async () => {
    milo = await createTestMilo();
  });
  afterAll(() => milo[Symbol.asyncDispose]());

  it("begins when the database is there, though it was away at first, and hears every notice from then on", async () => {
    const target = new URL(milo.url);
    const port = await findFreePort();
    const through = new URL(milo.url);
    through.port = String(port);
    const warned = Promise.withResolvers<string>();
    const log = pino({ level: "warn" }, { write: (line: string) => warned.resolve(JSON.parse(line).msg) });
    const database = openDatabase(through.href, { applicationName: "hear-queue-test", maxConnections: 1 });
    let woken = 0;
    const queue = hearQueue(database.sql, log, () => woken++);
    expect(await warned.promise).toContain("Cannot listen for new bots yet");
    expect(woken).toBe(0);
    const proxy = createServer((inner) => {
      const outer = connect(Number(target.port), target.hostname);
      for (const socket of [inner, outer]) socket.on("error", () => undefined);
      inner.pipe(outer).pipe(inner);
    });
    onTestFinished(() => void proxy.close());
    proxy.listen(port, target.hostname);
    await expect.poll(() => woken, { timeout: 20_000 }).toBeGreaterThan(0);
    const before = woken;
    await milo.sql`SELECT pg_notify('milo_queue', '')`;
    await expect.poll(() => woken, { timeout: 20_000 }).toBeGreaterThan(before);
    await queue.close();
    await database.close();
  });
});

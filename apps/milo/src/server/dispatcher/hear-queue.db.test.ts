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
    queue.hear(true);
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

  it("holds no connection that listens while it is not to hear, though it had to listen anew, nor once it is closed", async () => {
    const heard: (string | null)[] = [];
    const queue = hearQueue(milo.sql, pino({ level: "silent" }), (payload) => heard.push(payload));
    onTestFinished(() => queue.close());
    queue.hear(true);
    queue.hear(true);
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual([null]);
    const [first] = await readListening(milo);
    await milo.sql`SELECT pg_terminate_backend(${first ?? 0})`;
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual([null, null]);
    queue.hear(false);
    await expect.poll(() => readListening(milo)).toEqual([]);
    await milo.sql`SELECT pg_notify('milo_queue', 'unheard')`;
    queue.hear(true);
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual([null, null, null]);
    await milo.sql`SELECT pg_notify('milo_queue', 'heard')`;
    await expect.poll(() => heard).toEqual([null, null, null, "heard"]);
    await queue.close();
    queue.hear(true);
    await expect.poll(() => readListening(milo)).toEqual([]);
  });
});

/** Which connections of the database listen to the queue: it is the only thing that theirs ever do. */
async function readListening({ sql }: TestMilo): Promise<number[]> {
  const rows = await sql<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'listen "milo_queue"%'`;
  return rows.map(({ pid }) => pid);
}

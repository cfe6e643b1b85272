import { connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "#server/database/client.ts";
import { findFreePort } from "#server/process/testing/run-main.ts";
import { createTestMilo, type TestMilo } from "#server/testing/milo-database.ts";
import { repositories } from "./repositories.ts";
import { createWarmConnection, type WarmConnection } from "./warm-connection.ts";

describe("the connection for what is asked again and again", () => {
  let milo: TestMilo;
  beforeAll(async () => {
    milo = await createTestMilo();
  });
  afterAll(() => milo[Symbol.asyncDispose]());

  const look = (warm: WarmConnection) => warm.run(repositories.lookAhead);
  const backendOf = async (warm: WarmConnection, sql = milo.sql) => {
    await look(warm);
    const rows = await sql<{ pid: number }[]>`
      SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%SELECT milo_now() AS at, milo_heard_until() AS heard%'
        AND pid <> pg_backend_pid()`;
    return rows.map(({ pid }) => pid);
  };

  it("is the same one each time, and none once it is closed", async () => {
    const warm = createWarmConnection(milo.sql);
    const first = await backendOf(warm);
    expect(first).toHaveLength(1);
    expect(await backendOf(warm)).toEqual(first);
    await warm.close();
    const gone = async () => (await milo.sql`SELECT 1 FROM pg_stat_activity WHERE pid = ${first[0] ?? 0}`).length;
    await expect.poll(gone, { timeout: 10_000 }).toBe(0);
  });

  it("is made anew after it was lost", async () => {
    const warm = createWarmConnection(milo.sql);
    onTestFinished(() => warm.close());
    const [first] = await backendOf(warm);
    await milo.sql`SELECT pg_terminate_backend(${first ?? 0})`;
    const looks = () =>
      look(warm).then(
        () => true,
        () => false,
      );
    await expect.poll(looks, { timeout: 10_000 }).toBe(true);
  });

  it("is given up for another when it is half open, so that nothing waits for it", async () => {
    const target = new URL(milo.url);
    const through = new URL(milo.url);
    through.port = String(await findFreePort());
    const sockets: Socket[] = [];
    const proxy = createServer((inner) => {
      const outer = connect(Number(target.port), target.hostname);
      sockets.push(inner);
      for (const socket of [inner, outer]) socket.on("error", () => undefined);
      inner.pipe(outer).pipe(inner);
      inner.on("close", () => outer.destroy());
    });
    onTestFinished(() => void proxy.close());
    await new Promise<void>((resolve) => proxy.listen(Number(through.port), target.hostname, resolve));
    const database = openDatabase(through.href, { applicationName: "warm-test", maxConnections: 1 });
    onTestFinished(() => database.close());
    await database.sql`SELECT 1`;
    const warm = createWarmConnection(database.sql, 2_000);
    onTestFinished(() => warm.close());
    await look(warm);
    // What is sent goes nowhere, and nobody says so.
    for (const socket of sockets) socket.unpipe().pause();
    await expect(look(warm)).rejects.toThrow("CONNECTION_DESTROYED");
    await expect(look(warm)).resolves.toMatchObject({ wanted: [] });
    expect(sockets).toHaveLength(3);
  });

  it("answers a look soon beside loops that ask again and again for a row that somebody keeps locked", async () => {
    const warm = createWarmConnection(milo.sql);
    onTestFinished(() => warm.close());
    await look(warm);
    let isOver = false;
    const insist = async (platform: "k8s" | "aws" | "coolify") => {
      const request = { platform, dispatcherId: "one", leaseMs: 15_000 };
      while (!isOver) await warm.run((sql) => repositories.takeWatch(sql, request)).catch(() => undefined);
    };
    await milo.sql.begin(async (tx) => {
      await tx`SET LOCAL idle_in_transaction_session_timeout = 0`;
      await tx`SELECT 1 FROM platform_checks FOR UPDATE`;
      const insisting = [insist("k8s"), insist("aws"), insist("coolify")];
      for (let n = 0; n < 3; n++) {
        const beganAtMs = performance.now();
        await look(warm);
        expect(performance.now() - beganAtMs).toBeLessThan(1_500);
      }
      isOver = true;
      await Promise.all(insisting);
    });
  });
});

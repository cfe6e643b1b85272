import { createTestDatabase } from "@milo/postgres/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositories } from "#server/dispatcher/repositories.ts";
import { METRICS, type MetricRow } from "#server/metrics/metric-table.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { startCuttableProxy } from "#server/web/testing/cuttable-proxy.ts";
import { COOLIFY_ENV } from "../../config/config.testkit.ts";
import { findFreePort, runMain } from "./testing/run-main.ts";

const PROCESS_ENV = {
  ...COOLIFY_ENV,
  COOLIFY_API_URL: "http://127.0.0.1:9",
  PLATFORM_PRIORITY: "coolify",
  COOLIFY_BOT_LIMIT: "1",
  MILO_PUBLIC_URL: "http://127.0.0.1:9",
  PORT: "0",
  DISPATCHER_PORT: "0",
};

describe("a process of milo", () => {
  let milo: TestMilo;
  beforeAll(async () => {
    milo = await createTestMilo();
  });
  afterAll(() => milo[Symbol.asyncDispose]());
  const env = () => ({ ...PROCESS_ENV, DATABASE_URL: milo.url });

  it("refuses a database whose schema is not its own, in a sentence", async () => {
    await using empty = await createTestDatabase();
    for (const name of ["web", "dispatcher"] as const) {
      const { code, output } = await runMain(name, { ...env(), DATABASE_URL: empty.url }).ended;
      expect([name, code]).toEqual([name, 1]);
      expect(output).toContain("The database schema is older than this milo.");
      expect(output).not.toMatch(/^ +at /m);
    }
  });

  it("names everything that is wrong with its configuration and does not start", async () => {
    const { code, output } = await runMain("web", { HOST: "0.0.0.0" }).ended;
    expect(code).toBe(1);
    for (const variable of ["PLATFORM_PRIORITY", "DATABASE_URL", "MILO_ACCESS_TOKEN"])
      expect(output).toContain(variable);
  });

  it("dispatches until SIGTERM, then takes its row back and ends with 0", async () => {
    const dispatcher = runMain("dispatcher", env());
    const { url } = await dispatcher.ready;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await milo.sql`SELECT id FROM dispatchers`).toHaveLength(1);
    const served = await (await fetch(`${url}/metrics`)).text();
    const names = [...served.matchAll(/^# TYPE (milo_\S+)/gm)].map(([, name]) => name);
    const listed = Object.entries<MetricRow>(METRICS).filter(([, row]) => row.processes.includes("dispatcher"));
    expect(names.sort()).toEqual(listed.map(([name]) => name).sort());
    dispatcher.child.kill("SIGTERM");
    expect(await dispatcher.ended).toMatchObject({ code: 0 });
    expect(await milo.sql`SELECT id FROM dispatchers`).toHaveLength(0);
  });

  it("tells in its own metrics of bots given slots beyond the limit, and in its log", { timeout: 90_000 }, async () => {
    await using broken = await createTestMilo();
    await broken.sql`
      CREATE OR REPLACE FUNCTION milo_room(p platforms, p_used integer, p_launching integer, p_now timestamptz)
      RETURNS integer LANGUAGE sql STABLE AS 'SELECT 5'`;
    for (let n = 0; n < 3; n++) await enqueue(broken.sql, testPlan({ coolify: 1 }));
    const dispatcher = runMain("dispatcher", { ...env(), DATABASE_URL: broken.url });
    const { url } = await dispatcher.ready;
    const over = async () => {
      const served = await (await fetch(`${url}/metrics`)).text();
      return /^milo_admitted_over_limit_total\{platform="coolify"\} (\d+)$/m.exec(served)?.[1];
    };
    await expect.poll(over, { timeout: 20_000 }).toBe("2");
    expect(dispatcher.output()).toContain("Bots were admitted beyond the limit");
    dispatcher.child.kill("SIGTERM");
    await dispatcher.ended;
  });

  it("waits for a database that is away, says so and is not ready, and dispatches when it is there", async () => {
    await using proxy = await startCuttableProxy(milo.url);
    proxy.cut();
    const port = await findFreePort();
    const dispatcher = runMain("dispatcher", { ...env(), DATABASE_URL: proxy.url, DISPATCHER_PORT: String(port) });
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
      return response && { status: response.status, body: await response.text() };
    };
    await expect.poll(() => ask("/readyz"), { timeout: 30_000 }).toMatchObject({ status: 503 });
    expect((await ask("/readyz"))?.body).toContain("It is still starting.");
    expect(await ask("/healthz")).toMatchObject({ status: 200 });
    proxy.mend();
    await dispatcher.ready;
    expect(await ask("/readyz")).toMatchObject({ status: 200 });
    dispatcher.child.kill("SIGTERM");
    const { code, output } = await dispatcher.ended;
    expect(code).toBe(0);
    expect(output).toContain("The database does not answer: not ready, trying again until it does");
  });

  it("ends in order when it is told to stop while it waits for its database", async () => {
    await using proxy = await startCuttableProxy(milo.url);
    proxy.cut();
    for (const name of ["web", "dispatcher"] as const) {
      const running = runMain(name, { ...env(), DATABASE_URL: proxy.url });
      await expect.poll(() => running.output(), { timeout: 30_000 }).toContain("The database does not answer");
      running.child.kill("SIGTERM");
      expect(await running.ended).toMatchObject({ code: 0 });
    }
  });

  it("ends in order when whoever started it is gone", async () => {
    const dispatcher = runMain("dispatcher", env());
    await dispatcher.ready;
    dispatcher.child.disconnect();
    expect(await dispatcher.ended).toMatchObject({ code: 0 });
  });

  it("does not dispatch without the credentials of a platform that left the plan but still holds a bot", async () => {
    const aws = testPlan({ aws: 1 });
    await enforcePlan(milo.sql, aws);
    await enqueue(milo.sql, aws);
    const request = { platform: "aws", dispatcherId: "test", leaseMs: 30_000, startByMs: 180_000, most: 1 } as const;
    const [attempt] = await repositories.admit(milo.sql, request, () => expect.fail("slot clash"));
    if (attempt === undefined) throw new Error("not admitted");
    const { code, output } = await runMain("dispatcher", env()).ended;
    expect(code).toBe(1);
    expect(output).toContain("AWS_ECS_CLUSTER is required");
  });
});

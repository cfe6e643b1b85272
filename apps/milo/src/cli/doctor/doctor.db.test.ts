import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createKubernetesEmulator, type KubernetesEmulator } from "@milo/emulators";
import { createTestDatabase } from "@milo/postgres/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Check } from "#server/api/services/platform/platform-diagnosis.ts";
import { expectOnly } from "#server/api/services/platform/testing/diagnosis-bench.ts";
import { createTestMilo, enforcePlan, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import type { RawEnvironment } from "../../config/problem.ts";
import { runCommand } from "../testing/run-command.ts";
import { judgeVersion } from "./check-database.ts";
import { checkPublicUrl } from "./check-public-url.ts";

type Report = { ok: boolean; summary: Record<string, number>; checks: Check[] };

describe("milo doctor", () => {
  let milo: TestMilo;
  let cluster: KubernetesEmulator;
  let web: Server;
  let health = { status: 200, body: JSON.stringify({ status: "ok" }) };
  let env: RawEnvironment;
  let whole: Check[];
  beforeAll(async () => {
    [milo, cluster] = await Promise.all([createTestMilo(), createKubernetesEmulator({ images: {} })]);
    await enforcePlan(milo.sql, testPlan({ k8s: 5 }));
    await milo.sql`UPDATE dispatchers SET heartbeat_at = milo_now() + interval '1 hour'`;
    web = createServer((_request, response) => response.writeHead(health.status).end(health.body));
    await new Promise<void>((listening) => web.listen(0, "127.0.0.1", listening));
    env = {
      PLATFORM_PRIORITY: "k8s",
      K8S_BOT_LIMIT: "5",
      K8S_IMAGE: "registry.example/bot:1",
      K8S_NAMESPACE: cluster.namespace,
      K8S_KUBECONFIG_TEXT: cluster.kubeconfig(),
      // Whatever would write fails here.
      DATABASE_URL: `${milo.url}?default_transaction_read_only=on`,
      MILO_PUBLIC_URL: `http://127.0.0.1:${(web.address() as AddressInfo).port}`,
    };
    whole = (await examine({})).checks;
  });
  afterAll(async () => {
    web.close();
    await Promise.all([cluster.close(), milo[Symbol.asyncDispose]()]);
  });

  async function examine(changes: RawEnvironment, skewMs = 0): Promise<Report & { exitCode: number }> {
    const run = await runCommand(["doctor", "--json"], { ...env, ...changes }, { nowMs: () => Date.now() + skewMs });
    // A busy machine is told what it waits for.
    expect(run.stderr.replaceAll(/^… looking at .*\n/gm, "")).toBe("");
    return { ...(JSON.parse(run.stdout) as Report), exitCode: run.exitCode };
  }

  it("finds nothing wrong with an installation that is as it should be, and ends with 0", async () => {
    const { exitCode, ok, summary, checks } = await examine({});
    expect([exitCode, ok, summary.fail]).toEqual([0, true, 0]);
    // This one is: bots on this machine are all there are.
    expect(checks.filter(({ status }) => status === "warn").map(({ id }) => id)).toEqual(["config.MILO_PUBLIC_URL"]);
    expect(checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["config", "database.reach", "database.schema", "public-url.reach", "k8s.job"]),
    );
  });

  it.each([
    ["config.K8S_IMAGE", { K8S_IMAGE: "" }, "k8s"],
    ["config.DATABASE_URL", { DATABASE_URL: "mysql://db/milo" }, "database"],
    ["config.MILO_PUBLIC_URL", { MILO_PUBLIC_URL: "milo.example.com" }, "public-url"],
    ["config.K8S_BOT_LIMIT", { K8S_BOT_LIMIT: "-1" }, "platforms"],
  ])("names the variable of a problem, %s, and skips only what needs it", async (id, changes, skipped) => {
    const { exitCode, checks } = await examine(changes);
    expect(exitCode).toBe(1);
    expect(checks.filter(({ status }) => status === "fail").map((check) => check.id)).toEqual([id]);
    expect(checks.find((check) => check.id === id)?.fix).toContain(`${id.slice("config.".length)}=`);
    expect(checks.find((check) => check.id === skipped)).toMatchObject({ status: "skipped" });
  });

  it("sees that no dispatcher runs, or that those which do were started with different limits", async () => {
    const seen = async () => (await examine({})).checks.find(({ id }) => id === "database.dispatchers");
    await milo.sql`DELETE FROM dispatchers`;
    expect(await seen()).toMatchObject({ status: "warn", seen: expect.stringContaining("No dispatcher") });
    await enforcePlan(milo.sql, testPlan({ k8s: 5, aws: 0 }), "one");
    await enforcePlan(milo.sql, testPlan({ k8s: 5 }), "two");
    expect(await seen()).toMatchObject({ status: "ok", seen: expect.stringContaining("one, two") });
    await enforcePlan(milo.sql, testPlan({ k8s: 9, aws: 0 }), "three");
    expect(await seen()).toMatchObject({ status: "warn", seen: expect.stringContaining("the limit of k8s:") });
    await milo.sql`UPDATE dispatchers SET heartbeat_at = milo_now() - interval '1 hour' WHERE id = 'three'`;
    expect(await seen()).toMatchObject({ status: "ok" });
  });

  it.each([
    ["database.reach", "fail", { DATABASE_URL: "postgres://milo:pa55word@127.0.0.1:9/milo" }, 0],
    ["database.clock", "warn", {}, 3_000],
    ["database.clock", "fail", {}, -600_000],
    ["public-url.reach", "fail", { MILO_PUBLIC_URL: "http://127.0.0.1:9" }, 0],
  ] as const)("sees by %s alone (%s) what is wrong", async (id, status, changes, skewMs) => {
    const { exitCode, checks } = await examine(changes, skewMs);
    expectOnly(checks, whole, id, status);
    expect(exitCode).toBe(status === "fail" ? 1 : 0);
    expect(JSON.stringify(checks)).not.toContain("pa55word");
  });

  it("sees by database.schema alone that the database was never migrated", async () => {
    await using empty = await createTestDatabase();
    const { checks } = await examine({ DATABASE_URL: empty.url });
    expectOnly(checks, whole, "database.schema", "fail");
  });

  it.each([
    ["is failing", 503, '{"status":"failing","problem":"no database"}', /not well/],
    ["is another program", 200, "<html>Welcome</html>", /not milo/],
    ["is a proxy without milo behind it", 502, "Bad Gateway", /not milo \(HTTP 502\)/],
  ])("sees by public-url.reach alone that what answers there %s", async (_what, status, body, words) => {
    const before = health;
    health = { status, body };
    const { checks } = await examine({});
    health = before;
    expectOnly(checks, whole, "public-url.reach", "fail");
    expect(checks.find(({ id }) => id === "public-url.reach")?.seen).toMatch(words);
  });

  it("warns of an address at which tokens travel in the clear", async () => {
    const host = async (url: string) => (await checkPublicUrl(url).next()).value as Check;
    expect(await host("http://localhost:3000")).toMatchObject({ id: "public-url.host", status: "ok" });
    expect(await host("http://milo.example.com")).toMatchObject({
      status: "warn",
      seen: expect.stringContaining("clear"),
    });
    expect(await host("https://milo.example.com")).toMatchObject({ status: "ok" });
  });

  it("does not take a PostgreSQL that nobody mends any more", () => {
    expect(judgeVersion(130_021, "13.21").status).toBe("fail");
    expect(judgeVersion(180_001, "18.1").status).toBe("ok");
  });

  it("looks at the named platforms only, and refuses one outside the plan", async () => {
    const run = await runCommand(["doctor", "aws"], env);
    expect([run.exitCode, run.stdout]).toEqual([2, ""]);
    expect(run.stderr).toContain("aws is not in the plan");
  });

  it("tells a person in a table what was seen and what to do", async () => {
    const { stdout } = await runCommand(["doctor"], { ...env, K8S_KUBECONFIG_TEXT: "{}" }, { columns: 100 });
    expect(stdout).toMatch(/^fail {5}k8s\.kubeconfig/m);
    expect(stdout).toContain("→ Check");
    expect(stdout).toMatch(/1 fail, 1 warn, \d+ skipped, \d+ ok\n$/);
  });
});

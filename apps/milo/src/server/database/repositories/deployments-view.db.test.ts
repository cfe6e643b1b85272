import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCaller } from "#server/api/root.ts";
import { listDeployments } from "#server/api/services/deployment-list.ts";
import type { Services } from "#server/api/services/index.ts";
import { createTestMilo, type TestMilo } from "#server/testing/milo-database.ts";
import { DEPLOYMENT_SORTS } from "./deployments-view.ts";

const CLASSES = ["capacity", "auth", "bot"];

describe("the list of deployments", () => {
  let milo: TestMilo;
  const getDeployments = (input?: object) => {
    const infrastructure = { getDeployments: (query: never) => listDeployments(milo.sql, query) };
    const services = { infrastructure } as unknown as Services;
    return createCaller({ services }).infrastructure.getDeployments(input as never);
  };
  const ids = async (input?: object) => (await getDeployments(input)).deployments.map((row) => row.deploymentId);
  const all = async (input: object) => {
    const found: number[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await getDeployments({ ...input, cursor });
      found.push(...page.deployments.map((row) => row.deploymentId));
      if (page.nextCursor === null) return found;
      cursor = page.nextCursor;
    }
  };

  // 60 deployments: of every ten two hold a slot; times repeat, so that the order needs its tie-breaker.
  beforeAll(async () => {
    milo = await createTestMilo();
    await milo.sql.unsafe(`
      INSERT INTO bots (name, meeting_platform, meeting_url, status)
        SELECT 'Bot ' || n, 'zoom', 'https://zoom.example/j?pwd=x', 'DONE' FROM generate_series(1, 60) n;
      INSERT INTO deployments (bot_id, platform, attempt, launch_key, platform_identifier, phase, outcome, failure_class,
          reason, reserved_at, start_by, ended_at)
        SELECT n, (ARRAY['k8s','aws','coolify'])[1 + n % 3], 1 + n % 4, 'key-' || n, 'ns/job_' || n,
          CASE n % 10 WHEN 0 THEN 'RUNNING' WHEN 1 THEN 'STARTING' ELSE 'ENDED' END,
          CASE WHEN n % 10 < 2 THEN NULL WHEN n % 5 = 2 THEN 'failed' ELSE 'completed' END,
          CASE WHEN n % 10 >= 2 AND n % 5 = 2 THEN (ARRAY['capacity','auth','bot'])[1 + n / 5 % 3] END,
          'see https://x.example/?token=secret',
          timestamptz '2026-01-01' + make_interval(secs => n / 7), now(),
          CASE WHEN n % 10 >= 2 THEN timestamptz '2026-01-02 00:00:00.123456' - make_interval(secs => n / 5) END
        FROM generate_series(1, 60) n;
      INSERT INTO heartbeats SELECT id, timestamptz '2026-01-03' + make_interval(secs => id / 20) FROM deployments
        WHERE phase = 'RUNNING' AND id > 10`);
  });
  afterAll(() => milo[Symbol.asyncDispose]());

  it.each(DEPLOYMENT_SORTS.flatMap((by) => (["asc", "desc"] as const).map((direction) => ({ by, direction }))))(
    "by $by $direction pages through every deployment once, in one order whatever the size of the page",
    async (sort) => {
      const whole = await ids({ sort, limit: 200 });
      expect(whole).toHaveLength(sort.by === "lastHeartbeatAt" ? 12 : 60);
      expect(new Set(whole).size).toBe(whole.length);
      for (const limit of [1, 7]) expect(await all({ sort, limit })).toEqual(whole);
      const reverse = { ...sort, direction: sort.direction === "asc" ? "desc" : "asc" };
      expect(await ids({ sort: reverse, limit: 200 })).toEqual(whole.toReversed());
    },
  );

  it("comes in the order asked for: what has not ended is last to end", async () => {
    const key = (row: { endedAt: Date | null }) => row.endedAt?.getTime() ?? Number.POSITIVE_INFINITY;
    const { deployments } = await getDeployments({ sort: { by: "endedAt", direction: "asc" }, limit: 200 });
    const keys = deployments.map(key);
    expect(keys).toEqual(keys.toSorted((a, b) => a - b));
    const attempts = await getDeployments({ sort: { by: "attempt" }, limit: 200 });
    expect(attempts.deployments.map((row) => row.attempt)).toEqual(
      attempts.deployments.map((row) => row.attempt).toSorted((a, b) => b - a),
    );
  });

  it.each([
    [{ platform: "aws" }],
    [{ phases: ["RUNNING", "STARTING"] }],
    [{ phases: ["ENDED"] }],
    [{ phases: ["ENDED", "RUNNING"], platform: "k8s" }],
    [{ outcomes: ["failed"] }],
    [{ outcomes: ["failed", "completed", "failed"], platform: "coolify" }],
    [{ failureClasses: ["auth"] }],
    [{ failureClasses: CLASSES, outcomes: ["failed"], platform: "k8s" }],
    [{ failureClasses: ["auth"], outcomes: ["completed"] }],
  ])("shows exactly what %j selects, page by page", async (filter: Record<string, string[] | string>) => {
    const sql = milo.sql;
    const list = (name: string) => (filter[name] === undefined ? null : [filter[name]].flat());
    const expected = await sql<{ id: number }[]>`
      SELECT id FROM deployments WHERE (${list("platform")}::text[] IS NULL OR platform = ANY(${list("platform")}::text[]))
        AND (${list("phases")}::text[] IS NULL OR phase = ANY(${list("phases")}::text[]))
        AND (${list("outcomes")}::text[] IS NULL OR outcome = ANY(${list("outcomes")}::text[]))
        AND (${list("failureClasses")}::text[] IS NULL OR failure_class = ANY(${list("failureClasses")}::text[]))
      ORDER BY id`;
    const found = await all({ ...filter, limit: 4 });
    expect(found.toSorted((a, b) => a - b)).toEqual(expected.map((row) => row.id));
  });

  it("finds by launch key, bot and the beginning of the platform's name, taken literally", async () => {
    expect(await ids({ search: "key-7" })).toEqual([7]);
    expect(await ids({ search: "33" })).toEqual([33]);
    expect((await ids({ search: "ns/job_1" })).toSorted((a, b) => a - b)).toEqual([
      1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    ]);
    expect(await ids({ search: "ns/job%" })).toEqual([]);
    expect(await ids({ search: "ns/job_1", phases: ["RUNNING"] })).toEqual([10]);
    expect(await ids({ search: "99999999999" })).toEqual([]);
  });

  it("tells of each its bot, its last sign of life and how long it held its slot", async () => {
    const [row] = (await getDeployments({ search: "key-20" })).deployments;
    expect(row).toMatchObject({ botId: 20, botName: "Bot 20", lastHeartbeatAt: new Date("2026-01-03T00:00:01Z") });
    expect(row?.ageMs).toBeGreaterThan(0);
    const [ended] = (await getDeployments({ search: "key-8" })).deployments;
    expect(ended).toMatchObject({ phase: "ENDED", class: null, ageMs: 86_400_000 - 2_000 + 123.456 });
    expect(ended?.reason).toBe("see https://x.example/?(hidden)");
  });

  it.each([
    [
      "an order that would read all of history",
      { outcomes: ["failed"], sort: { by: "reservedAt" } },
      /order of endedAt/,
    ],
    ["heartbeats of what has ended", { phases: ["ENDED"], sort: { by: "lastHeartbeatAt" } }, /leave ENDED out/],
    ["more than 200 at once", { limit: 201 }, /limit/],
    ["a platform that does not exist", { platform: "gcp" }, /platform/],
    ["an empty choice of phases", { phases: [] }, /phases/],
    ["an unknown order", { sort: { by: "name" } }, /sort/],
    ["a cursor of its own making", { cursor: "W10" }, /cursor: not one/],
    ["a search with a NUL", { search: "a\u0000" }, /well-formed/],
    ["an unknown filter", { colour: "red" }, /colour/],
  ])("refuses %s precisely", async (_, input, message) => {
    await expect(getDeployments(input)).rejects.toThrow(message);
    await expect(getDeployments(input)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  it("refuses a cursor of another order", async () => {
    const { nextCursor } = await getDeployments({ limit: 1 });
    const input = { cursor: nextCursor, sort: { by: "attempt", direction: "desc" } };
    await expect(getDeployments(input)).rejects.toThrow(/belongs to the order by reservedAt desc/);
  });
});

it("refuses a search that finds more than anybody reads, and says what to do", async () => {
  await using milo = await createTestMilo();
  await milo.sql.unsafe(`
    INSERT INTO deployments (platform, attempt, launch_key, platform_identifier, phase, outcome, reserved_at, start_by, ended_at)
      SELECT 'k8s', 1, 'key-' || n, 'ns/job-' || n, 'ENDED', 'completed', now(), now(), now() FROM generate_series(1, 1001) n`);
  const query = { sort: { by: "reservedAt", direction: "desc" }, limit: 50 } as const;
  await expect(listDeployments(milo.sql, { ...query, search: "ns/" })).rejects.toThrow(/give more of the name/);
  await milo.sql`DELETE FROM deployments WHERE launch_key = 'key-1'`;
  expect((await listDeployments(milo.sql, { ...query, search: "ns/" })).deployments).toHaveLength(50);
});

import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCaller } from "#server/api/root.ts";
import { createServices, type Services } from "#server/api/services/index.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { FAST_TIMES } from "#server/testing/test-dispatcher.ts";

const ADDRESS = "https://zoom.example/j/42?pwd=secret";
const COMMON = 1_050;
const COMMON_ADDRESS = "https://zoom.example/common";

describe("the list of bots", () => {
  let milo: TestMilo;
  let services: Services;
  const plan = testPlan({ k8s: 1, aws: 1 });
  const list = (input: Parameters<ReturnType<typeof createCaller>["bots"]["list"]>[0]) =>
    createCaller({ services }).bots.list(input);
  const names = async (input: Parameters<typeof list>[0]) => (await list(input)).bots.map(({ name }) => name);

  beforeAll(async () => {
    milo = await createTestMilo();
    const { sql } = milo;
    await enforcePlan(sql, plan);
    services = createServices({ sql, plan, times: FAST_TIMES, log: pino({ level: "silent" }) });
    await sql`
      INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform, status_reason, finished_at)
      SELECT 'Common ' || n, CASE n WHEN 1 THEN 'microsoft-teams' ELSE 'zoom' END, ${COMMON_ADDRESS}, 'DONE', 'k8s', 'Done at https://x.example/?k=secret', now()
      FROM generate_series(1, ${COMMON}) n`;
    await enqueue(sql, plan, { name: "Weekly One", meetingUrl: ADDRESS });
    await enqueue(sql, plan, { name: "weekly two", meetingPlatform: "google-meet" });
    await enqueue(sql, plan, { name: "100% Ünïcode_", meetingUrl: ADDRESS });
    const claimed = await enqueue(sql, plan, { name: "Runs" });
    await sql`
      INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, reserved_at, start_by, claimed_at)
      VALUES (${claimed}, 'aws', 1, 'k1', 'RUNNING', now(), now(), '2026-01-02T00:00:00Z')`;
    await sql`UPDATE deployment_queue SET status = 'DISPATCHED' WHERE bot_id = ${claimed}`;
    await sql`UPDATE bots SET status = 'IN_CALL', deployment_platform = 'aws' WHERE id = ${claimed}`;
  });
  afterAll(async () => {
    await services.hybrid.close();
    await milo[Symbol.asyncDispose]();
  });

  it("finds a bot by its id, bots by their meeting's exact address, and by the beginning of a name in whatever case", async () => {
    expect(await names({ search: String(COMMON + 1) })).toEqual(["Weekly One"]);
    expect(await names({ search: "999999" })).toEqual([]);
    expect(await names({ search: "99999999999" })).toEqual([]);
    expect(await names({ search: ADDRESS })).toEqual(["100% Ünïcode_", "Weekly One"]);
    expect(await names({ search: "https://zoom.example/j/42" })).toEqual([]);
    expect(await names({ search: "WEEKLY" })).toEqual(["weekly two", "Weekly One"]);
    expect(await names({ search: "eekly" })).toEqual([]);
    expect(await names({ search: "100% Ünïco" })).toEqual(["100% Ünïcode_"]);
    expect(await names({ search: "100_" })).toEqual([]);
  });

  it("searches within what the filters leave", async () => {
    expect(await names({ search: "weekly", meetingPlatform: "google-meet" })).toEqual(["weekly two"]);
    expect(await names({ search: ADDRESS, statuses: ["DONE"] })).toEqual([]);
    expect(await names({ search: "common", statuses: ["QUEUED"] })).toEqual([]);
    expect(await names({ meetingPlatform: "google-meet" })).toEqual(["weekly two"]);
    expect(await names({ infrastructure: "aws" })).toEqual(["Runs"]);
    expect(await names({ statuses: ["QUEUED", "IN_CALL"], meetingPlatform: "zoom" })).toEqual([
      "Runs",
      "100% Ünïcode_",
      "Weekly One",
    ]);
  });

  it.each([
    ["without a filter", {}, COMMON + 4],
    ["by status and platform", { statuses: ["DONE" as const], infrastructure: "k8s" as const }, COMMON],
    ["by a name that a thousand bear", { search: "common" }, COMMON],
    ["by a name that a hundred bear", { search: "common 10" }, 62],
  ])("goes through all bots once and back again, %s", async (_, filter, total) => {
    const down: number[] = [];
    let last = await list({ ...filter, limit: 200 });
    expect(last.nextAfter, "nothing is newer than the first page").toBeNull();
    down.push(...last.bots.map(({ id }) => id));
    while (last.nextBefore !== null) {
      last = await list({ ...filter, limit: 200, before: last.nextBefore });
      down.push(...last.bots.map(({ id }) => id));
    }
    expect(down).toHaveLength(total);
    expect(down).toEqual([...new Set(down)].sort((a, b) => b - a));
    let up = last.bots.map(({ id }) => id);
    while (last.nextAfter !== null) {
      last = await list({ ...filter, limit: 200, after: last.nextAfter });
      up = [...last.bots.map(({ id }) => id), ...up];
    }
    expect(up).toEqual(down);
  });

  it("goes on where a look ended that found nothing among all it may read at once", async () => {
    const asked = { search: COMMON_ADDRESS, meetingPlatform: "microsoft-teams" as const };
    const first = await list(asked);
    expect(first.bots).toEqual([]);
    expect(first.nextBefore).not.toBeNull();
    const second = await list({ ...asked, before: first.nextBefore ?? 0 });
    expect(second).toMatchObject({ bots: [{ name: "Common 1" }], nextBefore: null });
  });

  it("says of each bot why it waits, or what its status says, and since when it runs", async () => {
    const [runs, waits] = (await list({ limit: 2 })).bots;
    expect(runs).toMatchObject({ status: "IN_CALL", deploymentPlatform: "aws", waitingFor: null, entryId: null });
    expect(runs?.startedAt).toEqual(new Date("2026-01-02T00:00:00Z"));
    expect(waits).toMatchObject({ status: "QUEUED", waitingFor: "k8s", startedAt: null, endedAt: null });
    expect(waits?.reason).toMatch(/^K8s has room \(0\/1\); tries AWS in (1 min|\d+ s)$/);
    expect(waits).toMatchObject({ cause: "K8s has room (0/1)", next: { what: "tries AWS", at: expect.any(Date) } });
    expect(runs).toMatchObject({ cause: null, next: null });
    expect(waits?.queuedAt).toBeInstanceOf(Date);
    expect(waits?.timeoutAt).toBeInstanceOf(Date);
  });

  it("serves no password: neither a meeting's nor one in a reason", async () => {
    const { bots } = await list({ limit: 200 });
    expect(JSON.stringify(bots)).not.toContain("secret");
    expect(bots.find(({ name }) => name === "Weekly One")?.meetingUrl).toBe("https://zoom.example/j/42?(hidden)");
  });

  it("refuses to go both ways at once", async () => {
    await expect(list({ before: 5, after: 2 })).rejects.toThrow(/not both/);
  });
});

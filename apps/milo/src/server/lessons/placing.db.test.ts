import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runPass } from "#server/dispatcher/pass.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import {
  createTestMilo,
  enforcePlan,
  enqueue,
  type TestMilo,
  testPlan,
  useTestClock,
} from "#server/testing/milo-database.ts";
import { createTestContext } from "#server/testing/test-dispatcher.ts";
import { createTurns } from "./lessons.testkit.ts";

const MINUTE_MS = 60_000;

describe("placing, where others went wrong", () => {
  let milo: TestMilo;
  let k8s: FakePlatform;
  beforeEach(async () => {
    milo = await createTestMilo();
    k8s = createFakePlatform("k8s");
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  const statusOf = async (botId: number) =>
    (await milo.sql<{ status: string }[]>`SELECT status FROM bots WHERE id = ${botId}`)[0]?.status;

  it("takes a waiting bot once however many replicas look at the queue at the same moment [meeboter 1]", async () => {
    const plan = testPlan({ k8s: 50 });
    await enforcePlan(milo.sql, plan);
    for (let round = 0; round < 10; round++) {
      const botId = await enqueue(milo.sql, plan);
      const replicas = await Promise.all(
        Array.from({ length: 4 }, () => createTestContext(milo.open(2).sql, plan, [k8s])),
      );
      const passes = await Promise.all(replicas.map(({ context }) => runPass(context)));
      // A replica that found the platform held leaves it to its next pass.
      const late = await runPass(replicas[0]?.context ?? expect.fail("no replica"));
      expect([...passes, late].flatMap(({ admitted }) => admitted.map((attempt) => attempt.botId))).toEqual([botId]);
    }
  });

  it("fills every free slot in one pass, not one slot a tick [meeboter 6]", async () => {
    const plan = testPlan({ k8s: 4 });
    await enforcePlan(milo.sql, plan);
    const waiting: number[] = [];
    for (let n = 0; n < 5; n++) waiting.push(await enqueue(milo.sql, plan));
    const { place } = await createTurns(milo, plan, [k8s]);
    expect(await place()).toEqual(waiting.slice(0, 4));
  });

  it("lets a bot whose launches fail step aside for those behind it [meeboter 7]", async () => {
    const plan = testPlan({ k8s: 1 }, { queueTimeoutMs: 0 });
    await enforcePlan(milo.sql, plan);
    const head = await enqueue(milo.sql, plan);
    const behind = await enqueue(milo.sql, plan);
    k8s.nextCreates.push({ kind: "failed", class: "transient", reason: "503" });
    const { place } = await createTurns(milo, plan, [k8s]);
    expect(await place()).toEqual([head]);
    expect(await place()).toEqual([behind]);
    expect(await statusOf(head)).toBe("QUEUED");
  });

  it("still places a bot that has waited for longer than a quarter of an hour [meeboter 11]", async () => {
    const clock = await useTestClock(milo.sql);
    const plan = testPlan({ k8s: 1 }, { globalQueueTimeoutMs: 60 * MINUTE_MS });
    await enforcePlan(milo.sql, plan);
    const { place } = await createTurns(milo, plan, [k8s]);
    await enqueue(milo.sql, plan);
    const patient = await enqueue(milo.sql, plan);
    await place();
    await clock.shift(40 * MINUTE_MS);
    expect(await place()).toEqual([]);
    expect(await statusOf(patient)).toBe("QUEUED");
    await milo.sql`UPDATE deployments SET phase = 'ENDED', outcome = 'completed', ended_at = milo_now(), lease_owner = NULL`;
    expect(await place()).toEqual([patient]);
  });

  it("loses no bot while every dispatcher is away, nor places one past its deadline [attendee#1009]", async () => {
    const clock = await useTestClock(milo.sql);
    const plan = testPlan({ k8s: 5 }, { globalQueueTimeoutMs: 60 * MINUTE_MS });
    await enforcePlan(milo.sql, plan);
    const patient = await enqueue(milo.sql, plan);
    const hasty = await enqueue(milo.sql, plan, { queueTimeoutMs: 5 * MINUTE_MS });
    await clock.shift(20 * MINUTE_MS);
    const { place } = await createTurns(milo, plan, [k8s]);
    expect(await place()).toEqual([patient]);
    const [late] = await milo.sql`SELECT status, status_code, status_reason FROM bots WHERE id = ${hasty}`;
    expect(late).toMatchObject({ status: "FATAL", status_code: "QUEUE_TIMEOUT" });
    expect(late?.status_reason).not.toBe("");
  });

  it("takes a limit of 0 at its word: no bots, rather than any number [vexa#402]", async () => {
    const plan = testPlan({ k8s: 0 });
    await enforcePlan(milo.sql, plan);
    await enqueue(milo.sql, plan);
    const { place } = await createTurns(milo, plan, [k8s]);
    expect(await place()).toEqual([]);
  });

  it("shows no failure of a bot that is only tried again [meeting-baas#228]", async () => {
    const plan = testPlan({ k8s: 1 }, { queueTimeoutMs: 0 });
    await enforcePlan(milo.sql, plan);
    const clock = await useTestClock(milo.sql);
    const botId = await enqueue(milo.sql, plan);
    k8s.nextCreates.push({ kind: "failed", class: "transient", reason: "503" });
    const { place } = await createTurns(milo, plan, [k8s]);
    await place();
    await clock.shift(MINUTE_MS);
    expect(await place()).toEqual([botId]);
    const told = await milo.sql<{ status: string }[]>`
      SELECT status FROM bot_events WHERE bot_id = ${botId} AND status IS NOT NULL ORDER BY id`;
    expect(told.map(({ status }) => status)).toEqual(["QUEUED", "DEPLOYING", "QUEUED", "DEPLOYING"]);
  });
});

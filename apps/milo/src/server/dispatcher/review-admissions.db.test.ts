import { pino } from "pino";
import { describe, expect, it } from "vitest";
import type { Sql } from "#server/database/client.ts";
import { admit } from "#server/database/repositories/admit.ts";
import { confirmGone } from "#server/database/repositories/end-deployment.ts";
import { createInstruments } from "#server/metrics/instruments.ts";
import { createTestMilo, enforcePlan, enqueue, testPlan } from "#server/testing/milo-database.ts";
import { createAdmissionReview } from "./review-admissions.ts";

const ADMIT = { platform: "k8s", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 10 } as const;
const admitAll = (sql: Sql) => admit(sql, ADMIT, () => expect.fail("slot clash"));

/** An admission that reckons wrongly: it takes every platform for an empty one of 5 slots. */
async function breakAdmission(sql: Sql): Promise<void> {
  await sql`
    CREATE OR REPLACE FUNCTION milo_room(p platforms, p_used integer, p_launching integer, p_now timestamptz)
    RETURNS integer LANGUAGE sql STABLE AS 'SELECT 5'`;
}

async function open() {
  const milo = await createTestMilo();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const instruments = createInstruments("dispatcher");
  let nowMs = 0;
  const review = createAdmissionReview({ sql: milo.sql, instruments, log, monotonicMs: () => nowMs });
  const value = async (metric: string) =>
    Number(
      (await instruments.text())
        .split("\n")
        .find((line) => line.startsWith(`${metric} `))
        ?.split(" ")
        .at(-1),
    );
  const over = () => value('milo_admitted_over_limit_total{platform="k8s"}');
  return { milo, sql: milo.sql, review, lines, value, over, passMs: (ms: number) => (nowMs += ms) };
}

describe("the review of admissions", () => {
  it("counts what an admission gave away beyond the limit, though its own reckoning saw nothing", async () => {
    const { milo, sql, review, over, lines } = await open();
    await using _ = milo;
    const plan = testPlan({ k8s: 2 });
    await enforcePlan(sql, plan);
    for (let i = 0; i < 5; i++) await enqueue(sql, plan);
    await breakAdmission(sql);
    const admitted = await admitAll(sql);
    expect(admitted).toHaveLength(5);
    review.note(admitted.map((one) => one.deploymentId));
    await review.turn();
    expect(await over()).toBe(3);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 50, held: 5, limit: 2, docs: "docs/failure-modes.md#miloadmittedoverlimit" }),
    );
  });

  it("sees it too when those that were too many have ended by the time it looks", async () => {
    const { milo, sql, review, over } = await open();
    await using _ = milo;
    const plan = testPlan({ k8s: 1 });
    await enforcePlan(sql, plan);
    for (let i = 0; i < 2; i++) await enqueue(sql, plan);
    await breakAdmission(sql);
    const admitted = await admitAll(sql);
    await sql`UPDATE deployments SET phase = 'STOPPING', stopping_at = milo_now()`;
    for (const { deploymentId } of admitted) await confirmGone(sql, deploymentId);
    review.note(admitted.map((one) => one.deploymentId));
    await review.turn();
    expect(await over()).toBe(1);
  });

  it("stays 0 when the limit is lowered after an admission, or slots have passed from hand to hand", async () => {
    const { milo, sql, review, over, passMs } = await open();
    await using _ = milo;
    const plan = testPlan({ k8s: 2 });
    await enforcePlan(sql, plan);
    await review.turn();
    for (let i = 0; i < 4; i++) await enqueue(sql, plan);
    const first = await admitAll(sql);
    review.note(first.map((one) => one.deploymentId));
    await enforcePlan(sql, testPlan({ k8s: 1 }));
    passMs(5_000);
    await review.turn();
    expect([first.length, await over()]).toEqual([2, 0]);
    await sql`UPDATE deployments SET phase = 'STOPPING', stopping_at = milo_now()`;
    for (const { deploymentId } of first) await confirmGone(sql, deploymentId);
    const second = await admitAll(sql);
    review.note(second.map((one) => one.deploymentId));
    passMs(20_000);
    await review.turn();
    expect([second.length, await over()]).toEqual([1, 0]);
  });

  it("keeps what it was to look at while the database does not let it", async () => {
    const { milo, sql, review, value } = await open();
    await using _ = milo;
    const plan = testPlan({ k8s: 2 });
    await enforcePlan(sql, plan);
    await enqueue(sql, plan);
    review.note((await admitAll(sql)).map((one) => one.deploymentId));
    await sql`ALTER TABLE deployments RENAME TO away`;
    await expect(review.turn()).rejects.toThrow();
    await sql`ALTER TABLE away RENAME TO deployments`;
    await review.turn();
    expect(await value('milo_bots_admitted_total{platform="k8s",choice="first"}')).toBe(1);
  });
});

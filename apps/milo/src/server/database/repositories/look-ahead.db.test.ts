import { expect, it } from "vitest";
import { createTestMilo, enforcePlan, enqueue, testPlan } from "#server/testing/milo-database.ts";
import { lookAhead } from "./look-ahead.ts";

it("sees that a bot came lately, also when one that is replaced came into the queue after it", async () => {
  await using milo = await createTestMilo();
  const { sql } = milo;
  const plan = testPlan({ k8s: 1 });
  await enforcePlan(sql, plan);
  const isFresh = async () => (await lookAhead(sql)).fresh;
  expect(await isFresh()).toBe(false);
  const replaced = await enqueue(sql, plan);
  await sql`UPDATE deployment_queue SET status = 'DISPATCHED', queued_at = queued_at - interval '1 hour'`;
  await sql`UPDATE bots SET created_at = created_at - interval '1 hour'`;
  expect(await isFresh()).toBe(false);
  await enqueue(sql, plan);
  await sql`
    INSERT INTO deployment_queue (bot_id, queued_at, timeout_at, plan, stage, open_to)
    SELECT bot_id, queued_at, timeout_at, plan, stage, open_to FROM deployment_queue WHERE bot_id = ${replaced}`;
  expect(await isFresh()).toBe(true);
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createTestMilo,
  enforcePlan,
  enqueue,
  type TestMilo,
  testPlan,
  useTestClock,
} from "#server/testing/milo-database.ts";
import { createTestContext } from "#server/testing/test-dispatcher.ts";
import { runPass } from "./pass.ts";

const WAITING = 1_200;
const FREE = 100;
const STAGE_MS = 1_000;

/*
 * What is feared: thousands wait for a full platform, and the next one opens to all of them in one moment. Moving them on
 * takes seconds, in which its slots stand empty; and slots that are given meanwhile go to whoever was moved on first.
 */
describe("while the stage of thousands is over", () => {
  let milo: TestMilo;
  beforeEach(async () => {
    milo = await createTestMilo();
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  it("slots are given before all have been moved on, to those first in the queue", async () => {
    const { sql } = milo;
    const clock = await useTestClock(sql);
    const plan = testPlan({ k8s: 0, aws: FREE }, { queueTimeoutMs: STAGE_MS });
    await enforcePlan(sql, plan);
    const { context } = await createTestContext(sql, plan, []);
    const first = await enqueue(sql, plan);
    // The later, the more urgent: by the time that their stage was over, or by id, the last would be moved on first.
    await sql`
      WITH bot AS (
        INSERT INTO bots (name, meeting_platform, meeting_url)
          SELECT 'bot', 'zoom', 'https://zoom.example/' || n FROM generate_series(1, ${WAITING - 1}::int) n RETURNING id)
      INSERT INTO deployment_queue (bot_id, priority, queued_at, timeout_at, plan, stage, stage_ends_at, open_to, recheck_at)
        SELECT bot.id, (bot.id / 4)::int, q.queued_at + make_interval(secs => bot.id::float8 / 1e6), q.timeout_at, q.plan, q.stage,
          q.stage_ends_at, q.open_to, q.recheck_at + make_interval(secs => bot.id::float8 / 1e6)
        FROM bot, deployment_queue q WHERE q.bot_id = ${first}`;
    expect((await runPass(context)).admitted).toEqual([]);
    await clock.shift(2 * STAGE_MS);

    const pass = await runPass(context);
    expect(pass.complete).toBe(false);
    const byRank = await sql<{ botId: number }[]>`
      SELECT bot_id AS "botId" FROM deployment_queue ORDER BY priority DESC, queued_at, id LIMIT ${FREE}`;
    expect(pass.admitted.map(({ botId }) => botId)).toEqual(byRank.map(({ botId }) => botId));
    const [moved] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM bot_events WHERE code = 'STAGE_PASSED'`;
    expect(moved?.n).toBeLessThan(WAITING);

    const isComplete = async () => (await runPass(context)).complete;
    expect([await isComplete(), await isComplete()]).toEqual([false, true]);
  });
});

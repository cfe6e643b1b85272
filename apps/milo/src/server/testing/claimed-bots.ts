import type { BotStatus } from "@milo/placement";
import { claimAttempt } from "#server/database/repositories/claim-attempt.ts";
import { repositories as repo } from "#server/dispatcher/repositories.ts";
import { enforcePlan, enqueue, type TestMilo, testPlan, type useTestClock } from "./milo-database.ts";

const plan = testPlan({ k8s: 50, aws: 50 });
const ADMIT = { platform: "k8s", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 10 } as const;
const MAX_DURATION_MS = 3_600_000;

type TestClock = Awaited<ReturnType<typeof useTestClock>>;

/** Bots that have claimed on k8s, without any platform, and what the database says of them. */
export async function prepareClaimedBots(milo: TestMilo, clock: TestClock) {
  const { sql } = milo;
  await enforcePlan(sql, plan);

  async function admitted(botId: number) {
    const batch = await repo.admit(sql, ADMIT, () => {
      throw new Error("slot clash");
    });
    return batch.find((attempt) => attempt.botId === botId);
  }
  /** Its next attempt, claimed, with the bot in `status`. */
  async function claimed(botId: number, status: BotStatus = "IN_CALL") {
    const attempt = await admitted(botId);
    if (attempt === undefined) throw new Error("not admitted");
    await repo.markLaunching(sql, [{ ...attempt, request: {} }]);
    await repo.markStarting(sql, [attempt]);
    const boot = { launchKey: attempt.launchKey, bootId: `boot-of-${attempt.attempt}` };
    const claim = await claimAttempt(sql, { ...boot, maxDurationMs: MAX_DURATION_MS });
    await sql`UPDATE bots SET status = ${status} WHERE id = ${botId}`;
    return { ...attempt, boot, claim };
  }
  async function state(botId: number) {
    const [bot] = await sql`SELECT status, status_code, status_reason, replacements FROM bots WHERE id = ${botId}`;
    const deployments = await sql`
      SELECT attempt, phase, outcome, failure_class, holds_bot FROM deployments WHERE bot_id = ${botId} ORDER BY attempt`;
    const entries = await sql`
      SELECT status, queued_at, timeout_at, last_failure FROM deployment_queue WHERE bot_id = ${botId} ORDER BY id`;
    const open = entries.filter((entry) => entry.status === "WAITING" || entry.status === "PROCESSING");
    return { bot, deployments: [...deployments], entries: [...entries], open: open.length };
  }
  return {
    clock,
    maxDurationMs: MAX_DURATION_MS,
    enqueue: () => enqueue(sql, plan),
    admitted,
    claimed,
    state,
    running: async (status?: BotStatus) => claimed(await enqueue(sql, plan), status),
    /** Ends everything, whatever it is at. */
    async clear() {
      await sql`UPDATE bots SET status = 'FATAL', status_code = 'TEST', finished_at = milo_now()
        WHERE status NOT IN ('DONE', 'FATAL', 'CANCELLED')`;
      await sql`UPDATE deployment_queue SET status = 'CANCELLED' WHERE status IN ('WAITING', 'PROCESSING')`;
      await sql`UPDATE deployments SET phase = 'ENDED', ended_at = milo_now(), outcome = 'lost' WHERE phase <> 'ENDED'`;
    },
  };
}

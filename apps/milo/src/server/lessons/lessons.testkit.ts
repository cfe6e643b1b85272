import type { PlatformPlan } from "@milo/placement";
import { claimAttempt } from "#server/database/repositories/claim-attempt.ts";
import type { DispatcherContext } from "#server/dispatcher/context.ts";
import { launchAttempt } from "#server/dispatcher/launch.ts";
import { createLaunchLane } from "#server/dispatcher/launch-lane.ts";
import { runPass } from "#server/dispatcher/pass.ts";
import { takeOverLaunches } from "#server/dispatcher/take-over.ts";
import type { FakePlatform } from "#server/testing/fake-platform.ts";
import type { TestMilo } from "#server/testing/milo-database.ts";
import { createTestContext } from "#server/testing/test-dispatcher.ts";

const HOUR_MS = 3_600_000;

/** One turn at a time of a dispatcher, so that a test can say what happened between two of them. */
export async function createTurns(
  milo: TestMilo,
  plan: PlatformPlan,
  platforms: readonly FakePlatform[],
  overrides: Partial<DispatcherContext> = {},
) {
  const { context } = await createTestContext(milo.sql, plan, platforms, overrides);
  const lane = createLaunchLane(context);
  return {
    context,
    /** A pass, and the launch of whatever it admitted; answers the bots that were given a slot, in that order. */
    async place(): Promise<number[]> {
      const { admitted } = await runPass(context);
      for (const attempt of admitted) await launchAttempt(context, lane, { ...attempt, sent: null });
      return admitted.map(({ botId }) => botId);
    },
    /** Goes on with launches whose holder's lease has run out; answers their bots. */
    async takeOver(): Promise<number[]> {
      const taken = await takeOverLaunches(context);
      for (const attempt of taken) await launchAttempt(context, lane, attempt);
      return taken.map(({ botId }) => botId);
    },
  };
}

/** The claim of a bot's newest attempt, as its process makes it. Answers the attempt and whether it was accepted. */
export async function claimNewest(milo: TestMilo, botId: number) {
  const [attempt] = await milo.sql<{ id: number; launchKey: string }[]>`
    SELECT id, launch_key AS "launchKey" FROM deployments WHERE bot_id = ${botId} ORDER BY attempt DESC LIMIT 1`;
  if (attempt === undefined) throw new Error(`bot ${botId} has no attempt`);
  const boot = { launchKey: attempt.launchKey, bootId: `boot-of-${botId}` };
  const claim = await claimAttempt(milo.sql, { ...boot, maxDurationMs: HOUR_MS });
  return { ...boot, deploymentId: attempt.id, accepted: claim?.accepted === true };
}

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimAttempt } from "#server/database/repositories/claim-attempt.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { createTestContext } from "#server/testing/test-dispatcher.ts";
import { noteFailure } from "./breaker.ts";
import type { DispatcherContext } from "./context.ts";
import { checkPlatformHealth } from "./health.ts";
import { launchAttempt } from "./launch.ts";
import { createLaunchLane } from "./launch-lane.ts";
import { runPass } from "./pass.ts";

const plan = testPlan({ k8s: 5 }, { queueTimeoutMs: 0 });

describe("a platform that takes what it may have no room for", () => {
  let milo: TestMilo;
  let k8s: FakePlatform;
  let ctx: DispatcherContext;
  beforeEach(async () => {
    milo = await createTestMilo();
    k8s = createFakePlatform("k8s");
    await enforcePlan(milo.sql, plan);
    ctx = (await createTestContext(milo.sql, plan, [{ ...k8s, showsRoomByClaimOnly: true }])).context;
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  const refusals = async () =>
    (await milo.sql<{ n: number }[]>`SELECT capacity_refusals AS n FROM platforms WHERE platform = 'k8s'`)[0]?.n;
  async function launchNext() {
    await enqueue(milo.sql, plan);
    await milo.sql`UPDATE platforms SET admit_not_before = least(admit_not_before, milo_now())`;
    const [attempt] = (await runPass(ctx)).admitted;
    if (attempt === undefined) throw new Error("nothing admitted");
    await launchAttempt(ctx, createLaunchLane(ctx), { ...attempt, sent: null });
    return attempt;
  }
  async function findNoRoom() {
    const { deploymentId } = await launchNext();
    const failure = { deploymentId, class: "capacity", reason: "Unschedulable" } as const;
    await ctx.repositories.giveUpAttempt(milo.sql, { ...failure, fence: null, nothingExists: true, random: 0 });
    await noteFailure(ctx, "k8s", failure);
  }

  it("backs off longer each time, though it goes on taking them", async () => {
    for (let time = 1; time <= 4; time++) {
      await findNoRoom();
      expect(await refusals()).toBe(time);
    }
  });

  it("has room again once one has claimed that was admitted after the back-off, and not before", async () => {
    const { launchKey } = await launchNext();
    await claimAttempt(milo.sql, { launchKey, bootId: "boot-before", maxDurationMs: 60_000 });
    await findNoRoom();
    await checkPlatformHealth(ctx, "k8s");
    expect(await refusals(), "the claim is older than the back-off").toBe(1);
    const probe = await launchNext();
    await checkPlatformHealth(ctx, "k8s");
    expect(await refusals(), "taken is not started").toBe(1);
    await claimAttempt(milo.sql, { launchKey: probe.launchKey, bootId: "boot-after", maxDurationMs: 60_000 });
    await checkPlatformHealth(ctx, "k8s");
    expect(await refusals()).toBe(0);
  });
});

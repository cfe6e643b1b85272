import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordHeartbeat } from "#server/database/repositories/record-heartbeat.ts";
import { prepareClaimedBots } from "#server/testing/claimed-bots.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, type TestMilo, testPlan, useTestClock } from "#server/testing/milo-database.ts";
import { createTestContext, FAST_TIMES } from "#server/testing/test-dispatcher.ts";
import type { DispatcherContext } from "./context.ts";
import { stopAttempts } from "./stop-attempts.ts";
import { sweepDeadlines } from "./sweep.ts";

describe("the maximum duration of a bot, on milo's side", () => {
  let milo: TestMilo;
  let bots: Awaited<ReturnType<typeof prepareClaimedBots>>;
  let ctx: DispatcherContext;
  let k8s: FakePlatform;
  beforeAll(async () => {
    milo = await createTestMilo();
    bots = await prepareClaimedBots(milo, await useTestClock(milo.sql));
    k8s = createFakePlatform("k8s");
    ctx = (await createTestContext(milo.sql, testPlan({ k8s: 50 }), [k8s])).context;
  });
  afterAll(() => milo[Symbol.asyncDispose]());

  it("tells it to leave, then has the platform stop it, whatever the bot does, and ends it with the reason", async () => {
    const { botId, boot, launchKey } = await bots.running();
    k8s.workloads.set(launchKey, { identifier: `k8s/${launchKey}`, launchKey, state: "running" });
    await bots.clock.shift(bots.maxDurationMs - 60_000);
    await sweepDeadlines(ctx);
    expect(await recordHeartbeat(milo.sql, boot)).toEqual({ accepted: true, leave: false });
    await bots.clock.shift(60_000);
    await sweepDeadlines(ctx);
    expect(await bots.state(botId)).toMatchObject({
      bot: { status: "LEAVING", status_code: "MAX_DURATION" },
      deployments: [{ phase: "RUNNING" }],
    });
    expect(await recordHeartbeat(milo.sql, boot)).toEqual({ accepted: true, leave: true });
    await sweepDeadlines(ctx);
    expect((await bots.state(botId)).bot).toMatchObject({ status: "LEAVING" });
    await bots.clock.shift(FAST_TIMES.leaveByMs);
    await sweepDeadlines(ctx);
    expect(await bots.state(botId)).toMatchObject({
      bot: { status: "FATAL", status_code: "LEAVE_TIMEOUT" },
      deployments: [{ phase: "STOPPING" }],
      open: 0,
    });
    expect(await stopAttempts(ctx, "k8s")).toBe(1);
    expect(k8s.workloads.has(launchKey)).toBe(false);
    expect((await bots.state(botId)).deployments).toMatchObject([{ phase: "ENDED" }]);
  });
});

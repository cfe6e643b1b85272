import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { PostMortem } from "#server/api/services/platform/platform-service.ts";
import { attemptToken } from "#server/database/repositories/installation.ts";
import { reportEvents } from "#server/database/repositories/report-events.ts";
import { prepareClaimedBots } from "#server/testing/claimed-bots.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, type TestMilo, testPlan, useTestClock } from "#server/testing/milo-database.ts";
import { createTestContext, FAST_TIMES } from "#server/testing/test-dispatcher.ts";
import type { DispatcherContext } from "./context.ts";
import { stopAttempts } from "./stop-attempts.ts";
import { watchPlatform } from "./watch.ts";

const { heartbeatStaleMs, unreachablePatienceMs } = FAST_TIMES;

describe("watching bots that have claimed", () => {
  let milo: TestMilo;
  let bots: Awaited<ReturnType<typeof prepareClaimedBots>>;
  let ctx: DispatcherContext;
  let k8s: FakePlatform;
  let alarms: string[] = [];
  beforeAll(async () => {
    milo = await createTestMilo();
    bots = await prepareClaimedBots(milo, await useTestClock(milo.sql));
    k8s = createFakePlatform("k8s");
    const log = pino({ level: "error" }, { write: (line) => void alarms.push(JSON.parse(line).alarm) });
    ctx = (await createTestContext(milo.sql, testPlan({ k8s: 50 }), [k8s], { log })).context;
  });
  afterEach(async () => {
    alarms = [];
    k8s.workloads.clear();
    await bots.clear();
  });
  afterAll(() => milo[Symbol.asyncDispose]());

  async function running() {
    const bot = await bots.running();
    const workload = { identifier: `k8s/${bot.launchKey}`, launchKey: bot.launchKey, state: "running" as const };
    k8s.workloads.set(bot.launchKey, workload);
    return { ...bot, workload };
  }
  const watch = () => watchPlatform(ctx, "k8s");
  const stop = async () => {
    // An order is repeated only after a pause, during which it is leased.
    await milo.sql`UPDATE deployments SET lease_until = milo_now() - interval '1 hour' WHERE lease_until IS NOT NULL`;
    await stopAttempts(ctx, "k8s");
  };

  it("raises one alarm for a bot that vanished, waits, and then ends it without another; its slot comes back", async () => {
    const { botId, launchKey } = await running();
    k8s.workloads.delete(launchKey);
    await watch();
    expect(alarms, "one listing, and its bot spoke a moment ago").toEqual([]);
    await bots.clock.shift(heartbeatStaleMs);
    await watch();
    await watch();
    expect(alarms).toEqual(["bot_unreachable"]);
    expect(await bots.state(botId)).toMatchObject({ bot: { status: "IN_CALL" }, deployments: [{ phase: "RUNNING" }] });
    await bots.clock.shift(unreachablePatienceMs);
    await watch();
    expect(await bots.state(botId)).toMatchObject({
      bot: { status: "FATAL", status_code: "CONTAINER_LOST" },
      deployments: [{ phase: "STOPPING", outcome: "lost" }],
      open: 0,
    });
    await watch();
    expect((await bots.state(botId)).deployments).toMatchObject([{ phase: "ENDED" }]);
  });

  it("keeps the slot of a bot that has reported its end while its container may take its time to go, whatever lists show", async () => {
    const { botId, boot, launchKey } = await running();
    const events = [{ id: "done", at: new Date().toISOString(), code: "COMPLETED", status: "DONE" }] as const;
    expect(await reportEvents(milo.sql, { ...boot, events })).toMatchObject({ accepted: true });
    k8s.workloads.delete(launchKey);
    for (let look = 0; look < 3; look++) await watch();
    expect(await bots.state(botId)).toMatchObject({ bot: { status: "DONE" }, deployments: [{ phase: "STOPPING" }] });
    await bots.clock.shift(heartbeatStaleMs);
    await watch();
    expect((await bots.state(botId)).deployments).toMatchObject([{ phase: "ENDED" }]);
  });

  it("never ends a silent bot whose container is shown, however long", async () => {
    const { botId } = await running();
    await bots.clock.shift(heartbeatStaleMs + unreachablePatienceMs * 10);
    for (let look = 0; look < 4; look++) await watch();
    expect(alarms).toEqual(["bot_unreachable"]);
    expect(await bots.state(botId)).toMatchObject({ bot: { status: "IN_CALL" }, deployments: [{ phase: "RUNNING" }] });
  });

  it("takes the alarm back when its container is shown again and its bot speaks", async () => {
    const { botId, launchKey, workload, deploymentId } = await running();
    k8s.workloads.delete(launchKey);
    await bots.clock.shift(heartbeatStaleMs);
    for (let look = 0; look < 3; look++) await watch();
    k8s.workloads.set(launchKey, workload);
    await milo.sql`UPDATE heartbeats SET at = milo_now() WHERE deployment_id = ${deploymentId}`;
    await watch();
    await watch();
    const [row] = await milo.sql`SELECT unreachable_since, absent_listings FROM deployments WHERE id = ${deploymentId}`;
    expect(row).toEqual({ unreachable_since: null, absent_listings: 0 });
    expect((await bots.state(botId)).bot).toMatchObject({ status: "IN_CALL" });
  });

  it("takes the alarm back for a bot that speaks though no listing shows it, and waits anew when it falls silent again", async () => {
    const { botId, launchKey, deploymentId } = await running();
    k8s.workloads.delete(launchKey);
    await bots.clock.shift(heartbeatStaleMs);
    for (let look = 0; look < 3; look++) await watch();
    expect(alarms).toEqual(["bot_unreachable"]);
    await milo.sql`UPDATE heartbeats SET at = milo_now() - interval '1 ms' WHERE deployment_id = ${deploymentId}`;
    await watch();
    const [row] = await milo.sql`SELECT unreachable_since FROM deployments WHERE id = ${deploymentId}`;
    expect(row).toEqual({ unreachable_since: null });
    await bots.clock.shift(heartbeatStaleMs + unreachablePatienceMs);
    for (let look = 0; look < 3; look++) await watch();
    expect(alarms).toEqual(["bot_unreachable", "bot_unreachable"]);
    expect((await bots.state(botId)).bot).toMatchObject({ status: "IN_CALL" });
  });

  it("tells of a reclaim while it runs, and has another one wait for its end once it has left", async () => {
    const { botId, launchKey, workload, boot } = await running();
    k8s.workloads.set(launchKey, { ...workload, reclaim: { reason: "Spot wants it back" } });
    await watch();
    await watch();
    const told = await milo.sql`SELECT message FROM bot_events WHERE bot_id = ${botId} AND code = 'RECLAIM_NOTICED'`;
    expect(told).toEqual([{ message: "Spot wants it back" }]);
    const event = { id: "1", at: new Date().toISOString(), status: "LEAVING", code: "GOING" } as const;
    await reportEvents(milo.sql, { ...boot, events: [event] });
    expect(await bots.admitted(botId)).toBeUndefined();
    await stop();
    expect(await bots.admitted(botId)).toMatchObject({ attempt: 2 });
  });

  it("has a bot that docker restarted wait for the end of its container, where the policy lets it have another", async () => {
    const { botId, launchKey, workload } = await running();
    k8s.workloads.set(launchKey, { ...workload, restarted: { reason: "restarted" } });
    await watch();
    expect((await bots.state(botId)).bot, "it is still heard").toMatchObject({ status: "IN_CALL" });
    await bots.clock.shift(heartbeatStaleMs);
    await watchPlatform({ ...ctx, replacePolicy: "any" }, "k8s");
    expect(await bots.state(botId)).toMatchObject({
      bot: { status: "QUEUED" },
      deployments: [{ failure_class: "bot", holds_bot: true }],
    });
  });

  it("keeps what is left of it before it is removed, and again after a crash between the two, without its secrets [vexa#1110] [attendee#872]", async () => {
    const { deploymentId, launchKey } = await running();
    const token = attemptToken(ctx.installation, launchKey);
    const told: PostMortem[] = [
      { status: "Running", log: ["it begins", `token is ${token}`] },
      { status: "Failed", exitCode: 3 },
    ];
    const stopper = {
      ...k8s,
      async stop(...[ref, options]: Parameters<FakePlatform["stop"]>) {
        for (const postMortem of told) await options?.keep?.(postMortem);
        return k8s.stop(ref, options);
      },
    };
    const platforms = new Map([["k8s" as const, stopper]]);
    const failpoint = async (name: string) => {
      if (name === "stop:kept") throw new Error("the process dies here");
    };
    await milo.sql`UPDATE deployments SET phase = 'STOPPING', stopping_at = milo_now(), outcome = 'lost' WHERE id = ${deploymentId}`;
    await expect(stopAttempts({ ...ctx, platforms, failpoint }, "k8s")).rejects.toThrow("dies here");
    expect(k8s.workloads.has(launchKey)).toBe(true);
    await milo.sql`UPDATE deployments SET lease_until = milo_now() - interval '1 hour' WHERE id = ${deploymentId}`;
    await stopAttempts({ ...ctx, platforms }, "k8s");
    expect(k8s.workloads.has(launchKey)).toBe(false);
    const [row] = await milo.sql`SELECT phase, post_mortem FROM deployments WHERE id = ${deploymentId}`;
    expect(row).toEqual({
      phase: "ENDED",
      post_mortem: { status: "Failed", exitCode: 3, log: ["it begins", "token is (hidden)"] },
    });
  });
});

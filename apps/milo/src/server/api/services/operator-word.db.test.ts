import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createCaller } from "#server/api/root.ts";
import { createServices, type Services } from "#server/api/services/index.ts";
import { claimAttempt } from "#server/database/repositories/claim-attempt.ts";
import { recordHeartbeat } from "#server/database/repositories/record-heartbeat.ts";
import { reportEvents } from "#server/database/repositories/report-events.ts";
import { stopBot } from "#server/database/repositories/stop-bot.ts";
import { repositories as repo } from "#server/dispatcher/repositories.ts";
import { prepareClaimedBots } from "#server/testing/claimed-bots.ts";
import { createTestMilo, type TestMilo, testPlan, useTestClock } from "#server/testing/milo-database.ts";
import { DEFAULT_TIMES } from "../../../config/times.ts";

const STALE_MS = DEFAULT_TIMES.heartbeatStaleMs;
const REASON = "the node burnt down";

describe("an operator's word on a container that cannot be reached", () => {
  let milo: TestMilo;
  let services: Services;
  let bots: Awaited<ReturnType<typeof prepareClaimedBots>>;
  const api = () => createCaller({ services });
  beforeAll(async () => {
    milo = await createTestMilo();
    bots = await prepareClaimedBots(milo, await useTestClock(milo.sql));
    const log = pino({ level: "silent" });
    services = createServices({ sql: milo.sql, plan: testPlan({ k8s: 50 }), times: DEFAULT_TIMES, log });
  });
  afterEach(() => bots.clear());
  afterAll(async () => {
    await services.hybrid.close();
    await milo[Symbol.asyncDispose]();
  });
  /** In its call, and silent for so long that it may be dead. */
  async function silent() {
    const bot = await bots.running();
    await bots.clock.shift(STALE_MS);
    return bot;
  }
  const eventsOf = async (botId: number, code: string) =>
    milo.sql`SELECT message FROM bot_events WHERE bot_id = ${botId} AND code = ${code}`;

  it("frees the slot of a bot that is gone, and has it replaced as the platform's own word would", async () => {
    const { botId, deploymentId } = await silent();
    expect(await api().infrastructure.confirmGone({ deploymentId, reason: REASON })).toEqual({
      deploymentId,
      botId,
      replaced: true,
    });
    expect(await bots.state(botId)).toMatchObject({
      bot: { status: "QUEUED", replacements: 1 },
      deployments: [{ phase: "ENDED", outcome: "lost", failure_class: "lost" }],
      open: 1,
    });
    expect(await eventsOf(botId, "CONFIRMED_GONE")).toMatchObject([{ message: expect.stringContaining(REASON) }]);
    const audited = await milo.sql`SELECT message FROM platform_events WHERE code = 'CONFIRMED_GONE'`;
    expect(audited).toMatchObject([{ message: expect.stringMatching(new RegExp(`bot #${botId}.*${REASON}`)) }]);
  });

  it("frees the slot of one whose stop is not confirmed, and leaves its final bot as it is", async () => {
    const { botId, deploymentId, boot } = await bots.running();
    const event = { id: "1", at: new Date().toISOString(), status: "DONE", code: "DONE" } as const;
    await reportEvents(milo.sql, { ...boot, events: [event] });
    expect(await api().infrastructure.confirmGone({ deploymentId, reason: REASON })).toMatchObject({ replaced: false });
    expect(await bots.state(botId)).toMatchObject({
      bot: { status: "DONE" },
      deployments: [{ phase: "ENDED", outcome: "completed" }],
    });
    await expect(api().infrastructure.confirmGone({ deploymentId, reason: REASON })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("ended already"),
    });
  });

  it("is refused for what is alive, not claimed, or not there", async () => {
    const alive = await bots.running();
    const refused = { code: "CONFLICT", message: expect.stringMatching(/sign of life \d+ s ago/) };
    await expect(
      api().infrastructure.confirmGone({ deploymentId: alive.deploymentId, reason: REASON }),
    ).rejects.toMatchObject(refused);
    await expect(api().bots.replaceAnyway({ botId: alive.botId, reason: REASON })).rejects.toMatchObject(refused);
    const starting = await bots.admitted(await bots.enqueue());
    await expect(
      api().infrastructure.confirmGone({ deploymentId: starting?.deploymentId ?? 0, reason: REASON }),
    ).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("not claimed") });
    await expect(api().bots.replaceAnyway({ botId: starting?.botId ?? 0, reason: REASON })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    for (const call of [
      api().infrastructure.confirmGone({ deploymentId: 99_999, reason: REASON }),
      api().bots.replaceAnyway({ botId: 99_999, reason: REASON }),
    ]) {
      await expect(call).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    expect(await bots.state(alive.botId)).toMatchObject({
      bot: { status: "IN_CALL" },
      deployments: [{ phase: "RUNNING" }],
    });
  });

  it("hears a bot whose attempt is over already: its slot is not given away while it still speaks", async () => {
    const { deploymentId, boot, botId } = await silent();
    await repo.giveUpOnLeaving(milo.sql, deploymentId);
    expect(await recordHeartbeat(milo.sql, boot)).toEqual({ accepted: false, leave: true });
    await expect(api().infrastructure.confirmGone({ deploymentId, reason: REASON })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect((await bots.state(botId)).deployments).toMatchObject([{ phase: "STOPPING" }]);
  });

  it("replaces a bot on request at once, says plainly that two may be in the call, and keeps the old slot", async () => {
    const { botId, deploymentId, boot } = await silent();
    const answer = await api().bots.replaceAnyway({ botId, reason: REASON });
    expect(answer).toEqual({
      botId,
      deploymentId,
      warning: expect.stringMatching(/^Two containers .* may be in the call/),
    });
    const { bot } = await bots.state(botId);
    expect(bot?.status_reason).toMatch(/its last container may still be in the call/);
    expect(await eventsOf(botId, "REPLACED_ANYWAY")).toMatchObject([{ message: expect.stringContaining(REASON) }]);
    const next = await bots.claimed(botId);
    expect(await bots.state(botId)).toMatchObject({
      deployments: [
        { attempt: 1, phase: "STOPPING", outcome: "lost" },
        { attempt: 2, phase: "RUNNING" },
      ],
    });
    expect(await recordHeartbeat(milo.sql, boot), "the old one, should it come back").toEqual({
      accepted: false,
      leave: true,
    });
    const claim = await claimAttempt(milo.sql, { ...boot, maxDurationMs: 60_000 });
    expect(claim).toMatchObject({ accepted: false, code: "attempt_over" });
    expect(await recordHeartbeat(milo.sql, next.boot)).toEqual({ accepted: true, leave: false });
  });

  it("has a bot wait no longer for the end of a container that its platform has taken, once that is not heard", async () => {
    const { botId, boot } = await bots.running();
    const event = { id: "1", at: new Date().toISOString(), status: "LEAVING", code: "TERMINATED" } as const;
    await reportEvents(milo.sql, { ...boot, events: [event] });
    expect(await bots.admitted(botId)).toBeUndefined();
    await bots.clock.shift(STALE_MS);
    await recordHeartbeat(milo.sql, boot);
    const whileHeard = api().bots.replaceAnyway({ botId, reason: REASON });
    await expect(whileHeard).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/sign of life/),
    });
    expect(await bots.admitted(botId)).toBeUndefined();
    await bots.clock.shift(STALE_MS);
    await api().bots.replaceAnyway({ botId, reason: REASON });
    expect(await bots.admitted(botId)).toMatchObject({ attempt: 2 });
  });

  it("never brings back a bot whose stop was asked for, however the two race", async () => {
    for (let round = 0; round < 20; round++) {
      const { botId } = await silent();
      const replaced = api().bots.replaceAnyway({ botId, reason: REASON });
      await Promise.all([stopBot(milo.sql, botId, 60_000), replaced.catch(() => undefined)]);
      const { bot, open } = await bots.state(botId);
      expect(["LEAVING", "CANCELLED"], `round ${round}`).toContain(bot?.status);
      expect(open).toBe(0);
    }
  });

  it("counts once when two operators and the watch say the same at the same moment", async () => {
    for (let round = 0; round < 15; round++) {
      const { botId, deploymentId } = await silent();
      const end = { deploymentId, listedAtMs: Date.now() + 1e9, reason: "gone", exitCode: null, infrastructure: true };
      const words = await Promise.allSettled([
        api().infrastructure.confirmGone({ deploymentId, reason: REASON }),
        api().infrastructure.confirmGone({ deploymentId, reason: REASON }),
        api().bots.replaceAnyway({ botId, reason: REASON }),
        repo.endObserved(milo.sql, end, { random: 0, policy: "infrastructure" }),
      ]);
      for (const word of words) if (word.status === "rejected") expect(word.reason).toMatchObject({ code: "CONFLICT" });
      expect(await bots.state(botId)).toMatchObject({ bot: { status: "QUEUED", replacements: 1 }, open: 1 });
      await stopBot(milo.sql, botId, 60_000);
    }
  });

  it("is not taken without a reason", async () => {
    await expect(api().infrastructure.confirmGone({ deploymentId: 1, reason: " " })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
    await expect(api().bots.replaceAnyway({ botId: 1 } as never)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});

import { MAX_REPLACEMENTS, type ReplacePolicy } from "@milo/placement";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Queryable } from "#server/database/client.ts";
import { cancelWaiting } from "#server/database/repositories/cancel-waiting.ts";
import { recordHeartbeat } from "#server/database/repositories/record-heartbeat.ts";
import { reportEvents } from "#server/database/repositories/report-events.ts";
import { stopBot } from "#server/database/repositories/stop-bot.ts";
import { repositories as repo } from "#server/dispatcher/repositories.ts";
import { prepareClaimedBots } from "#server/testing/claimed-bots.ts";
import { createTestMilo, type TestMilo, useTestClock } from "#server/testing/milo-database.ts";

const BY = { random: 0, policy: "infrastructure" as ReplacePolicy };

describe("bots whose container is lost", () => {
  let milo: TestMilo;
  let bots: Awaited<ReturnType<typeof prepareClaimedBots>>;
  beforeAll(async () => {
    milo = await createTestMilo();
    bots = await prepareClaimedBots(milo, await useTestClock(milo.sql));
  });
  afterEach(() => bots.clear());
  afterAll(() => milo[Symbol.asyncDispose]());

  const lose = (deploymentId: number, change: object = {}, by = BY) =>
    repo.endObserved(
      milo.sql,
      {
        deploymentId,
        listedAtMs: Date.now() + 1e9,
        reason: "NodeShutdown",
        exitCode: null,
        infrastructure: true,
        ...change,
      },
      by,
    );
  const leaving = (code: string) => ({ id: code, at: new Date().toISOString(), status: "LEAVING" as const, code });

  it("waits again at its old place with a fresh deadline, and its next attempt is n+1; the old one keeps its slot", async () => {
    const { botId, deploymentId } = await bots.running();
    await bots.clock.shift(900_000);
    await lose(deploymentId);
    const lost = await bots.state(botId);
    expect(lost.bot).toMatchObject({ status: "QUEUED", status_code: "REPLACED", replacements: 1 });
    expect(lost.deployments).toEqual([
      { attempt: 1, phase: "STOPPING", outcome: "lost", failure_class: "lost", holds_bot: false },
    ]);
    const [first, second] = lost.entries;
    expect(first).toMatchObject({ status: "DISPATCHED" });
    expect(second).toMatchObject({ status: "WAITING", last_failure: expect.stringContaining("NodeShutdown") });
    expect(second?.queued_at).toEqual(first?.queued_at);
    expect(second?.timeout_at.getTime()).toBeGreaterThan(first?.timeout_at.getTime());
    expect(await bots.admitted(botId)).toMatchObject({ attempt: 2 });
    expect((await bots.state(botId)).deployments.map((d) => d.phase)).toEqual(["STOPPING", "RESERVED"]);
  });

  it("does not outstay the container that it replaces, in the queue or in the call", async () => {
    const { botId, deploymentId } = await bots.running();
    await bots.clock.shift(bots.maxDurationMs - 120_000);
    await lose(deploymentId);
    const [, entry] = (await bots.state(botId)).entries;
    const [{ ends } = { ends: null }] =
      await milo.sql`SELECT run_until AS ends FROM deployments WHERE id = ${deploymentId}`;
    expect(entry?.timeout_at).toEqual(ends);
    const next = await bots.claimed(botId);
    const [row] = await milo.sql`SELECT run_until FROM deployments WHERE id = ${next.deploymentId}`;
    expect(row?.run_until).toEqual(ends);
    expect(next.claim).toMatchObject({ accepted: true });
    if (next.claim?.accepted) expect(next.claim.configuration.maxDurationMs).toBeLessThanOrEqual(120_000);
    await bots.clock.shift(120_000);
    await lose(next.deploymentId);
    expect((await bots.state(botId)).bot).toMatchObject({
      status: "FATAL",
      status_reason: expect.stringContaining("its time is over"),
    });
  });

  it.each([
    ["its own fault", { infrastructure: false, exitCode: 1 }, "CONTAINER_ENDED"],
    ["infrastructure, where the policy is none", { policy: "none" }, "CONTAINER_LOST"],
  ])("is final when it was lost in its call by %s", async (_, given, code) => {
    const { policy, ...change } = { policy: "infrastructure", ...given };
    const { botId, deploymentId } = await bots.running();
    await lose(deploymentId, change, { ...BY, policy: policy as ReplacePolicy });
    expect(await bots.state(botId)).toMatchObject({ bot: { status: "FATAL", status_code: code }, open: 0 });
  });

  it("is replaced so often and no more", async () => {
    const botId = await bots.enqueue();
    for (let n = 1; n <= MAX_REPLACEMENTS + 1; n++) {
      const { deploymentId } = await bots.claimed(botId);
      await lose(deploymentId);
      await repo.confirmGone(milo.sql, deploymentId);
      expect((await bots.state(botId)).bot?.status).toBe(n <= MAX_REPLACEMENTS ? "QUEUED" : "FATAL");
    }
  });

  it("is never replaced by its absence alone: an alarm first, then final, and its slot comes back", async () => {
    const { botId, deploymentId } = await bots.running();
    const seen = { deploymentId, listedAtMs: Date.now() + 1e9, reason: "not listed" };
    expect(await repo.noteUnreachable(milo.sql, seen)).toBe(true);
    expect(await repo.noteUnreachable(milo.sql, seen)).toBe(false);
    expect(await bots.state(botId)).toMatchObject({ bot: { status: "IN_CALL" }, deployments: [{ phase: "RUNNING" }] });
    await repo.endUnreachable(milo.sql, seen);
    expect(await bots.state(botId)).toMatchObject({
      bot: { status: "FATAL", status_code: "CONTAINER_LOST", status_reason: expect.stringContaining("nothing proves") },
      deployments: [{ phase: "STOPPING" }],
      open: 0,
    });
  });

  it("keeps an alarm from a bot that has spoken since the platform was asked, and takes it back for one that speaks", async () => {
    const { botId, deploymentId } = await bots.running();
    const stale = { deploymentId, listedAtMs: 0, reason: "not listed" };
    expect(await repo.noteUnreachable(milo.sql, stale)).toBe(false);
    await repo.endUnreachable(milo.sql, stale);
    await lose(deploymentId, { listedAtMs: 0 });
    expect((await bots.state(botId)).bot?.status).toBe("IN_CALL");
    await repo.noteUnreachable(milo.sql, { ...stale, listedAtMs: Date.now() + 1e9 });
    await repo.noteReachable(milo.sql, deploymentId);
    const events =
      await milo.sql`SELECT code FROM bot_events WHERE bot_id = ${botId} AND code LIKE '%REACHABLE' ORDER BY id`;
    expect(events.map((event) => event.code)).toEqual(["UNREACHABLE", "REACHABLE"]);
  });

  it.each([
    ["a reclaim", (id: number) => repo.noteReclaim(milo.sql, id, "a notice")],
    ["a sign of life", (id: number) => repo.noteReachable(milo.sql, id)],
  ])(
    "has %s noted without holding its attempt before its bot: whoever has locked the bot gets the attempt",
    async (_, note) => {
      const { botId, deploymentId } = await bots.running();
      await milo.sql`UPDATE deployments SET unreachable_since = milo_now() WHERE id = ${deploymentId}`;
      let noted: Promise<unknown> = Promise.resolve();
      await milo.sql.begin(async (tx) => {
        await tx`SELECT 1 FROM bots WHERE id = ${botId} FOR UPDATE`;
        noted = note(deploymentId);
        await expect.poll(() => isAnybodyWaiting(tx), { interval: 5 }).toBe(true);
        await tx`SELECT 1 FROM deployments WHERE id = ${deploymentId} FOR UPDATE NOWAIT`;
      });
      await noted;
    },
  );
  const isAnybodyWaiting = async (sql: Queryable) =>
    (await sql`SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')`).length > 0;

  it("is not done when its platform ended it: it waits again, but is offered to none before its container is gone", async () => {
    const { botId, deploymentId, boot } = await bots.running();
    const events = [leaving("TERMINATED"), { ...leaving("BYE"), status: "DONE" as const }];
    const reply = await reportEvents(milo.sql, { ...boot, events });
    expect(reply).toEqual({ accepted: true, leave: true, status: "QUEUED" });
    expect(await bots.state(botId)).toMatchObject({
      bot: { status: "QUEUED" },
      deployments: [{ phase: "STOPPING", outcome: "lost", holds_bot: true }],
    });
    expect(await recordHeartbeat(milo.sql, boot)).toEqual({ accepted: false, leave: true });
    expect(await bots.admitted(botId)).toBeUndefined();
    await repo.confirmGone(milo.sql, deploymentId);
    expect(await bots.admitted(botId)).toMatchObject({ attempt: 2 });
  });

  it("is taken for reclaimed when its platform has said so, whatever word it leaves with", async () => {
    const { botId, deploymentId, boot } = await bots.running();
    await repo.noteReclaim(milo.sql, deploymentId, "Your Spot Task was interrupted.");
    await reportEvents(milo.sql, { ...boot, events: [leaving("SHUTTING_DOWN")] });
    expect((await bots.state(botId)).bot?.status).toBe("QUEUED");
  });

  it("leaves as it says when milo told it to, when its platform withdrew, or when it would not be replaced", async () => {
    const told = await bots.running();
    await stopBot(milo.sql, told.botId, 60_000);
    await reportEvents(milo.sql, { ...told.boot, events: [leaving("TERMINATED")] });
    const withdrawn = await bots.running();
    await repo.noteReclaim(milo.sql, withdrawn.deploymentId, "a notice");
    await repo.noteReclaim(milo.sql, withdrawn.deploymentId, null);
    await reportEvents(milo.sql, { ...withdrawn.boot, events: [leaving("HOST_ENDED")] });
    const unwanted = await bots.running();
    await reportEvents(milo.sql, { ...unwanted.boot, events: [leaving("TERMINATED")] }, "none");
    for (const { botId } of [told, withdrawn, unwanted]) {
      expect(await bots.state(botId)).toMatchObject({
        bot: { status: "LEAVING" },
        deployments: [{ phase: "RUNNING" }],
        open: 0,
      });
    }
  });

  it("calls what was being taken away lost, though its exit code looks like its own fault", async () => {
    const { botId, deploymentId } = await bots.running();
    await repo.noteReclaim(milo.sql, deploymentId, "a notice");
    await lose(deploymentId, { infrastructure: false, exitCode: 143, reason: "Essential container exited" });
    expect(await bots.state(botId)).toMatchObject({
      bot: { status: "QUEUED" },
      deployments: [{ failure_class: "lost" }],
    });
  });

  it("is never replaced once its stop was asked for, whichever of the two comes first", async () => {
    for (let round = 0; round < 25; round++) {
      const { botId, deploymentId } = await bots.running();
      const [stopped] = await Promise.all([stopBot(milo.sql, botId, 60_000), lose(deploymentId)]);
      const { bot, open, deployments } = await bots.state(botId);
      expect(open, `round ${round}: ${stopped}, ${bot?.status}`).toBe(0);
      expect(["CANCELLED", "DONE"]).toContain(bot?.status);
      expect(deployments).toMatchObject([{ phase: "STOPPING" }]);
      expect(await bots.admitted(botId)).toBeUndefined();
    }
  });

  it("leaves no entry behind when it is cancelled at the moment at which it is put back into the queue", async () => {
    for (let round = 0; round < 25; round++) {
      const { botId, deploymentId } = await bots.running();
      await Promise.all([cancelWaiting(milo.sql, { botId }), lose(deploymentId)]);
      const { bot, open } = await bots.state(botId);
      expect(open, `round ${round}: ${bot?.status}`).toBe(bot?.status === "CANCELLED" ? 0 : 1);
      await stopBot(milo.sql, botId, 60_000);
    }
  });

  it("is replaced once when two watchers see its end, and its last words come at the same moment", async () => {
    for (let round = 0; round < 15; round++) {
      const { botId, deploymentId, boot } = await bots.running();
      await Promise.all([
        lose(deploymentId),
        lose(deploymentId),
        reportEvents(milo.sql, { ...boot, events: [leaving("TERMINATED")] }),
        recordHeartbeat(milo.sql, boot),
      ]);
      expect(await bots.state(botId)).toMatchObject({ bot: { status: "QUEUED", replacements: 1 }, open: 1 });
      await stopBot(milo.sql, botId, 60_000);
    }
  });

  it("either is replaced or has made its final report, when the two race", async () => {
    for (let round = 0; round < 15; round++) {
      const { botId, deploymentId, boot } = await bots.running();
      const done = { ...leaving("BYE"), status: "DONE" as const };
      const [reply] = await Promise.all([reportEvents(milo.sql, { ...boot, events: [done] }), lose(deploymentId)]);
      const { bot, open } = await bots.state(botId);
      expect([bot?.status, open]).toEqual(reply.accepted ? ["DONE", 0] : ["QUEUED", 1]);
      await stopBot(milo.sql, botId, 60_000);
    }
  });
});

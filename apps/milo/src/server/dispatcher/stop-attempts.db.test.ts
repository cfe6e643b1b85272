import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StopOutcome } from "#server/api/services/platform/platform-service.ts";
import { handOver, takeStopping } from "#server/database/repositories/leases.ts";
import { createWatchedWorld, type RunningBot } from "./watched.testkit.ts";

const MINUTE_MS = 60_000;

describe("a stop that does not take", () => {
  let world: Awaited<ReturnType<typeof createWatchedWorld>>;
  let bot: RunningBot;
  let answer: StopOutcome;
  beforeEach(async () => {
    world = await createWatchedWorld();
    bot = await world.run();
    answer = { kind: "failed", reason: "HTTP 500" };
    const { stop } = world.cluster.service;
    world.cluster.service.stop = async (...order) => (answer.kind === "gone" ? stop(...order) : answer);
    await world.milo.sql`
      UPDATE deployments SET phase = 'STOPPING', fence = fence + 1, stopping_at = milo_now() WHERE id = ${bot.deploymentId}`;
  });
  afterEach(() => world.milo[Symbol.asyncDispose]());

  async function stopFor(minutes: number) {
    for (let minute = 0; minute < minutes; minute++) {
      await world.clock.shift(MINUTE_MS);
      await world.stop();
    }
  }
  const told = () => world.milo.sql<{ message: string }[]>`
    SELECT message FROM bot_events WHERE code = 'STOP_OVERDUE' AND bot_id = ${bot.botId}`;

  it("is an alarm after six minutes, raised once and told in the stories of bot and platform", async () => {
    await stopFor(5);
    expect(world.alarms).toEqual([]);
    await stopFor(20);
    expect(world.alarms).toEqual(["stop_overdue"]);
    expect(await told()).toMatchObject([{ message: expect.stringContaining("told to stop 6 min ago") }]);
    expect((await told())[0]?.message).toContain("HTTP 500");
    expect((await world.events()).filter((code) => code === "STOP_OVERDUE")).toHaveLength(1);
    expect(await world.phaseOf(bot)).toMatch(/^STOPPING/);
  });

  it("is told of without holding its attempt before its bot: whoever has locked the bot gets the attempt", async () => {
    await stopFor(5);
    await world.clock.shift(MINUTE_MS);
    let stopped: Promise<unknown> = Promise.resolve();
    await world.milo.sql.begin(async (tx) => {
      await tx`SELECT 1 FROM bots WHERE id = ${bot.botId} FOR UPDATE`;
      stopped = world.stop();
      const waiting = () => tx`SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')`;
      await expect.poll(async () => (await waiting()).length, { interval: 5 }).toBeGreaterThan(0);
      await tx`SELECT 1 FROM deployments WHERE id = ${bot.deploymentId} FOR UPDATE NOWAIT`;
    });
    await stopped;
    expect(await told()).toHaveLength(1);
  });

  it("is another dispatcher's at once when the one that ordered it ends, unless a late launch may yet be on its way", async () => {
    const { sql } = world.milo;
    const take = async (dispatcherId: string) => {
      const request = { dispatcherId, leaseMs: 3_000, platforms: ["k8s"] as const, graceMs: 0, most: 20 };
      return (await takeStopping(sql, request)).length;
    };
    expect([await take("one"), await take("two")]).toEqual([1, 0]);
    await handOver(sql, "one");
    expect(await take("two")).toBe(1);
    await sql`UPDATE deployments SET platform_identifier = NULL`;
    await handOver(sql, "two");
    expect(await take("three")).toBe(0);
  });

  it("keeps no other from its turn: who was never ordered comes first, then whose last order is longest ago", async () => {
    const { sql } = world.milo;
    const other = await world.run();
    await sql`UPDATE deployments SET phase = 'STOPPING', stopping_at = milo_now() + interval '1 second'
      WHERE id = ${other.deploymentId}`;
    const taken: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const request = { dispatcherId: "one", leaseMs: 3_000, platforms: ["k8s"] as const, graceMs: 0, most: 1 };
      taken.push(...(await takeStopping(sql, request)).map(({ deploymentId }) => deploymentId));
      await world.clock.shift(4_000);
    }
    expect(taken).toEqual([bot, other, bot, other].map(({ deploymentId }) => deploymentId));
  });

  it("holds its slot and is ordered again until it has taken", async () => {
    answer = { kind: "stopping" };
    await stopFor(10);
    answer = { kind: "gone" };
    await stopFor(1);
    expect(await world.phaseOf(bot)).toMatch(/^ENDED/);
    expect(world.alarms).toEqual(["stop_overdue"]);
  });
});

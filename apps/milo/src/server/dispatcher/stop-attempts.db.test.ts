import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StopOutcome } from "#server/api/services/platform/platform-service.ts";
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

  it("holds its slot and is ordered again until it has taken", async () => {
    answer = { kind: "stopping" };
    await stopFor(10);
    answer = { kind: "gone" };
    await stopFor(1);
    expect(await world.phaseOf(bot)).toMatch(/^ENDED/);
    expect(world.alarms).toEqual(["stop_overdue"]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stampWeb } from "#server/database/repositories/outage.ts";
import { enqueue } from "#server/testing/milo-database.ts";
import { runPass } from "./pass.ts";
import { createWatchedWorld, type RunningBot, type WatchedWorld } from "./watched.testkit.ts";

const STEP_MS = 5_000;
const MINUTE_MS = 60_000;

/*
 * What is feared: an outage of milo's own that looks like the death of its bots. Every turn of a dispatcher is made
 * again and again while time passes in steps of one stamp; web and bots say what they can.
 */
describe("while milo itself cannot hear its bots", () => {
  let world: WatchedWorld;
  beforeAll(async () => {
    world = await createWatchedWorld(8);
  });
  afterAll(() => world.milo[Symbol.asyncDispose]());
  beforeEach(async () => {
    await world.reset();
    await world.milo.sql`UPDATE platforms SET breaker_state = 'closed', breaker_failures = 0, breaker_openings = 0`;
  });

  const turn = async () => {
    await world.first.repositories.lookAhead(world.milo.sql);
    await world.sweep();
    await world.look();
    await world.stop();
    await runPass(world.first);
  };
  const pass = async (ms: number, { isUp, alive = [] }: { isUp: boolean; alive?: readonly RunningBot[] }) => {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await world.clock.shift(Math.min(STEP_MS, left));
      if (isUp) {
        await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
        await world.beat(alive);
      }
      await turn();
    }
  };
  const attempts = async () => {
    const rows = await world.milo.sql<{ phase: string; failureClass: string | null; n: number }[]>`
      SELECT phase, failure_class AS "failureClass", count(*)::int AS n FROM deployments GROUP BY 1, 2 ORDER BY 1`;
    return rows.map(({ phase, failureClass, n }) => `${n} ${phase}${failureClass === null ? "" : ` ${failureClass}`}`);
  };
  const breaker = async () => {
    const [row] = await world.milo.sql`
      SELECT breaker_state AS state, breaker_failures AS failures FROM platforms WHERE platform = 'k8s'`;
    return row;
  };
  const load = async () => {
    const running: RunningBot[] = [];
    for (let made = 0; made < 5; made++) running.push(await world.run());
    const starting = [await world.start(), await world.start()];
    return { running, starting };
  };

  it("fails nothing over for 3 minutes, opens no breaker, and goes on as if it had not been [vexa#530]", async () => {
    await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
    const { running, starting } = await load();
    await pass(2 * MINUTE_MS + 30_000, { isUp: true, alive: running });
    await enqueue(world.milo.sql, world.plan);
    await pass(3 * MINUTE_MS, { isUp: false });
    expect(await attempts()).toEqual(["1 RESERVED", "5 RUNNING", "2 STARTING"]);
    await pass(20_000, { isUp: true });
    expect(await attempts(), "none has spoken yet").toEqual(["1 RESERVED", "5 RUNNING", "2 STARTING"]);
    for (const bot of starting) expect(await world.claim(bot)).toMatchObject({ accepted: true });
    const all = [...running, ...starting];
    await pass(2 * MINUTE_MS, { isUp: true, alive: all });
    expect(new Set(await Promise.all(all.map(world.phaseOf)))).toEqual(new Set(["RUNNING DEPLOYING"]));
    expect(await breaker()).toEqual({ state: "closed", failures: 0 });
    expect(await world.milo.sql`SELECT 1 FROM bot_events WHERE code = 'ATTEMPT_FAILED'`).toHaveLength(0);
    expect(world.cluster.stops).toEqual([]);
  });

  it("takes no absence for an end, though the listings are clean and the bots long silent", async () => {
    await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
    const { running } = await load();
    world.cluster.workloads.delete(running[0]?.identifier ?? "");
    await pass(MINUTE_MS, { isUp: true, alive: running });
    await pass(10 * MINUTE_MS, { isUp: false });
    expect(await attempts()).toEqual(["5 RUNNING", "2 STARTING"]);
  });

  it("finds a bot that really died, after as much silence as ever without the outage", async () => {
    await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
    const [dead, ...alive] = (await load()).running;
    if (dead === undefined) throw new Error("unreachable");
    await pass(MINUTE_MS, { isUp: true, alive: [dead, ...alive] });
    world.cluster.workloads.delete(dead.identifier);
    await pass(MINUTE_MS, { isUp: true, alive });
    await pass(3 * MINUTE_MS, { isUp: false });
    await pass(70_000, { isUp: true, alive });
    expect(world.alarms, "60 s before, 50 s after").toEqual([]);
    await pass(20_000, { isUp: true, alive });
    expect(world.alarms).toEqual(["bot_unreachable"]);
    await pass(3 * MINUTE_MS, { isUp: false });
    await pass(4 * MINUTE_MS, { isUp: true, alive });
    expect(await world.phaseOf(dead), "the patience with it stands still as well").toBe("RUNNING DEPLOYING");
    await pass(90_000, { isUp: true, alive });
    expect(await world.phaseOf(dead)).toMatch(/FATAL$/);
    expect(new Set(await Promise.all(alive.map(world.phaseOf)))).toEqual(new Set(["RUNNING DEPLOYING"]));
  });

  it("gives up an attempt that nobody claims, after as much time to claim as ever", async () => {
    await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
    const bot = await world.start();
    await pass(2 * MINUTE_MS, { isUp: true });
    await pass(10 * MINUTE_MS, { isUp: false });
    await pass(70_000, { isUp: true });
    expect(await world.phaseOf(bot), "120 s before, 50 s after").toBe("STARTING DEPLOYING");
    await pass(20_000, { isUp: true });
    expect(await attempts()).toContain("1 ENDED unknown");
  });

  it("does not look again without a pause for a deadline that stands still", async () => {
    await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
    await world.start();
    await world.clock.shift(4 * MINUTE_MS);
    expect(await world.first.repositories.lookAhead(world.milo.sql)).toMatchObject({
      attemptsDue: false,
      nextDeadlineMs: null,
    });
  });

  it("judges nothing by the time between the last stamp and now: an outage may have begun with it", async () => {
    await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
    const bot = await world.start();
    await pass(3 * MINUTE_MS - 10_000, { isUp: true });
    await world.clock.shift(14_000);
    await turn();
    expect(await world.phaseOf(bot), "its time is over, and nobody knows whether it could be heard").toBe(
      "STARTING DEPLOYING",
    );
    await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
    await turn();
    expect(await attempts()).toContain("1 ENDED unknown");
  });

  it("believes the claim and not the sweep when the web comes back between the sweep's look and its act", async () => {
    await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
    const bot = await world.start();
    await pass(3 * MINUTE_MS - 5_000, { isUp: true });
    await world.clock.shift(STEP_MS + 1_000);
    await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
    world.first.failpoint = async (name) => {
      if (name === "sweep:due") expect(await world.claim(bot)).toMatchObject({ accepted: true });
    };
    await world.sweep();
    world.first.failpoint = async () => {};
    expect(await world.phaseOf(bot)).toBe("RUNNING DEPLOYING");
    expect(await breaker()).toEqual({ state: "closed", failures: 0 });
  });

  it("survives that the whole machine slept: the dispatcher wakes first and finds everybody silent", async () => {
    await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
    const { running, starting } = await load();
    await world.clock.shift(8 * 60 * MINUTE_MS);
    world.cluster.workloads.delete(running[0]?.identifier ?? "");
    await world.look();
    await world.look();
    await world.milo.sql`UPDATE deployments SET run_until = NULL`;
    await world.sweep();
    expect(await attempts()).toEqual(["5 RUNNING", "2 STARTING"]);
    await stampWeb(world.milo.sql, { id: "web-1", everyMs: STEP_MS });
    await world.sweep();
    await world.look();
    expect(await attempts()).toEqual(["5 RUNNING", "2 STARTING"]);
    expect(await world.claim(starting[0] as RunningBot)).toMatchObject({ accepted: true });
  });
});

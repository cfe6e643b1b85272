import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { createTestContext, FAST_TIMES, startTestDispatcher } from "#server/testing/test-dispatcher.ts";
import { createPresence } from "./presence.ts";
import type { Place } from "./share-polling.ts";

const plan = testPlan({ k8s: 100 });
/** Presence is told every ten seconds. */
const times = { ...FAST_TIMES, dispatcherLeaseMs: 30_000 };
const HEARING = 2;
/** What a start or a launch sets off is over. */
const SETTLED_MS = 1_500;

/*
 * What is feared of replicas that leave work to the first few: that those freeze or die, and nobody does it.
 */
describe("many replicas", () => {
  let milo: TestMilo;
  let k8s: FakePlatform;
  beforeEach(async () => {
    milo = await createTestMilo();
    k8s = createFakePlatform("k8s");
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  /** Others that were started before, live by what they said last, and do nothing. */
  const freeze = async (count: number) => {
    for (let n = 0; n < count; n++) {
      await enforcePlan(milo.sql, plan, `frozen-${n}`);
      await milo.sql`UPDATE dispatchers SET started_at = milo_now() - interval '1 hour' WHERE id = ${`frozen-${n}`}`;
    }
  };
  const start = (overrides = {}) => startTestDispatcher(milo.sql, plan, [k8s], { times, ...overrides });
  const listening = async () => {
    const [row] = await milo.sql<{ n: number }[]>`
      SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'listen "milo_queue"%'`;
    return row?.n ?? 0;
  };
  const enqueueUnheard = async () => {
    const before = k8s.creates.length;
    await enqueue(milo.sql, plan);
    return async () => expect.poll(() => k8s.creates.length, { timeout: 5_000 }).toBeGreaterThan(before);
  };

  it("are heard of by two alone, so that a notice takes no time from the others, and place by polls for all", async () => {
    await using _first = await start();
    await using _second = await start();
    await using _third = await start();
    await delay(SETTLED_MS);
    await expect.poll(listening, { timeout: 5_000 }).toBe(HEARING);
    const placed = await enqueueUnheard();
    await placed();
  });

  it("place within a poll what no notice told of while all that hear are frozen", async () => {
    await freeze(HEARING);
    await using _left = await start();
    for (let n = 0; n < 2; n++) {
      // The end of its own launch wakes it, too.
      await delay(SETTLED_MS);
      const placed = await enqueueUnheard();
      await placed();
    }
    expect(await listening()).toBe(0);
  });

  it("end a bot at its deadline within a poll while all that keep deadlines to the moment are frozen", async () => {
    await freeze(HEARING);
    const short = testPlan({ k8s: 0 }, { queueTimeoutMs: 300, globalQueueTimeoutMs: 600 });
    await enforcePlan(milo.sql, short, "limit");
    await using _left = await start();
    const botId = await enqueue(milo.sql, short);
    const status = async () => {
      const [row] = await milo.sql<{ status: string }[]>`SELECT status FROM bots WHERE id = ${botId}`;
      return row?.status;
    };
    await expect.poll(status, { timeout: 600 + 2 * times.pollMaxMs + 1_000 }).toBe("FATAL");
  });

  it("place without a delay under load while the first is frozen", async () => {
    await freeze(1);
    const seldom = { ...times, pollMinMs: 20_000, pollMaxMs: 20_000 };
    await using _second = await start({ times: seldom });
    await expect.poll(listening, { timeout: 5_000 }).toBe(1);
    for (let n = 0; n < 5; n++) {
      const before = k8s.creates.length;
      await enqueue(milo.sql, plan);
      await milo.sql`SELECT pg_notify('milo_queue', '')`;
      await expect.poll(() => k8s.creates.length, { timeout: 5_000 }).toBeGreaterThan(before);
    }
  });

  it("stand in the order in which they were started, and move up when one before them is silent for a lease", async () => {
    await freeze(HEARING);
    const places: (Place & { movedUp: boolean })[] = [];
    const { context } = await createTestContext(milo.sql, plan, [], { times });
    await enforcePlan(milo.sql, plan, context.dispatcherId);
    await enforcePlan(milo.sql, plan, "aaa-younger");
    const presence = createPresence(context, (place, movedUp) => places.push({ ...place, movedUp }));
    expect(presence.place()).toEqual({ rank: 0, liveCount: 1 });
    await presence.turn();
    await milo.sql`UPDATE dispatchers SET heartbeat_at = milo_now() - interval '31 seconds' WHERE id = 'frozen-1'`;
    await presence.turn();
    // One that was itself frozen is none of the dead to itself.
    await milo.sql`UPDATE dispatchers SET heartbeat_at = milo_now() - interval '31 seconds'`;
    await presence.turn();
    expect(places).toEqual([
      { rank: 2, liveCount: 4, movedUp: false },
      { rank: 1, liveCount: 3, movedUp: true },
      { rank: 0, liveCount: 1, movedUp: false },
    ]);
  });

  it("count no dead one as live for longer than a lease after the database's clock was set back", async () => {
    await freeze(HEARING);
    const { context } = await createTestContext(milo.sql, plan, [], { times });
    await enforcePlan(milo.sql, plan, context.dispatcherId);
    const presence = createPresence(context);
    await milo.sql`UPDATE dispatchers SET heartbeat_at = milo_now() + interval '1 hour'`;
    await presence.turn();
    expect(presence.place().rank).toBe(HEARING);
    await milo.sql`UPDATE dispatchers SET heartbeat_at = heartbeat_at - interval '31 seconds'`;
    await presence.turn();
    expect(presence.place()).toEqual({ rank: 0, liveCount: 1 });
  });

  it("end the long rests they have begun when they move up to those that hear", async () => {
    await freeze(30);
    const seldom = { ...times, pollMinMs: 3_000, pollMaxMs: 3_000, dispatcherLeaseMs: 12_000 };
    await using _left = await start({ times: seldom });
    // It has heard where it stands, and rests for 28 times as long as alone.
    await delay(5_000);
    await milo.sql`DELETE FROM dispatchers WHERE id LIKE 'frozen-%'`;
    const before = k8s.creates.length;
    await enqueue(milo.sql, plan);
    await expect.poll(() => k8s.creates.length, { timeout: 12_000 }).toBeGreaterThan(before);
  });

  it("leave it to the first few to reckon again what the plans add up to, until one comes or goes", async () => {
    await freeze(HEARING);
    let nowMs = 0;
    const { context } = await createTestContext(milo.sql, plan, [], { times, monotonicMs: () => nowMs });
    await enforcePlan(milo.sql, plan, context.dispatcherId);
    const presence = createPresence(context);
    await presence.turn();
    const limit = async () => {
      const [row] = await milo.sql<
        { limit: number }[]
      >`SELECT bot_limit AS limit FROM platforms WHERE platform = 'k8s'`;
      return row?.limit;
    };
    await milo.sql`UPDATE platforms SET bot_limit = 7 WHERE platform = 'k8s'`;
    nowMs += 40_000;
    await presence.turn();
    expect(await limit()).toBe(7);
    await milo.sql`DELETE FROM dispatchers WHERE id = 'frozen-0'`;
    await presence.turn();
    expect(await limit()).toBe(100);
    await milo.sql`UPDATE platforms SET bot_limit = 7 WHERE platform = 'k8s'`;
    nowMs += 40_000;
    await presence.turn();
    expect(await limit()).toBe(100);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { createTestContext } from "#server/testing/test-dispatcher.ts";
import type { DispatcherContext } from "./context.ts";
import { takeHealthTurn } from "./health.ts";
import { runPass } from "./pass.ts";
import { createPresence } from "./presence.ts";
import { createPlatformWatch } from "./watch-loop.ts";

const plan = testPlan({ k8s: 1 });

/** A platform that counts how often it is asked how it is. */
function createAskedPlatform() {
  let times = 0;
  const checkHealth = async () => {
    times++;
    return { healthy: true, reason: "answers" };
  };
  return { k8s: { ...createFakePlatform("k8s"), checkHealth }, asked: () => times };
}

describe("replicas with nothing to do", () => {
  let milo: TestMilo;
  beforeEach(async () => {
    milo = await createTestMilo();
    await enforcePlan(milo.sql, plan);
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  it("ask a platform how it is once in an interval, all together, and again when it is over", async () => {
    const { k8s, asked } = createAskedPlatform();
    const replicas = await Promise.all(Array.from({ length: 3 }, () => createTestContext(milo.sql, plan, [k8s])));
    for (const { context } of replicas) expect(await takeHealthTurn(withInterval(context), "k8s")).toBeGreaterThan(0);
    expect(asked()).toBe(1);
    await milo.sql`UPDATE platform_checks SET checked_at = checked_at - interval '1 hour'`;
    for (const { context } of replicas) await takeHealthTurn(withInterval(context), "k8s");
    expect(asked()).toBe(2);
  });

  it("wait for no answer and no watcher from before the database's clock was set back", async () => {
    const { k8s, asked } = createAskedPlatform();
    const { context } = await createTestContext(milo.sql, plan, [k8s]);
    await milo.sql`UPDATE platform_checks SET checked_at = milo_now() + interval '1 hour', watcher = 'dead',
      watcher_until = milo_now() + interval '1 hour'`;
    await takeHealthTurn(withInterval(context), "k8s");
    expect(asked()).toBe(1);
    const watch = { platform: "k8s", dispatcherId: context.dispatcherId, leaseMs: 15_000 } as const;
    expect(await context.repositories.takeWatch(milo.sql, watch)).toBe(true);
  });

  it("are announced again when their row was cleared away, and clear away those silent for a day", async () => {
    const { context } = await createTestContext(milo.sql, plan, []);
    const ids = async () => {
      const rows = await milo.sql<{ id: string }[]>`SELECT id FROM dispatchers ORDER BY id`;
      return rows.map(({ id }) => id);
    };
    await milo.sql`UPDATE dispatchers SET id = 'silent', heartbeat_at = milo_now() - interval '23 hours'`;
    const present = createPresence(context);
    await present.turn();
    expect(await ids()).toEqual([context.dispatcherId, "silent"].sort());
    await milo.sql`UPDATE dispatchers SET heartbeat_at = milo_now() - interval '25 hours' WHERE id = 'silent'`;
    await enforcePlan(milo.sql, plan, "new");
    expect(await ids()).toEqual([context.dispatcherId, "new"].sort());
  });

  it("keep the order of the plan that was started last when one that started before it is announced again", async () => {
    let nowMs = 0;
    const { context } = await createTestContext(milo.sql, testPlan({ k8s: 1, aws: 1 }), [], {
      monotonicMs: () => nowMs,
    });
    const present = createPresence(context);
    await enforcePlan(milo.sql, testPlan({ aws: 1, k8s: 1 }), "newer");
    nowMs += 60_000;
    await present.turn();
    const rows = await milo.sql<{ platform: string }[]>`
      SELECT platform FROM platforms WHERE position IS NOT NULL ORDER BY position`;
    expect(rows.map(({ platform }) => platform)).toEqual(["aws", "k8s"]);
  });

  it("ask at different times whether a platform's watcher is gone", async () => {
    const k8s = createFakePlatform("k8s");
    const ask = async (random: number) => {
      const { context } = await createTestContext(milo.sql, plan, [k8s], { random: () => random });
      const times = { ...context.times, platformListMs: 5_000 };
      return createPlatformWatch({ ...context, times }, "k8s", new AbortController().signal, () => 5).turn();
    };
    await ask(0);
    const pauses = [await ask(0), await ask(0.5), await ask(1)];
    expect(pauses).toEqual([5_000, 25_000, 45_000]);
  });

  it("try no admission on a platform that is full, and the next pass does once a slot is free", async () => {
    const { context } = await createTestContext(milo.sql, plan, [createFakePlatform("k8s")]);
    for (let n = 0; n < 2; n++) await enqueue(milo.sql, plan);
    expect((await runPass(context)).admitted).toHaveLength(1);
    let tried = 0;
    const { admit } = context.repositories;
    const counted = {
      ...context,
      repositories: {
        ...context.repositories,
        admit: (...asked: Parameters<typeof admit>) => {
          tried++;
          return admit(...asked);
        },
      },
    };
    expect(await runPass(counted)).toMatchObject({ admitted: [], complete: true });
    expect(tried).toBe(0);
    await milo.sql`UPDATE deployments SET phase = 'ENDED', outcome = 'completed', ended_at = milo_now()`;
    expect((await runPass(counted)).admitted).toHaveLength(1);
  });
});

/** An interval that does not pass while the test runs. */
function withInterval(context: DispatcherContext): DispatcherContext {
  return { ...context, times: { ...context.times, healthCheckMs: 600_000 } };
}

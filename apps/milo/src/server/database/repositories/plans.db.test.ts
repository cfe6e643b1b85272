import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestMilo, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { applyPlans, registerDispatcher, removeDispatcher } from "./platform-rows.ts";

const LIVE_MS = 30_000;

describe("the plans of live dispatchers", () => {
  let milo: TestMilo;
  beforeEach(async () => {
    milo = await createTestMilo();
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  const register = (dispatcherId: string, limit: number, on = milo.sql) =>
    registerDispatcher(on, { dispatcherId, plan: testPlan({ k8s: limit }), liveMs: LIVE_MS });
  const platform = async (name = "k8s") =>
    (await milo.sql`SELECT bot_limit AS limit, position, mode FROM platforms WHERE platform = ${name}`)[0];

  it("hold the smallest limit while they disagree, and say so", async () => {
    expect(await register("a", 10)).toEqual([]);
    expect(await register("b", 3)).toEqual(["k8s"]);
    expect(await platform()).toMatchObject({ limit: 3 });
    await removeDispatcher(milo.sql, "b");
    expect(await applyPlans(milo.sql, LIVE_MS)).toEqual([]);
    expect(await platform()).toMatchObject({ limit: 10 });
  });

  it("count a platform that one of them does not know as closed", async () => {
    await register("a", 10);
    await registerDispatcher(milo.sql, { dispatcherId: "b", plan: testPlan({ aws: 5 }), liveMs: LIVE_MS });
    expect(await platform()).toMatchObject({ limit: 0, position: null });
    expect(await platform("aws")).toMatchObject({ limit: 0, position: 0 });
  });

  it("do not count once a dispatcher has been silent for too long", async () => {
    await register("a", 10);
    await register("b", 3);
    await milo.sql`UPDATE dispatchers SET heartbeat_at = milo_now() - interval '31 s' WHERE id = 'b'`;
    await applyPlans(milo.sql, LIVE_MS);
    expect(await platform()).toMatchObject({ limit: 10 });
  });

  it("never touch an operator's mode", async () => {
    await milo.sql`UPDATE platforms SET mode = 'hold'`;
    await register("a", 10);
    expect(await platform()).toMatchObject({ mode: "hold", limit: 10 });
  });

  it("are read after the lock: a look that waited for an admission does not undo a lower limit set meanwhile", async () => {
    await register("a", 10);
    await register("d", 3);
    await removeDispatcher(milo.sql, "d");
    const [admission, looker, other] = [milo.open(1), milo.open(1), milo.open(1)];
    await other.sql`SELECT 1`;
    let look: Promise<unknown> = Promise.resolve();
    let successor: Promise<unknown> = Promise.resolve();
    await admission.sql.begin(async (tx) => {
      await tx`SELECT 1 FROM platforms WHERE platform = 'k8s' FOR NO KEY UPDATE`;
      look = applyPlans(looker.sql, LIVE_MS);
      await untilWaiting(1);
      // The successor with the lower limit arrives while the look stands at the lock with what it has read.
      successor = register("b", 3, other.sql);
      await Promise.race([successor, untilWaiting(2)]);
    });
    await Promise.all([look, successor]);
    expect(await platform()).toMatchObject({ limit: 3 });
  });

  async function untilWaiting(backends: number) {
    for (;;) {
      const [row] = await milo.sql<{ n: number }[]>`
        SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      if ((row?.n ?? 0) >= backends) return;
    }
  }
});

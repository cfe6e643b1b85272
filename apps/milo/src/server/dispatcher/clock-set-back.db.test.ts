import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renewLeases, type Taker, takeOver, takeStopping } from "#server/database/repositories/leases.ts";
import { readMassStop } from "#server/database/repositories/mass-stop.ts";
import { stampWeb } from "#server/database/repositories/outage.ts";
import { enqueue } from "#server/testing/milo-database.ts";
import { createPresence } from "./presence.ts";
import { createWatchedWorld } from "./watched.testkit.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LEASE_MS = 30_000;

/*
 * What is feared: a time that was noted before the database's clock was set back, and that something is kept waiting for
 * until it comes again: here for an hour. Or, as bad: what a living dispatcher is at counts as left behind.
 * `many-replicas.db.test.ts` and `idle-replicas.db.test.ts` have presence, health and the watch.
 */
describe("after the database's clock was set back", () => {
  let world: Awaited<ReturnType<typeof createWatchedWorld>>;
  beforeEach(async () => {
    world = await createWatchedWorld();
  });
  afterEach(() => world.milo[Symbol.asyncDispose]());

  const taker = (dispatcherId: string) => {
    return { dispatcherId, leaseMs: LEASE_MS, platforms: ["k8s"] as const, graceMs: 0, most: 20 };
  };
  const look = () => world.first.repositories.lookAhead(world.milo.sql);
  /** A dispatcher notices by what it said of itself before. */
  async function setBack(ms: number) {
    const presence = createPresence(world.first);
    await presence.turn();
    await presence.turn();
    await world.clock.shift(-ms);
    await presence.turn();
  }
  async function admit(by: Taker): Promise<number> {
    const { sql } = world.milo;
    await enqueue(sql, world.plan);
    const admission = { platform: "k8s", startByMs: 180_000, ...by } as const;
    const [admitted] = await world.first.repositories.admit(sql, admission, () => expect.fail("slot clash"));
    return admitted?.deploymentId ?? expect.fail("not admitted");
  }

  it.each([HOUR_MS, 2 * MINUTE_MS])(
    "by %i ms a dead one's launch is taken over a lease later, and a living one's is not",
    async (ms) => {
      const { sql } = world.milo;
      const [ofDead, ofLiving] = [await admit(taker("dead")), await admit(taker("living"))];
      await setBack(ms);
      expect(await look()).toMatchObject({ leasesDue: false });
      expect(await takeOver(sql, taker("heir"))).toEqual([]);
      await world.clock.shift(LEASE_MS / 2);
      const renewed = { dispatcherId: "living", leaseMs: LEASE_MS, deploymentIds: [ofLiving] };
      expect(await renewLeases(sql, renewed)).toEqual([ofLiving]);
      await world.clock.shift(LEASE_MS / 2);
      expect(await look()).toMatchObject({ leasesDue: true });
      expect(await takeOver(sql, taker("heir"))).toMatchObject([{ deploymentId: ofDead }]);
      expect(await takeOver(sql, taker("third"))).toEqual([]);
    },
  );

  it("the stop of a launch waits for its living launcher, and is taken up a lease after it died", async () => {
    const { sql } = world.milo;
    const deploymentId = await admit(taker("launcher"));
    const [held] = [await world.run()];
    await sql`UPDATE deployments SET phase = 'STOPPING', stopping_at = milo_now()`;
    await sql`UPDATE deployments SET lease_owner = 'held', lease_until = 'infinity' WHERE id = ${held.deploymentId}`;
    await setBack(HOUR_MS);
    expect(await takeStopping(sql, taker("heir"))).toEqual([]);
    await world.clock.shift(5 * LEASE_MS);
    expect(await takeStopping(sql, taker("heir"))).toMatchObject([{ deploymentId }]);
    expect(await takeStopping(sql, taker("third"))).toEqual([]);
  });

  it("many stops that do not take keep no other from its turn", async () => {
    const { sql } = world.milo;
    for (let n = 0; n < 6; n++) await world.run();
    await sql`UPDATE deployments SET phase = 'STOPPING', stopping_at = milo_now()`;
    const order = async () =>
      (await takeStopping(sql, { ...taker("one"), leaseMs: 3_000, most: 2 })).map(({ deploymentId }) => deploymentId);
    for (let turn = 0; turn < 3; turn++) await order();
    await setBack(HOUR_MS);
    const ordered = new Set<number>();
    for (let turn = 0; turn < 30; turn++) {
      await world.clock.shift(3_000);
      for (const id of await order()) ordered.add(id);
    }
    expect(ordered.size).toBe(6);
  });

  it("a mass stop is held no longer than its listings give reason to", async () => {
    for (let made = 0; made < 6; made++) await world.run();
    const listed = [...world.cluster.workloads];
    await world.look();
    world.cluster.workloads.clear();
    await world.clock.shift(2 * MINUTE_MS);
    for (let turn = 0; turn < 4; turn++) await world.look();
    const codes = async () => (await world.events()).filter((code) => code.startsWith("MASS"));
    expect(await codes()).toEqual(["MASS_STOP_HELD"]);
    expect(await readMassStop(world.milo.sql, "k8s")).not.toBeNull();
    await world.clock.shift(-HOUR_MS);
    for (const [identifier, workload] of listed) world.cluster.workloads.set(identifier, workload);
    for (let turn = 0; turn < 2; turn++) await world.look();
    expect(await codes()).toEqual(["MASS_STOP_HELD", "MASS_STOP_OVER"]);
  });

  it("a container that no attempt owns is found as soon as ever", async () => {
    world.cluster.show("job-1", world.launchKey(999));
    await world.look();
    await world.clock.shift(-HOUR_MS);
    await world.look();
    await world.clock.shift(MINUTE_MS + 1);
    await world.look();
    expect(await world.orphans()).toHaveLength(1);
  });

  it("a container is found that goes on though its attempt has ended", async () => {
    const bot = await world.run();
    await world.milo.sql`UPDATE deployments SET phase = 'ENDED', outcome = 'failed', ended_at = milo_now()`;
    await world.clock.shift(-HOUR_MS);
    await world.look();
    await world.clock.shift(MINUTE_MS + 1);
    await world.look();
    expect(await world.orphans()).toMatchObject([{ platform_identifier: bot.identifier }]);
  });

  it.each([false, true])("an outage of web is noted, one having been noted before: %s", async (before) => {
    const { sql } = world.milo;
    const stamp = () => stampWeb(sql, { id: "web-1", everyMs: 5_000 });
    await stamp();
    if (before) {
      await world.clock.shift(3 * MINUTE_MS);
      expect(await stamp()).toBeGreaterThanOrEqual(3 * MINUTE_MS);
    }
    await setBack(HOUR_MS);
    expect(await stamp()).toBe(0);
    await world.clock.shift(3 * MINUTE_MS);
    expect(await stamp()).toBeGreaterThanOrEqual(3 * MINUTE_MS);
    const [unheard] = await sql`
      SELECT milo_unheard(milo_now() - interval '3 minutes', milo_now()) > interval '2 minutes' AS all`;
    expect(unheard).toEqual({ all: true });
  });

  it("an outage of web that is under way is noted from then on", async () => {
    const stamp = () => stampWeb(world.milo.sql, { id: "web-1", everyMs: 5_000 });
    await stamp();
    await world.clock.shift(MINUTE_MS);
    await setBack(HOUR_MS);
    await world.clock.shift(3 * MINUTE_MS);
    expect(await stamp()).toBeGreaterThanOrEqual(3 * MINUTE_MS);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeOver, takeStopping } from "#server/database/repositories/leases.ts";
import { stampWeb } from "#server/database/repositories/outage.ts";
import { enqueue } from "#server/testing/milo-database.ts";
import { createWatchedWorld } from "./watched.testkit.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/*
 * What is feared: a time that was noted before the database's clock was set back, and that something is kept waiting for
 * until it comes again: here for an hour. `many-replicas.db.test.ts` and `idle-replicas.db.test.ts` have presence, health
 * and the watch.
 */
describe("after the database's clock was set back", () => {
  let world: Awaited<ReturnType<typeof createWatchedWorld>>;
  beforeEach(async () => {
    world = await createWatchedWorld();
  });
  afterEach(() => world.milo[Symbol.asyncDispose]());

  const taker = (dispatcherId: string) => {
    return { dispatcherId, leaseMs: 30_000, platforms: ["k8s"] as const, graceMs: 0, most: 20 };
  };

  const look = () => world.first.repositories.lookAhead(world.milo.sql);

  it("a dead dispatcher's launch is taken over at once, and then its new holder's for a lease", async () => {
    const { sql } = world.milo;
    await enqueue(sql, world.plan);
    const admission = { platform: "k8s", startByMs: 180_000, ...taker("dead") } as const;
    const [admitted] = await world.first.repositories.admit(sql, admission, () => expect.fail("slot clash"));
    expect(await takeOver(sql, taker("heir"))).toEqual([]);
    await world.clock.shift(-HOUR_MS);
    expect(await look()).toMatchObject({ leasesDue: true });
    expect(await takeOver(sql, taker("heir"))).toMatchObject([{ deploymentId: admitted?.deploymentId }]);
    expect(await takeOver(sql, taker("third"))).toEqual([]);
  });

  it("a stop that a dead one ordered is taken up at once, one that is held until it is released is not", async () => {
    const { sql } = world.milo;
    const [ordered, held] = [await world.run(), await world.run()];
    await sql`UPDATE deployments SET phase = 'STOPPING', stopping_at = milo_now()`;
    await sql`UPDATE deployments SET lease_owner = 'held', lease_until = 'infinity' WHERE id = ${held.deploymentId}`;
    expect(await takeStopping(sql, taker("dead"))).toMatchObject([{ deploymentId: ordered.deploymentId }]);
    expect(await look()).toMatchObject({ stopping: false });
    await world.clock.shift(-HOUR_MS);
    expect(await look()).toMatchObject({ stopping: true });
    expect(await takeStopping(sql, taker("heir"))).toMatchObject([{ deploymentId: ordered.deploymentId }]);
    expect(await takeStopping(sql, taker("third"))).toEqual([]);
  });

  it("a mass stop is held no longer than its listings give reason to", async () => {
    for (let made = 0; made < 6; made++) await world.run();
    const listed = [...world.cluster.workloads];
    await world.look();
    world.cluster.workloads.clear();
    await world.clock.shift(2 * MINUTE_MS);
    for (let look = 0; look < 4; look++) await world.look();
    const codes = async () => (await world.events()).filter((code) => code.startsWith("MASS"));
    expect(await codes()).toEqual(["MASS_STOP_HELD"]);
    await world.clock.shift(-HOUR_MS);
    for (const [identifier, workload] of listed) world.cluster.workloads.set(identifier, workload);
    for (let look = 0; look < 2; look++) await world.look();
    expect(await codes()).toEqual(["MASS_STOP_HELD", "MASS_STOP_OVER"]);
  });

  it("an outage of web is noted", async () => {
    const stamp = () => stampWeb(world.milo.sql, { id: "web-1", everyMs: 5_000 });
    await stamp();
    await world.clock.shift(-HOUR_MS);
    expect(await stamp()).toBe(0);
    await world.clock.shift(3 * MINUTE_MS);
    expect(await stamp()).toBeGreaterThanOrEqual(3 * MINUTE_MS);
  });
});

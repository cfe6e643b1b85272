import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createInfrastructureService } from "#server/api/services/infrastructure-service.ts";
import { readPlatformStats } from "#server/database/repositories/capacity-view.ts";
import { readTimeline } from "#server/database/repositories/timeline-view.ts";
import { enqueue } from "#server/testing/milo-database.ts";
import { DEFAULT_TIMES } from "../../config/times.ts";
import { createWatchedWorld, freezeAt, type WatchedWorld } from "./watched.testkit.ts";

const MINUTE_MS = 60_000;

describe("a workload of ours that no attempt owns", () => {
  let world: WatchedWorld;
  beforeAll(async () => {
    world = await createWatchedWorld();
  });
  afterAll(() => world.milo[Symbol.asyncDispose]());
  beforeEach(() => world.reset());

  const lookTwice = async () => {
    await world.look();
    await world.clock.shift(MINUTE_MS + 1);
    await world.look();
  };

  it("is believed by two listings a minute apart, of whichever replica, then counted and stopped until it is gone", async () => {
    const key = world.launchKey(999);
    world.cluster.show("ns/x/1", key);
    await world.look();
    await world.clock.shift(MINUTE_MS - 5_000);
    await world.look();
    expect(await world.orphans()).toEqual([]);
    await world.clock.shift(5_001);
    await world.look();
    expect(await world.orphans()).toMatchObject([{ phase: "STOPPING", platform_identifier: "ns/x/1" }]);
    const stats = (await readPlatformStats(world.milo.sql)).find((one) => one.platform === "k8s");
    expect(stats?.stopping, "it holds a slot").toBe(1);
    await world.stop();
    expect(world.cluster.stops).toEqual([{ launchKey: key, identifier: "ns/x/1" }]);
    expect(await world.orphans()).toMatchObject([{ phase: "ENDED" }]);
    expect(await world.events()).toEqual(["ORPHAN_FOUND"]);
    expect(world.alarms).toEqual([]);
  });

  it("begins anew when a listing in between does not show it, and is not hastened by one that failed", async () => {
    world.cluster.show("ns/x/1", world.launchKey(999));
    await world.look();
    world.cluster.workloads.clear();
    await world.clock.shift(30_000);
    await world.look();
    world.cluster.show("ns/x/1", world.launchKey(999));
    await world.clock.shift(31_000);
    await world.look();
    world.cluster.failing.list = true;
    await world.clock.shift(MINUTE_MS * 2);
    await world.look();
    expect(await world.orphans()).toEqual([]);
  });

  it("is not one while its attempt may still record it, however long that takes", async () => {
    const bot = await world.start();
    await world.milo.sql`UPDATE deployments SET phase = 'LAUNCHING', platform_identifier = NULL`;
    world.cluster.show("ns/twin/2", bot.launchKey);
    world.cluster.workloads.delete(bot.identifier);
    world.first.repositories = { ...world.first.repositories, adoptIdentifier: async () => undefined };
    for (const phase of ["RESERVED", "LAUNCHING", "STOPPING"]) {
      await world.milo.sql`UPDATE deployments SET phase = ${phase}, stopping_at = milo_now()`;
      await world.look(world.first);
      await world.clock.shift(MINUTE_MS + 1);
      await world.look(world.first);
      expect(await world.orphans(), phase).toEqual([]);
    }
  });

  it.each(["running", "inert"] as const)(
    "is a second workload of a living attempt (%s): it alone is stopped, by its own name",
    async (state) => {
      const bot = await world.run();
      world.cluster.show("app-twin", bot.launchKey, state);
      await lookTwice();
      await world.beat([bot]);
      await world.stop();
      await world.look();
      expect(world.cluster.stops).toEqual([{ launchKey: bot.launchKey, identifier: "app-twin" }]);
      expect([...world.cluster.workloads.keys()]).toEqual([bot.identifier]);
      expect(await world.phaseOf(bot)).toBe("RUNNING DEPLOYING");
      const [orphan] = await world.orphans();
      expect(orphan).toMatchObject({ launch_key: `${bot.launchKey}~app-twin`, phase: "ENDED" });
      expect(orphan?.reason).toContain(`has another workload, ${bot.identifier}`);
    },
  );

  it("does not stand in for the recorded workload of its attempt: that one is missed all the same", async () => {
    const bot = await world.run();
    world.cluster.workloads.delete(bot.identifier);
    world.cluster.show("app-twin", bot.launchKey);
    await world.clock.shift(2 * MINUTE_MS + 1);
    await world.look();
    await world.look();
    expect(world.alarms).toEqual(["bot_unreachable"]);
    await world.clock.shift(5 * MINUTE_MS);
    await world.look();
    expect(await world.phaseOf(bot)).toBe("STOPPING FATAL");
  });

  it("is no ended one that the platform goes on showing after it had its row, and a forgotten end is cleaned up", async () => {
    const bot = await world.run();
    await world.milo.sql`UPDATE deployments SET phase = 'ENDED', outcome = 'completed', ended_at = milo_now()`;
    world.cluster.show(bot.identifier, bot.launchKey, "ended");
    world.cluster.show("task-of-lost-row", world.launchKey(777), "ended");
    await lookTwice();
    await world.stop();
    expect(world.cluster.stops.map((stop) => stop.identifier)).toEqual(["task-of-lost-row"]);
    await lookTwice();
    expect(await world.orphans()).toHaveLength(1);
  });

  it("is found again when it was called gone and came back", async () => {
    for (let time = 1; time <= 2; time++) {
      world.cluster.show("app-1", world.launchKey(999));
      await lookTwice();
      await world.stop();
    }
    const key = `${world.launchKey(999)}~app-1`;
    expect((await world.orphans()).map((orphan) => orphan.launch_key)).toEqual([key, `${key}~2`]);
  });

  it("is stopped though nothing tells its launch key", async () => {
    world.cluster.show("app-1", null);
    await lookTwice();
    await world.stop();
    expect(await world.orphans()).toMatchObject([{ launch_key: "~app-1", phase: "ENDED" }]);
  });

  it("is shown among the deployments without a bot, and told of in the timeline of the bot it was made for", async () => {
    const bot = await world.run();
    world.cluster.show("app-twin", bot.launchKey);
    await lookTwice();
    const { sql } = world.milo;
    const service = createInfrastructureService({ sql, plan: world.plan, times: DEFAULT_TIMES, log: world.first.log });
    const sort = { by: "reservedAt", direction: "desc" } as const;
    const { deployments } = await service.getDeployments({ sort, limit: 10 });
    expect(deployments).toMatchObject([
      { botId: null, botName: null, identifier: "app-twin", phase: "STOPPING", attempt: 1 },
      { botId: bot.botId, phase: "RUNNING" },
    ]);
    const found = await service.getDeployments({ sort, limit: 10, search: "app-twin" });
    expect(found.deployments).toHaveLength(1);
    const timeline = await readTimeline(sql, bot.botId);
    expect(timeline?.events.map((event) => event.code)).toContain("ORPHAN_FOUND");
  });

  it("keeps its number from new bots, whose launches would bear the same key", async () => {
    const [row] = await world.milo.sql<{ last: number }[]>`SELECT last_value::int AS last FROM bots_id_seq`;
    const lost = (row?.last ?? 0) + 20;
    world.cluster.show("app-1", world.launchKey(lost));
    world.cluster.show("app-2", `bot-abcdef-999999999-a1`);
    await world.look();
    expect(await enqueue(world.milo.sql, world.plan)).toBe(lost + 1);
  });

  it("is nobody's trial: a platform that is half open still gets its one bot, and hears how that went", async () => {
    const { sql } = world.milo;
    await sql`UPDATE platforms SET breaker_state = 'half_open', breaker_since = milo_now() WHERE platform = 'k8s'`;
    world.cluster.show("ns/x/1", world.launchKey(999));
    await lookTwice();
    const bot = await world.start();
    expect(await world.phaseOf(bot)).toBe("STARTING DEPLOYING");
    const probe = { platform: "k8s", good: true, forMs: 1_000, reason: "answers", random: 0 } as const;
    await world.first.repositories.noteProbe(sql, probe);
    const [breaker] = await sql`SELECT breaker_state AS state FROM platforms WHERE platform = 'k8s'`;
    expect(breaker?.state).toBe("ramping");
    await sql`UPDATE platforms SET breaker_state = 'closed'`;
  });

  it("is left to a listing that knows its attempt: one that a frozen dispatcher made before is not believed", async () => {
    const bot = await world.run();
    const { ctx, frozen, thaw } = freezeAt(world.second, "watch:listed");
    const late = world.look(ctx);
    await frozen;
    await world.milo
      .sql`UPDATE deployments SET phase = 'ENDED', outcome = 'completed', ended_at = milo_now() WHERE id = ${bot.deploymentId}`;
    world.cluster.workloads.clear();
    await world.clock.shift(MINUTE_MS * 2);
    thaw();
    await late;
    await world.look();
    expect(await world.orphans()).toEqual([]);
    expect(await world.milo.sql`SELECT 1 FROM orphan_sightings`).toHaveLength(0);
  });

  it.each(["watch:listed", "orphans:noted", "orphans:guarded"])(
    "is counted once: a dispatcher that froze at %s, before its end, finds it gone",
    async (place) => {
      const { ctx, frozen, thaw } = freezeAt(world.second, place);
      world.cluster.show("app-1", world.launchKey(999));
      await world.look();
      await world.clock.shift(MINUTE_MS + 1);
      const late = world.look(ctx);
      await frozen;
      await world.look();
      await world.clock.shift(1);
      await world.stop();
      thaw();
      await late;
      expect((await world.orphans()).map(({ phase }) => phase)).toEqual(["ENDED"]);
    },
  );
});

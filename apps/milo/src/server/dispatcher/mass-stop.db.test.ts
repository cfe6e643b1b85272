import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createInfrastructureService } from "#server/api/services/infrastructure-service.ts";
import { reportEvents } from "#server/database/repositories/report-events.ts";
import { DEFAULT_TIMES } from "../../config/times.ts";
import { createWatchedWorld, freezeAt, type RunningBot, type WatchedWorld } from "./watched.testkit.ts";

const STRIDE_MS = 30_000;

describe("a sweep that would end most of a platform's bots", () => {
  let world: WatchedWorld;
  beforeAll(async () => {
    world = await createWatchedWorld();
  });
  afterAll(() => world.milo[Symbol.asyncDispose]());
  beforeEach(() => world.reset());

  const runMany = async (count: number) => {
    const bots: RunningBot[] = [];
    for (let made = 0; made < count; made++) bots.push(await world.run());
    return bots;
  };
  const phases = async (bots: readonly RunningBot[]) => new Set(await Promise.all(bots.map(world.phaseOf)));
  /** Lets time pass, with a look by one replica or the other every half minute and a heartbeat of whoever lives. */
  const pass = async (ms: number, alive: readonly RunningBot[] = []) => {
    for (let left = ms; left > 0; left -= STRIDE_MS) {
      await world.clock.shift(Math.min(STRIDE_MS, left));
      await world.beat(alive);
      await world.look();
      await world.stop();
    }
  };
  const service = () => {
    const { sql } = world.milo;
    return createInfrastructureService({ sql, plan: world.plan, times: DEFAULT_TIMES, log: world.first.log });
  };
  const shown = async () => (await service().getPlatforms())[0]?.massStop;

  describe("after the restore of an older dump, whose bots have no rows any more", () => {
    const restore = async (count: number) => {
      const bots = await runMany(count);
      await world.milo.sql`DELETE FROM bot_events`;
      await world.milo.sql`DELETE FROM deployments`;
      await world.milo.sql`DELETE FROM bots`;
      return bots;
    };

    it("stops none while they speak, counts them all, raises the alarm once and shows it", async () => {
      const bots = await restore(8);
      await pass(20 * 60_000, bots);
      expect(world.cluster.stops).toEqual([]);
      expect(await world.orphans()).toHaveLength(8);
      const [row] = await world.milo.sql`SELECT count(*)::int AS used FROM deployments WHERE phase <> 'ENDED'`;
      expect(row?.used).toBe(8);
      expect(world.alarms).toEqual(["mass_stop"]);
      expect((await world.events()).filter((code) => code.startsWith("MASS"))).toEqual(["MASS_STOP_HELD"]);
      expect(await shown()).toMatchObject({ reason: expect.stringContaining("8 of 8 on K8s"), agreedSince: null });
    });

    it("has milo tell none of them to leave, nor grant one that has not joined its lease", async () => {
      const bots = await restore(5);
      await pass(3 * 60_000, bots);
      expect(await world.beat(bots)).toEqual(bots.map(() => ({ accepted: true, leave: false, unknown: true })));
      const [bot] = bots;
      if (bot === undefined) throw new Error("unreachable");
      const event = { id: "1", at: new Date().toISOString(), code: "IN_CALL", status: "IN_CALL" } as const;
      const reply = await reportEvents(world.milo.sql, { ...bot, events: [event] });
      expect(reply).toMatchObject({ accepted: true, leave: false });
    });

    it("goes on by itself only when all have been silent for two minutes and agreed for five", async () => {
      const bots = await restore(8);
      await pass(3 * 60_000, bots);
      await pass(6 * 60_000, bots.slice(0, 1));
      expect(world.cluster.stops, "one still speaks").toEqual([]);
      await pass(6 * 60_000 + STRIDE_MS);
      expect(world.cluster.stops, "not yet").toEqual([]);
      await pass(2 * 60_000);
      expect(world.cluster.workloads.size).toBe(0);
      expect(new Set((await world.orphans()).map((orphan) => orphan.phase))).toEqual(new Set(["ENDED"]));
      expect(await shown()).toBeNull();
      expect((await world.events()).filter((code) => code.startsWith("MASS"))).toEqual([
        "MASS_STOP_HELD",
        "MASS_STOP_AGREED",
        "MASS_STOP_OVER",
      ]);
    });

    it("goes on at an operator's word, which is kept, and refuses one where nothing is held", async () => {
      await expect(service().confirmMassStop({ platform: "k8s" })).rejects.toMatchObject({ code: "BAD_INPUT" });
      const bots = await restore(8);
      await pass(2 * 60_000, bots);
      const wish = { platform: "k8s", reason: "the old dump it is" } as const;
      expect((await service().confirmMassStop(wish)).massStop?.confirmedUntil).toBeInstanceOf(Date);
      await pass(2 * STRIDE_MS, bots);
      expect(world.cluster.workloads.size).toBe(0);
      const [event] = await world.milo.sql`SELECT message FROM platform_events WHERE code = 'MASS_STOP_CONFIRMED'`;
      expect(event?.message).toContain("the old dump it is");
      await expect(service().confirmMassStop({ platform: "aws" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    });

    it.each(["watch:listed", "orphans:guarded"])(
      "is not let on by bots that start meanwhile, nor by a dispatcher that was frozen since before at %s",
      async (place) => {
        const { ctx, frozen, thaw } = freezeAt(world.second, place);
        const late = world.look(ctx);
        await frozen;
        const lost = await restore(6);
        await pass(2 * 60_000, lost);
        const fresh = await runMany(20);
        await pass(60_000, [...lost, ...fresh]);
        thaw();
        await late;
        await pass(60_000, [...lost, ...fresh]);
        expect(world.cluster.stops).toEqual([]);
        expect(await shown()).not.toBeNull();
      },
    );

    it("cleans up at once what was never started or has ended: no bot is ended by that", async () => {
      const bots = await restore(8);
      const [inert, ended] = bots;
      if (inert === undefined || ended === undefined) throw new Error("unreachable");
      world.cluster.show(inert.identifier, inert.launchKey, "inert");
      await pass(2 * 60_000, bots);
      world.cluster.show(ended.identifier, ended.launchKey, "ended");
      await pass(60_000, bots);
      expect(new Set(world.cluster.stops.map((stop) => stop.identifier))).toEqual(
        new Set([inert.identifier, ended.identifier]),
      );
    });
  });

  describe("because its workloads are not listed any more", () => {
    it("waits, and goes on after 5 min of silence and clean listings: a node pool that is really gone", async () => {
      const bots = await runMany(10);
      await world.look();
      world.cluster.workloads.clear();
      await pass(2 * 60_000);
      expect(world.alarms).toEqual(["mass_stop"]);
      await pass(4 * 60_000);
      expect(await phases(bots)).toEqual(new Set(["RUNNING DEPLOYING"]));
      await pass(3 * 60_000);
      expect(await phases(bots)).toEqual(new Set(["ENDED FATAL"]));
      expect(await shown()).toBeNull();
      const reasons = await world.milo.sql`SELECT DISTINCT status_code AS code FROM bots`;
      expect(reasons).toMatchObject([{ code: "CONTAINER_LOST" }]);
    });

    it("goes on at an operator's word at once with what is silent, and with nothing that speaks", async () => {
      const bots = await runMany(8);
      await world.look();
      world.cluster.workloads.clear();
      await pass(3 * 60_000, bots.slice(0, 1));
      expect(await phases(bots)).toEqual(new Set(["RUNNING DEPLOYING"]));
      await service().confirmMassStop({ platform: "k8s" });
      await pass(2 * STRIDE_MS, bots.slice(0, 1));
      expect(await phases(bots.slice(0, 1))).toEqual(new Set(["RUNNING DEPLOYING"]));
      expect(await phases(bots.slice(1))).toEqual(new Set(["ENDED FATAL"]));
    });

    it("ends none as long as a single one of them speaks: then it is the listing that is wrong", async () => {
      const bots = await runMany(6);
      world.cluster.workloads.clear();
      await pass(30 * 60_000, bots.slice(0, 1));
      expect(await phases(bots)).toEqual(new Set(["RUNNING DEPLOYING"]));
    });

    it("is held however the bots' silences are spread over the sweeps", async () => {
      const bots = await runMany(7);
      world.cluster.workloads.clear();
      for (const bot of bots) {
        await world.clock.shift(20_000);
        await world.look();
        await world.beat(bots.slice(bots.indexOf(bot) + 1));
      }
      await pass(3 * 60_000);
      expect(await phases(bots)).toEqual(new Set(["RUNNING DEPLOYING"]));
    });

    it("does not count time in which no listing succeeded", async () => {
      const bots = await runMany(6);
      world.cluster.workloads.clear();
      await pass(3 * 60_000);
      world.cluster.failing.list = true;
      await pass(10 * 60_000);
      world.cluster.failing.list = false;
      await pass(4 * 60_000);
      expect(await phases(bots)).toEqual(new Set(["RUNNING DEPLOYING"]));
      await pass(2 * 60_000);
      expect(await phases(bots)).toEqual(new Set(["ENDED FATAL"]));
    });

    it("is over when they are listed again, and then ends none of them", async () => {
      const bots = await runMany(6);
      const listed = new Map(world.cluster.workloads);
      world.cluster.workloads.clear();
      await pass(2 * 60_000);
      for (const [name, workload] of listed) world.cluster.workloads.set(name, workload);
      await pass(20 * 60_000, bots);
      expect(await phases(bots)).toEqual(new Set(["RUNNING DEPLOYING"]));
      expect((await world.events()).filter((code) => code.startsWith("MASS"))).toEqual([
        "MASS_STOP_HELD",
        "MASS_STOP_OVER",
      ]);
    });
  });

  it("is not one when a burst was accepted a moment ago that the platform does not list yet", async () => {
    const bots = await runMany(10);
    const listed = new Map(world.cluster.workloads);
    world.cluster.workloads.clear();
    await pass(STRIDE_MS, bots);
    expect(world.alarms).toEqual([]);
    for (const [name, workload] of listed) world.cluster.workloads.set(name, workload);
    await pass(2 * 60_000, bots);
    expect(world.alarms).toEqual([]);
  });

  it("is not one when they are few, or half: those are ended as ever", async () => {
    const bots = await runMany(8);
    for (const bot of bots.slice(0, 4)) world.cluster.workloads.delete(bot.identifier);
    await pass(8 * 60_000, bots.slice(4));
    expect(await phases(bots.slice(0, 4))).toEqual(new Set(["ENDED FATAL"]));
    expect(await phases(bots.slice(4))).toEqual(new Set(["RUNNING DEPLOYING"]));
    expect(world.alarms).toEqual(Array(4).fill("bot_unreachable"));
  });

  it("is not one when the platform says that they ended: that is a fact", async () => {
    const bots = await runMany(8);
    for (const bot of bots) world.cluster.show(bot.identifier, bot.launchKey, "ended");
    await pass(STRIDE_MS);
    expect(await phases(bots)).toEqual(new Set(["ENDED FATAL"]));
  });
});

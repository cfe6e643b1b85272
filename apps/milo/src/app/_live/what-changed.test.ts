import { describe, expect, it } from "vitest";
import { appRouter } from "#server/api/root.ts";
import type { LiveMessage } from "#server/api/services/live/live-service.ts";
import { judgeQuery, readNews } from "./what-changed.ts";

type BotEvent = Extract<LiveMessage, { type: "events" }>["botEvents"][number];
const botEvent = (more: Partial<BotEvent>): BotEvent => {
  const at = new Date(0);
  return { id: 1, botId: 7, deploymentId: null, at, code: "X", message: "", status: null, byBot: true, ...more };
};
const events = (botEvents: BotEvent[], isPlatform = false): LiveMessage => {
  const platformEvent = { id: 1, platform: "k8s" as const, at: new Date(0), code: "MODE_HOLD", message: "" };
  return { type: "events", botEvents, platformEvents: isPlatform ? [platformEvent] : [] };
};

// At run time it is a flat list by path, which the types do not say.
const PROCEDURES = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;
const QUERIES = Object.entries(PROCEDURES)
  .filter(([, procedure]) => procedure._def.type === "query")
  .map(([path]) => path)
  .filter((path) => path !== "live.getPoint");

/** Paths of what is read again after a message; bots are asked for by id 7. */
function changedBy(message: LiveMessage): string[] {
  const news = readNews(message);
  return news === null ? [] : QUERIES.filter((path) => judgeQuery(path, { botId: 7 }, news) !== null);
}

describe("what is read again after a message", () => {
  it("is of one bot only what shows that bot", () => {
    const news = readNews(events([botEvent({ botId: 7 })])) ?? expect.fail("no news");
    expect(judgeQuery("bots.get", { botId: 7 }, news)).not.toBeNull();
    expect(judgeQuery("bots.getTimeline", { botId: 8 }, news)).toBeNull();
  });

  it("is of a bot whose container may yet be there also what tells that a slot came free", () => {
    const news = readNews({ type: "platforms", platforms: ["k8s"] }) ?? expect.fail("no news");
    const judged = (finishedAt: Date | null, claimedContainerMayRun: boolean) => {
      const bot = { finishedAt, claimedContainerMayRun };
      const shown = { "bots.get": bot, "bots.getTimeline": { bot } };
      return Object.entries(shown).map(([path, data]) => judgeQuery(path, { botId: 7 }, news, data) !== null);
    };
    expect(judged(null, false)).toEqual([true, true]);
    expect(judged(new Date(0), true)).toEqual([true, true]);
    expect(judged(new Date(0), false)).toEqual([false, false]);
  });

  it("is every list and count when a bot moves on", () => {
    const changed = changedBy(events([botEvent({ status: "DEPLOYING", deploymentId: 3 })]));
    expect(changed).toEqual(QUERIES.filter((path) => !/\.getPlatform(s|Events)$/.test(path)));
  });

  it("is of platforms what tells of them, and who waits for them", () => {
    const changed = changedBy(events([], true));
    for (const path of ["getPlatforms", "getPlatformEvents", "getActivePlatforms", "getQueuedBots"]) {
      expect(changed).toContain(`infrastructure.${path}`);
    }
    expect(changed).not.toContain("bots.list");
  });

  it("is what counts slots when one comes free without an event", () => {
    const changed = changedBy({ type: "platforms", platforms: ["k8s"] });
    for (const path of ["getStats", "getDeployments", "getActivePlatforms"]) {
      expect(changed).toContain(`infrastructure.${path}`);
    }
  });

  it("is everything when something was left out, and nothing when nothing happened", () => {
    const seen = { bots: 1, platforms: 1 };
    expect(changedBy({ type: "reset", reason: "too_slow", seen })).toEqual(QUERIES);
    expect(changedBy({ type: "connected" })).toEqual([]);
    expect(changedBy({ type: "heartbeats", heartbeats: [{ botId: 7, ageMs: 1 }] })).toEqual([]);
  });

  it("is what nobody has written a rule for, whatever happens", () => {
    const news = readNews(events([botEvent({})])) ?? expect.fail("no news");
    expect(judgeQuery("bots.somethingNew", undefined, news)).toEqual({ paceMs: 1_000 });
  });
});

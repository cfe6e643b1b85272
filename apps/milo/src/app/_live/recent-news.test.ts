import { describe, expect, it } from "vitest";
import { createRecentNews, type EventsMessage } from "./recent-news.ts";

const message = (...ids: number[]): EventsMessage => {
  const one = { botId: 1, deploymentId: null, at: new Date(0), code: "X", message: "", status: null, byBot: false };
  return { type: "events", botEvents: ids.map((id) => ({ ...one, id })), platformEvents: [] };
};
const point = (high: number, gaps: { low: number; high: number }[] = []) => {
  return { cursor: "", position: { bots: { high, gaps }, platforms: { high: 0, gaps: [] } } };
};
const idsOf = (messages: EventsMessage[] | null) =>
  messages?.flatMap(({ botEvents }) => botEvents.map(({ id }) => id)) ?? null;

describe("what was told lately", () => {
  it("answers what data that was read at a point has not seen, late ids among it", () => {
    const news = createRecentNews();
    news.forget({ bots: 4, platforms: 0 });
    for (const id of [5, 6, 8, 7]) news.add(message(id));
    expect(idsOf(news.since(point(8, [{ low: 7, high: 7 }])))).toEqual([7]);
    expect(idsOf(news.since(point(5)))).toEqual([6, 8, 7]);
    expect(idsOf(news.since(point(8)))).toEqual([]);
  });

  it("says when it does not know any more", () => {
    const news = createRecentNews(2);
    for (const id of [5, 6, 7]) news.add(message(id));
    expect(idsOf(news.since(point(5)))).toEqual([6, 7]);
    expect(news.since(point(4))).toBeNull();
    news.forget({ bots: 20, platforms: 0 });
    expect(news.since(point(19))).toBeNull();
    expect(idsOf(news.since(point(20)))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { LivePosition } from "#server/database/repositories/live-events.ts";
import { createInbox, type FeedMessage } from "./inbox.ts";

const at = (high: number): LivePosition => ({ bots: { high, gaps: [] }, platforms: { high: 0, gaps: [] } });
const event = (id: number): FeedMessage => {
  const one = { id, botId: 1, deploymentId: null, at: new Date(0), code: "X", message: "", status: null, byBot: false };
  return { type: "events", at: at(id), botEvents: [one], platformEvents: [] };
};

describe("a viewer's inbox", () => {
  it("holds no more than its bound for a viewer that takes nothing, and says so to it once", async () => {
    const inbox = createInbox(new Set(), 10);
    for (let id = 1; id <= 10_000; id++) inbox.put(event(id));
    const first = await inbox.take(undefined);
    expect(first).toMatchObject({ type: "overflow" });
    const rest: (FeedMessage | null)[] = [];
    const newest = event(10_001);
    inbox.put(newest);
    while (rest.at(-1) !== newest) rest.push(await inbox.take(undefined));
    expect(rest.length).toBeLessThanOrEqual(10);
    expect(rest.every((message) => message?.type === "events")).toBe(true);
    const ids = rest.flatMap((message) => (message?.type === "events" ? message.botEvents.map(({ id }) => id) : []));
    const from = first?.type === "overflow" ? first.at.bots.high : Number.NaN;
    expect(ids).toEqual(Array.from({ length: 10_001 - from }, (_, n) => from + 1 + n));
  });

  it("wakes a viewer that waits: for a message, a failure and its own end", async () => {
    const inbox = createInbox(new Set(), 10);
    const abort = new AbortController();
    const message = inbox.take(abort.signal);
    inbox.put(event(1));
    expect(await message).toMatchObject({ type: "events" });
    const ended = inbox.take(abort.signal);
    abort.abort();
    expect(await ended).toBeNull();
    const failed = inbox.take(undefined);
    inbox.fail(new Error("over"));
    await expect(failed).rejects.toThrow("over");
  });

  it("is over without an error for a viewer that has left, though the replica stops just then: nobody would hear it", async () => {
    const inbox = createInbox(new Set(), 10);
    inbox.fail(new Error("stopping"));
    expect(await inbox.take(AbortSignal.abort())).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import { describePlaced, readFieldErrors, tellSent } from "./sent-bots.ts";

const order = (meetingUrl: string) => ({ meetingUrl, meetingPlatform: "zoom" }) as const;

describe("what came of many", () => {
  it("is told of each address, without what may be its password, and of one that nothing was answered for", () => {
    const orders = [
      order("https://zoom.us/j/1?pwd=secret"),
      order("https://zoom.us/j/2"),
      order("https://zoom.us/j/3"),
    ];
    const told = tellSent(orders, [
      { index: 0, ok: true, botId: 7, created: true },
      { index: 1, ok: false, message: "platforms: aws is not in the plan" },
    ]);
    expect(told.map(({ shown, botId, ok }) => [shown, botId, ok])).toEqual([
      ["https://zoom.us/j/1?(hidden)", 7, true],
      ["https://zoom.us/j/2", null, false],
      ["https://zoom.us/j/3", null, false],
    ]);
    expect(told[0]?.url).toBe("https://zoom.us/j/1?pwd=secret");
    expect(told[1]?.text).toBe("platforms: aws is not in the plan");
  });
});

it("finds the fields of what the server refuses", () => {
  const fieldErrors = { meetingUrl: ["Invalid URL"], queueTimeoutMs: ["Too big", "Too odd"], other: ["x"] };
  expect(readFieldErrors({ data: { zodError: { fieldErrors } } })).toEqual({
    meetings: "Invalid URL",
    queueTimeout: "Too big",
  });
  for (const error of [null, new Error("x"), { data: null }]) expect(readFieldErrors(error)).toEqual({});
});

it.each([
  [{ created: true, platform: "k8s" }, "It is starting."],
  [{ created: true, queued: true, queuePosition: 3 }, "It waits in the queue, position 3."],
  [{ created: true, queued: true }, "It waits in the queue."],
  [{ created: false, queued: true }, "It was sent before."],
])("says of one %j where it is", (placed, text) => {
  expect(describePlaced({ botId: 1, ...placed })).toBe(text);
});

import { afterEach, describe, expect, it, vi } from "vitest";
import { readClockMs, setClockOffsetMs } from "../_ui/clock.ts";
import {
  chooseOffsetMs,
  fetchByServerClock,
  learnFromPage,
  narrowOffset,
  type OffsetRange,
  sampleOfAnswer,
  serverNowMs,
} from "./server-clock.ts";

const MINUTE_MS = 60_000;
const NOON_MS = Date.UTC(2026, 10, 23, 12);

/** An answer as the header shows it: sent at `atMs` by the server, whose clock is ahead by `aheadMs`. */
function answer(atMs: number, aheadMs: number, { thereMs = 20, backMs = 20 } = {}) {
  const date = new Date(atMs + aheadMs).toUTCString();
  const sample = sampleOfAnswer(date, atMs - thereMs, atMs + backMs);
  if (sample === null) throw new Error("a date was given");
  return sample;
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  setClockOffsetMs(0);
});

describe("the server's clock", () => {
  it("is within a second after one answer, however far the viewer's is off", () => {
    for (const aheadMs of [5 * MINUTE_MS, -5 * MINUTE_MS, 7_400]) {
      const range = narrowOffset(null, answer(NOON_MS + 300, aheadMs));
      expect(range.lowMs).toBeLessThanOrEqual(aheadMs);
      expect(range.highMs).toBeGreaterThanOrEqual(aheadMs);
      expect(Math.abs(chooseOffsetMs(range) - aheadMs)).toBeLessThan(1_000);
    }
  });

  it("is known the better the more answers there are", () => {
    let range: OffsetRange | null = null;
    for (let n = 0; n < 40; n++) range = narrowOffset(range, answer(NOON_MS + n * 1_037, 5 * MINUTE_MS));
    expect(Math.abs(chooseOffsetMs(range ?? { lowMs: 0, highMs: 0 }) - 5 * MINUTE_MS)).toBeLessThan(60);
  });

  it("is followed when one of the two clocks is set", () => {
    const before = narrowOffset(null, answer(NOON_MS, 0));
    const after = narrowOffset(before, answer(NOON_MS + 10_000, 5 * MINUTE_MS));
    expect(Math.abs(chooseOffsetMs(after) - 5 * MINUTE_MS)).toBeLessThan(1_000);
  });

  it("is the viewer's own as long as nothing says otherwise", () => {
    expect(chooseOffsetMs(narrowOffset(null, answer(NOON_MS + 400, 0)))).toBe(0);
    expect(sampleOfAnswer(null, 1, 2)).toBeNull();
    expect(sampleOfAnswer("soon", 1, 2)).toBeNull();
  });
});

describe("a viewer whose clock is five minutes off", () => {
  it.each([
    ["behind", 5 * MINUTE_MS],
    ["ahead", -5 * MINUTE_MS],
  ])("sees from the page on how long it yet takes: %s", (_, aheadMs) => {
    vi.useFakeTimers({ now: NOON_MS });
    learnFromPage(NOON_MS + aheadMs - 100, NOON_MS - 200, NOON_MS);
    const triesAtMs = NOON_MS + aheadMs + 42_000;
    expect(Math.round((triesAtMs - readClockMs()) / 1_000)).toBe(42);
    expect(Math.abs(serverNowMs() - (NOON_MS + aheadMs))).toBeLessThan(200);
  });

  it("sees it from the next answer on when the clock is set while the page is open", async () => {
    vi.useFakeTimers({ now: NOON_MS });
    const date = new Date(NOON_MS + 5 * MINUTE_MS).toUTCString();
    vi.stubGlobal("fetch", async () => new Response("", { headers: { date } }));
    await fetchByServerClock("/api/trpc");
    expect(Math.abs(readClockMs() - (NOON_MS + 5 * MINUTE_MS))).toBeLessThan(1_000);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withProgress } from "./progress.ts";
import type { Screen } from "./screen.ts";

describe("progress", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function watch(columns: number | null, lengthMs: number): Promise<string[]> {
    const written: string[] = [];
    const screen: Screen = { columns, write: (text) => void written.push(text), paint: (_style, text) => text };
    const work = withProgress(
      screen,
      () => "reading",
      () => new Promise<void>((done) => setTimeout(done, lengthMs)),
    );
    await vi.advanceTimersByTimeAsync(lengthMs);
    await work;
    return written;
  }

  it("says nothing about what takes less than two seconds", async () => {
    expect(await watch(80, 1_900)).toEqual([]);
    expect(await watch(null, 1_900)).toEqual([]);
  });

  it("is told every second on a terminal, in place, and wiped at the end", async () => {
    const written = await watch(80, 4_500);
    expect(written).toHaveLength(4);
    expect(written[0]).toMatch(/… reading \(2 s\)$/);
    expect(written.at(-1)).toBe("\r\u001b[K");
  });

  it("is a line now and then in a log", async () => {
    const written = await watch(null, 40_000);
    expect(written).toHaveLength(3);
    expect(written.every((line) => /^… reading \(\d.*\)\n$/.test(line))).toBe(true);
  });
});

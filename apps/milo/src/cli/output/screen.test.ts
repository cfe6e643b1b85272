import { describe, expect, it } from "vitest";
import { formatSince } from "./format-time.ts";
import { createScreen, type Output, printResult } from "./screen.ts";

const stream = (isTTY: boolean) => ({ isTTY, columns: 100, write: () => true }) as unknown as NodeJS.WriteStream;

describe("a screen", () => {
  it("is coloured for a person who has not asked for none", () => {
    const paint = (isTTY: boolean, env: Record<string, string>) => createScreen(stream(isTTY), env).paint("red", "no");
    expect(paint(true, {})).toBe("\u001b[31mno\u001b[39m");
    expect(paint(true, { NO_COLOR: "" })).not.toBe("no");
    expect(paint(true, { NO_COLOR: "1" })).toBe("no");
    expect(paint(true, { TERM: "dumb" })).toBe("no");
    expect(paint(false, {})).toBe("no");
  });

  it("has a width only where somebody watches", () => {
    expect(createScreen(stream(true), {}).columns).toBe(100);
    expect(createScreen(stream(false), {}).columns).toBeNull();
  });

  it("gets exactly one JSON document with --json, and no text is even made", () => {
    const written: string[] = [];
    const stdout = { ...createScreen(stream(false), {}), write: (text: string) => void written.push(text) };
    const output: Output = { stdout, stderr: stdout, json: true };
    printResult(output, { at: new Date(0) }, () => expect.fail("text was made"));
    expect(JSON.parse(written.join(""))).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  });
});

describe("a moment", () => {
  it("is told from now, whichever way", () => {
    expect(formatSince(new Date(1_000), 61_000)).toBe("1 min ago");
    expect(formatSince(new Date(61_000), 1_000)).toBe("in 1 min");
    expect(formatSince(new Date(273_601_000), 1_000)).toBe("in 3 d 04 h");
  });
});

import { describe, expect, it } from "vitest";
import { LOG_BYTES_MOST, LOG_LINES_MOST, tidyPostMortem } from "./tidy-post-mortem.ts";

describe("a post-mortem that is kept", () => {
  it("has the last lines of the log, so many and no more", () => {
    const log = Array.from({ length: 500 }, (_, n) => `line ${n}`);
    const kept = tidyPostMortem({ log }).log ?? [];
    expect(kept).toHaveLength(LOG_LINES_MOST);
    expect(kept.at(-1)).toBe("line 499");
  });

  it("is bounded in bytes, whatever the lines are made of", () => {
    const log = Array.from({ length: LOG_LINES_MOST }, () => "ü".repeat(10_000));
    const bytes = Buffer.byteLength((tidyPostMortem({ log }).log ?? []).join("\n"));
    expect(bytes).toBeGreaterThan(LOG_BYTES_MOST / 2);
    expect(bytes).toBeLessThanOrEqual(LOG_BYTES_MOST);
    const long = tidyPostMortem({ reason: "x".repeat(50_000), conditions: [{ type: "y".repeat(50_000) }] });
    expect(JSON.stringify(long).length).toBeLessThan(3_000);
  });

  it.each([
    ["a meeting's password", "joining https://zoom.example/j/1?pwd=s3cret now"],
    ["a header", "authorization: Bearer s3cret"],
    ["a header in JSON", '{"Authorization":"Bearer s3cret"}'],
    ["a setting", "MILO_ATTEMPT_TOKEN=s3cret"],
    ["a field", '"password": "s3cret"'],
    ["an option", "--api-key s3cret"],
    ["a value known to be secret", "the thing is <s3cret>"],
  ])("does not tell %s", (_, line) => {
    const kept = tidyPostMortem({ log: [line], reason: line, conditions: [{ type: "Event", message: line }] }, [
      "<s3cret>",
    ]);
    expect(JSON.stringify(kept)).not.toContain("s3cret");
    expect(kept.log?.[0]).toContain("(hidden)");
  });

  it("leaves prose as it is", () => {
    const prose = ["the token is not known", "basic settings", "a secret meeting", "password accepted"];
    expect(tidyPostMortem({ log: prose }).log).toEqual(prose);
  });

  it("is text that the database takes: NUL, and what is left of a character cut in half", () => {
    const kept = tidyPostMortem({ log: ["cut \ud83d", "nul \u0000"], reason: "x\u0000" });
    expect(JSON.stringify(kept)).not.toMatch(/\\u0000|\\ud83d/);
  });

  it("leaves out what is not known, so that it takes nothing from what was kept before", () => {
    expect(tidyPostMortem({ status: undefined, exitCode: undefined, signal: 9 })).toEqual({ signal: 9 });
  });
});

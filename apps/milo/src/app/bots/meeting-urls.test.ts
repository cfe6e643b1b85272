import { describe, expect, it } from "vitest";
import { readMeetingUrl } from "./meeting-urls.ts";

describe("the address of a meeting", () => {
  it.each([
    [" zoom.us/j/123 ", "https://zoom.us/j/123"],
    ["http://meet.example/1?pwd=x", "http://meet.example/1?pwd=x"],
    ["localhost:8443/j/1", "https://localhost:8443/j/1"],
  ])("is taken as it was meant, whether its scheme was left out or not: %s", (typed, url) => {
    expect(readMeetingUrl(typed)).toEqual({ url, problem: null });
  });

  it.each([
    ["", /^Enter the address/],
    ["tomorrow at nine", /not a whole address/],
    ["https://zoom.us/j/1 at nine", /not a whole address/],
    ["zoom", /not a whole address/],
    ["https://", /not a whole address/],
    ["javascript:alert(1)", /begins with https/],
    ["ftp://meet.example/1", /begins with https/],
    [`zoom.us/${"x".repeat(2_048)}`, /at most 2048/],
  ])("is refused with what is wrong: %s", (typed, problem) => {
    expect(readMeetingUrl(typed)).toEqual({ url: null, problem: expect.stringMatching(problem) });
  });
});

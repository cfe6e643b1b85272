import { describe, expect, it } from "vitest";
import { guessMeetingPlatform } from "./guess-meeting.ts";

describe("the address of a meeting", () => {
  it.each([
    ["https://zoom.us/j/123?pwd=abc", "zoom"],
    ["acme.zoom.us/j/123", "zoom"],
    ["https://us02web.zoom.us/j/1", "zoom"],
    ["https://meet.google.com/abc-defg-hij", "google-meet"],
    ["  https://teams.microsoft.com/l/meetup-join/19%3a  ", "microsoft-teams"],
    ["https://teams.live.com/meet/93", "microsoft-teams"],
    ["https://teams.cloud.microsoft/l/meetup-join/1", "microsoft-teams"],
    ["https://meet.example/1", null],
    ["https://notzoom.us/j/1", null],
    ["https://zoom.us.example.com/j/1", null],
    ["", null],
  ])("says whose meeting it is: %s", (url, platform) => {
    expect(guessMeetingPlatform(url)).toBe(platform);
  });
});

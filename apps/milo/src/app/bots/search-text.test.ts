import { describe, expect, it } from "vitest";
import { maskMeetingUrl } from "#server/logging/mask-urls.ts";
import { isMasked, maskSearch } from "./search-text.ts";

describe("what a search leaves in the page's address", () => {
  it.each([
    "https://zoom.us/j/123?pwd=secret",
    "https://zoom.us/j/123#secret",
    "https://me:secret@meet.example/room?x=1",
    "https://meet.example/room",
    "HTTPS://zoom.us/j/1?pwd=secret?secret",
  ])("is what the server would show of %s", (url) => {
    expect(maskSearch(url)).toBe(maskMeetingUrl(url));
    expect(maskSearch(url)).not.toContain("secret");
  });

  it.each(["17", "Weekly", "what? #1", "me@example.org"])("is all of %s, which is no address", (text) => {
    expect(maskSearch(text)).toBe(text);
    expect(isMasked(text)).toBe(false);
  });

  it("is known again as something that cannot be searched for", () => {
    expect(isMasked(maskSearch("https://zoom.us/j/123?pwd=secret"))).toBe(true);
    expect(isMasked(maskSearch("https://me:secret@meet.example/room"))).toBe(true);
    expect(isMasked("https://meet.example/room")).toBe(false);
  });
});

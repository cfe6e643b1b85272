import { describe, expect, it } from "vitest";
import { maskMeetingUrl, maskUrls } from "./mask-urls.ts";

describe("masking addresses", () => {
  it("hides the query and fragment of a meeting, which carry its password", () => {
    expect(maskMeetingUrl("https://zoom.us/j/123?pwd=s3cret&x=1#success")).toBe("https://zoom.us/j/123?(hidden)");
    expect(maskMeetingUrl("https://meet.google.com/abc-defg-hij")).toBe("https://meet.google.com/abc-defg-hij");
    expect(maskMeetingUrl("zoom.us/j/1?pwd=s3cret")).toBe("zoom.us/j/1?(hidden)");
  });

  it("hides them wherever they occur in a text, and leaves the rest as it was", () => {
    const text = 'cannot join "https://zoom.us/j/1?pwd=s3cret", nor zoommtg://zoom.us/join?confno=1&pwd=s3cret; why?';
    expect(maskUrls(text)).toBe('cannot join "https://zoom.us/j/1?(hidden)", nor zoommtg://zoom.us/join?(hidden) why?');
  });

  it("hides the user and password of an address", () => {
    expect(maskUrls("postgres://milo:s3cret@db:5432/milo")).toBe("postgres://***@db:5432/milo");
  });

  it("leaves text without an address alone", () => {
    expect(maskUrls("is it? yes: a/b?c")).toBe("is it? yes: a/b?c");
  });
});

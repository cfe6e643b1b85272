import { describe, expect, it } from "vitest";
import { createLogger } from "./create-logger.ts";

function openLog() {
  const lines: string[] = [];
  const log = createLogger({ name: "test", level: "info", destination: { write: (line) => void lines.push(line) } });
  return { log, lines };
}

describe("the log", () => {
  it("never holds the query string of a meeting's address, in whatever field it comes", () => {
    const { log, lines } = openLog();
    const url = "https://zoom.us/j/123?pwd=s3cret";
    log.info({ meetingUrl: url, nested: { deep: [{ url }] } }, `Joining ${url}`);
    log.error({ err: new Error(`Failed query: insert … ${url}`) }, "It failed");
    expect(lines).toHaveLength(2);
    expect(lines.join("")).not.toContain("s3cret");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      msg: "Joining https://zoom.us/j/123?(hidden)",
      meetingUrl: "https://zoom.us/j/123?(hidden)",
    });
  });

  it("hides secrets by their name", () => {
    const { log, lines } = openLog();
    log.warn({ headers: { authorization: "Bearer s3cret" }, accessToken: "s3cret" }, "Refused");
    expect(lines.join("")).not.toContain("s3cret");
  });

  it("names the process and gives each line a readable time", () => {
    const { log, lines } = openLog();
    log.info("Ready");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ name: "test", time: expect.stringMatching(/^\d{4}-.*Z$/) });
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { hasOwnTitle, titleOf } from "./event-titles.ts";

const REPOSITORIES = new URL("../../server/database/repositories/", import.meta.url);
/** Told of a platform, not of a bot. */
const OF_PLATFORMS = /^MASS_STOP_|^BREAKER_/;

/** The codes that the server's sources write into events. */
function findCodes(): string[] {
  const files = readdirSync(REPOSITORIES).filter((name) => name.endsWith(".ts") && !name.includes(".test."));
  const found = files.flatMap((name) => {
    const source = readFileSync(new URL(name, REPOSITORIES), "utf8");
    return [...source.matchAll(/\bcode: "([A-Z_]+)"/g)].map(([, code]) => code ?? "");
  });
  return [...new Set(found)].filter((code) => !OF_PLATFORMS.test(code));
}

it("gives every event that milo writes a title of its own", () => {
  const codes = findCodes();
  expect(codes).toContain("STAGE_PASSED");
  expect(codes.filter((code) => !hasOwnTitle(code))).toEqual([]);
});

it("says the code of a bot's own event in words", () => {
  expect(titleOf("MEETING_NOT_FOUND")).toBe("Meeting not found");
});

import { describe, expect, it } from "vitest";
import { routePattern, routePatterns } from "./route-pattern.ts";

const known = new Set(routePatterns(["bots.get"]));

describe("the pattern of a path", () => {
  it.each([
    ["/", "/"],
    ["/bots/17", "/bots/:id"],
    ["/bots/https://zoom.us", "other"],
    ["/bots/:id", "other"],
    ["/api/trpc/bots.get", "/api/trpc/bots.get"],
    ["/api/trpc/bots.get,bots.list", "/api/trpc/(several)"],
    ["/api/trpc/no.such", "other"],
    ["/_next/static/chunks/1f.js", "/_next"],
    ["/api/bot/v1/claim", "/api/bot/v1/claim"],
    ["/.env", "other"],
    [null, "other"],
  ])("of %s is %s", (path, pattern) => {
    expect(routePattern(path, known)).toBe(pattern);
  });
});

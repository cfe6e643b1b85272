import { describe, expect, it } from "vitest";
import { fitToVersion, parseVersion } from "./version-gates.ts";

const BODY = { name: "x", autogenerate_domain: false, tags: [], stop_grace_period: 1, max_restart_count: 1 };
const NONE = new Set<string>();

describe("fitToVersion", () => {
  it.each([
    ["4.0.0-beta.460", ["name"]],
    ["4.0.0", ["name", "autogenerate_domain"]],
    ["4.1.9", ["name", "autogenerate_domain"]],
    ["4.2.0", ["name", "autogenerate_domain", "tags", "stop_grace_period"]],
    ["4.3.0-rc.1", ["name", "autogenerate_domain", "tags", "stop_grace_period"]],
    ["4.3.11", Object.keys(BODY)],
    ["v5.0.0", Object.keys(BODY)],
    ["<html>", Object.keys(BODY)],
  ])("sends %s only the fields it takes", (text, fields) => {
    expect(Object.keys(fitToVersion(BODY, parseVersion(text), NONE))).toEqual(fields);
  });

  it("leaves out what this server refused before, whatever its version", () => {
    expect(fitToVersion(BODY, parseVersion("4.3.11"), new Set(["tags"]))).not.toHaveProperty("tags");
  });
});

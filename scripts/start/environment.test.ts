import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkConfiguration, readEnvironment, usesEmbeddedDatabase } from "./environment.ts";

const ENV = {
  PLATFORM_PRIORITY: "coolify",
  COOLIFY_BOT_LIMIT: "2",
  COOLIFY_API_URL: "https://coolify.example.com",
  COOLIFY_API_TOKEN: "1|c00lify-t0ken",
  COOLIFY_PROJECT_UUID: "project",
  COOLIFY_SERVER_UUID: "server",
  COOLIFY_ENVIRONMENT_NAME: "production",
  COOLIFY_ENVIRONMENT_UUID: "environment",
  COOLIFY_DESTINATION_UUID: "destination",
  COOLIFY_IMAGE: "ghcr.io/example/bot:1",
  MILO_PUBLIC_URL: "https://milo.example.com",
};

describe("the environment of npm start", () => {
  it("is the process's own, and below it what the file says", async () => {
    const folder = mkdtempSync(join(tmpdir(), "milo-env-"));
    const file = join(folder, ".env");
    writeFileSync(file, "PORT=4000\nLOG_LEVEL=debug\n");
    expect(readEnvironment(file, { PORT: "5000" })).toMatchObject({ PORT: "5000", LOG_LEVEL: "debug" });
    await rm(folder, { recursive: true });
    expect(readEnvironment(file, { PORT: "5000" })).toEqual({ PORT: "5000" });
  });

  it("runs a database of its own only when none is named", () => {
    expect([usesEmbeddedDatabase({}), usesEmbeddedDatabase({ DATABASE_URL: " " })]).toEqual([true, true]);
    expect(usesEmbeddedDatabase({ DATABASE_URL: "postgres://db/milo" })).toBe(false);
  });

  it("is summed up a line per variable, what was set first, with no secret in it", () => {
    const env = { ...ENV, DATABASE_URL: "postgres://milo:pa55@db/milo", MILO_ACCESS_TOKEN: "0123456789abcdef" };
    const { summary, dataDir } = checkConfiguration(env);
    expect(dataDir).toBe(".data");
    expect(summary).toContain("COOLIFY_BOT_LIMIT=2");
    expect(summary).toContain("PORT=3000 (default)");
    expect(summary.join("\n")).not.toMatch(/pa55|t0ken|0123456789abcdef/);
    expect(new Set(summary).size).toBe(summary.length);
    const firstDefault = summary.findIndex((line) => line.endsWith("(default)"));
    expect(summary.slice(firstDefault).every((line) => line.endsWith("(default)"))).toBe(true);
  });

  it("is refused with every problem of both processes at once, each named once", () => {
    const check = () => checkConfiguration({ HOST: "0.0.0.0", COOLIFY_BOT_LIMIT: "two" });
    expect(check).toThrow(/PLATFORM_PRIORITY[\s\S]*MILO_ACCESS_TOKEN[\s\S]*MILO_PUBLIC_URL/);
    try {
      check();
    } catch (error) {
      expect(String(error).match(/PLATFORM_PRIORITY is required/g)).toHaveLength(1);
      expect(String(error)).not.toContain("DATABASE_URL");
    }
  });
});

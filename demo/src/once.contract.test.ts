import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import type { Report } from "./verdict/report.ts";
import { SCENARIO_NAMES } from "./verdict/scenario.ts";

/** The day has 3 minutes; a first build of the console on a busy machine comes on top. */
const LIMIT_MS = 300_000;
const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Processes whose environment holds the text; none where there is no /proc. */
function processesWith(mark: string): string[] {
  return listProcesses().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(mark);
    } catch {
      return false; // It ended meanwhile.
    }
  });
}

function listProcesses(): string[] {
  return process.platform === "linux" ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
}

it("sees every scenario, says so in one line of JSON and leaves nothing behind [meetingbot#340]", {
  timeout: LIMIT_MS,
}, async () => {
  folder = mkdtempSync(join(tmpdir(), "milo-demo-test-"));
  chmodSync(folder, 0o711); // As root, the database runs as a user who must be able to pass through.
  const child = spawn(process.execPath, [MAIN, "--once", "--json"], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, story, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);

  expect(output.trimEnd().split("\n"), story).toHaveLength(1);
  const report = JSON.parse(output) as Report;
  expect(report.error, story).toBeUndefined();
  expect(
    report.scenarios.filter((scenario) => !scenario.ok),
    story,
  ).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.scenarios.map((scenario) => scenario.name).sort()).toEqual([...SCENARIO_NAMES].sort());
  expect(code).toBe(0);

  expect(readdirSync(folder)).toEqual([]);
  expect(processesWith(folder)).toEqual([]);
  const [consoleUrl] = /http:\/\/127\.0\.0\.1:\d+/.exec(story) ?? [];
  expect(consoleUrl).toBeDefined();
  expect(processesWith(`MILO_URL=${consoleUrl}`)).toEqual([]);
});

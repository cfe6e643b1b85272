import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTallies, TALLY_FILE_VARIABLE } from "./tally.ts";

const ROOT = resolve(import.meta.dirname, "..");
const HEAD = 'import { beforeAll, describe, it, expect } from "vitest";\n';
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "milo-tally-test-"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs vitest with the reporter on one file and returns what it counted. */
async function count(name: string, text: string) {
  const cwd = join(folder, name);
  const report = join(cwd, "tally.jsonl");
  mkdirSync(cwd);
  writeFileSync(join(cwd, "planted.test.js"), HEAD + text);
  const reporter = join(ROOT, "scripts/tally-reporter.ts");
  const args = [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--root", cwd, "--reporter", reporter];
  const env = { ...process.env, [TALLY_FILE_VARIABLE]: report };
  const printed = await new Promise<string>((done) => {
    execFile(process.execPath, args, { cwd, env }, (_error, stdout) => done(stdout));
  });
  return { ...parseTallies(readFileSync(report, "utf8"))[0], printed };
}

describe("the tally reporter", () => {
  it("counts tests that passed, failed and were skipped", async () => {
    const text = 'it("a", () => {}); it("b", () => { expect(1).toBe(2); }); it.skip("c", () => {});';
    expect(await count("plain", text)).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
  });

  it("counts a file that cannot be loaded as failed", async () => {
    expect(await count("unloadable", 'throw new Error("broken");')).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  });

  it("counts a hook that fails as failed, though vitest calls its tests skipped", async () => {
    const text = 'describe("d", () => { beforeAll(() => { throw new Error("no"); }); it("a", () => {}); });';
    expect((await count("hook", text)).failed).toBe(1);
  });

  it("counts an error outside any test as failed", async () => {
    const text =
      'it("a", async () => { Promise.reject(new Error("stray")); await new Promise((r) => setTimeout(r, 5)); });';
    expect(await count("stray", text)).toMatchObject({ passed: 1, failed: 1, skipped: 0 });
  });

  it("prints why a test was skipped", async () => {
    const { printed } = await count("reason", 'it("a", (context) => context.skip("Only on Sundays."));');
    expect(printed).toContain("Skipped: a: Only on Sundays.");
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { type ManagedProcess, manageProcess } from "./managed-process.ts";

const folder = mkdtempSync(join(tmpdir(), "milo-managed-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Says its pid, then that it is ready; ends in order on SIGTERM and when its parent goes. */
const WORKING = `
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
console.log("pid " + process.pid);
process.send({ kind: "ready", url: "http://127.0.0.1:1" });
setInterval(() => {}, 1000);
`;

function manage(name: string, code: string): { managed: ManagedProcess; line(pattern: RegExp): Promise<string> } {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, code);
  const lines: string[] = [];
  let notify = () => {};
  const print = (line: string) => {
    lines.push(line);
    notify();
  };
  const managed = manageProcess({ name, args: [file], env: process.env, cwd: folder, print });
  onTestFinished(managed.kill);
  async function line(pattern: RegExp): Promise<string> {
    for (;;) {
      const at = lines.findIndex((text) => pattern.test(text));
      if (at !== -1) return lines.splice(0, at + 1).at(-1) ?? "";
      await new Promise<void>((resolve) => {
        notify = resolve;
      });
    }
  }
  return { managed, line };
}

const pidIn = (line: string) => Number(/pid (\d+)/.exec(line)?.[1]);
const lives = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a managed process", () => {
  it("is started again after it was killed", async () => {
    const { managed, line } = manage("killed", WORKING);
    expect(await managed.ready).toBe("http://127.0.0.1:1");
    const first = pidIn(await line(/pid/));
    process.kill(first, "SIGKILL");
    expect(await line(/ended/)).toContain("ended by SIGKILL; starting it again in 0.5 s");
    const second = pidIn(await line(/pid/));
    expect(second).not.toBe(first);
    await managed.stop();
    expect(lives(second)).toBe(false);
  });

  it("that ends before it ever worked is not tried again, and whoever waits for it is told", async () => {
    const { managed, line } = manage("broken", 'console.error("no database"); process.exit(3);');
    await expect(managed.ready).rejects.toThrow("broken ended with code 3 before it was ready");
    expect(await line(/no database/)).toContain("no database");
  });

  it("is ended in order and started at once when it is to restart", async () => {
    const { managed, line } = manage("restarted", WORKING);
    const first = pidIn(await line(/pid/));
    await managed.ready;
    managed.restart();
    const second = pidIn(await line(/pid/));
    expect([second === first, lives(first)]).toEqual([false, false]);
    await managed.stop();
  });
});

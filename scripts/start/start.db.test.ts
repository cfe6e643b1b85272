import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENV, lives, type Program, pidOf, runStart, START_LIMIT_MS } from "./start.testkit.ts";

const STOP_LIMIT_MS = 40_000;

describe("npm start", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "milo-start-"));
  let milo: Program;
  let url = "";
  beforeAll(async () => {
    milo = runStart({ ...ENV, MILO_DATA_DIR: dataDir });
    url = /http\S+/.exec(await milo.line(/milo is running/))?.[0] ?? "";
  }, START_LIMIT_MS);
  afterAll(async () => {
    milo.child.kill("SIGTERM");
    await milo.ended;
    rmSync(dataDir, { recursive: true, force: true });
  }, STOP_LIMIT_MS);

  const platforms = async () => (await fetch(`${url}/api/trpc/infrastructure.getActivePlatforms`)).json();
  const page = async (path: string) => (await fetch(url + path)).text();

  it("runs console, API, dispatcher and database, and sums up its configuration without secrets", async () => {
    expect(await platforms()).toMatchObject({
      result: { data: { json: [{ platform: "coolify", used: 0, limit: 0 }] } },
    });
    expect(await page("/")).toContain("Coolify (0/0)");
    expect(await page("/infrastructure")).toContain("No bot is waiting");
    expect(milo.output()).toContain("COOLIFY_BOT_LIMIT=0");
    expect(milo.output()).not.toContain("c00lify-t0ken");
  });

  it("shows what waits, and keeps the meeting's password out of its log", async () => {
    const body = JSON.stringify({
      json: { meetingPlatform: "zoom", meetingUrl: "https://zoom.us/j/1?pwd=s3cret", name: "Standup" },
    });
    const headers = { "content-type": "application/json" };
    const created = await fetch(`${url}/api/trpc/bots.create`, { method: "POST", headers, body });
    expect(await created.json()).toMatchObject({ result: { data: { json: { success: true, queued: true } } } });
    expect(await page("/")).toContain("Queue: 1 bot waiting");
    expect(await page("/infrastructure")).toContain("Standup");
    expect(milo.output()).not.toContain("s3cret");
  });

  it("starts a process that was killed again", async () => {
    const pid = await pidOf(milo.child, "web/main.js");
    process.kill(pid, "SIGKILL");
    await milo.line(/web +ended by SIGKILL; starting it again/);
    const restarted = async () => (await pidOf(milo.child, "web/main.js").catch(() => pid)) !== pid;
    await expect.poll(restarted, { timeout: 20_000 }).toBe(true);
    // PORT=0 takes another port; the log names it.
    const ready = await milo.line(new RegExp(`Web is ready url=(?!${url}$)`));
    url = /http\S+/.exec(ready)?.[0] ?? "";
    expect(await platforms()).toHaveProperty("result");
  }, 30_000);

  it(
    "ends everything in order on Ctrl-C, web within 5 s although a request is open, the database last",
    async () => {
      const pids = await Promise.all(
        ["web/main.js", "dispatcher/main.js", "host.ts"].map((name) => pidOf(milo.child, name)),
      );
      const held = request(url);
      held.on("error", () => undefined);
      held.write("never ended");
      await new Promise((resolve) => held.once("socket", (socket) => socket.once("connect", resolve)));
      const startedMs = performance.now();
      milo.child.kill("SIGINT");
      await expect.poll(() => lives(pids[0] ?? 0), { timeout: 8_000 }).toBe(false);
      expect(performance.now() - startedMs).toBeLessThan(5_500);
      expect(await milo.ended).toBe(0);
      expect(pids.map(lives)).toEqual([false, false, false]);
      expect(milo.output().trimEnd().endsWith("Stopped.")).toBe(true);
    },
    STOP_LIMIT_MS,
  );

  it("finds what it knew at the next start, and leaves nothing behind when it is killed itself", async () => {
    const again = runStart({ ...ENV, MILO_DATA_DIR: dataDir });
    url = /http\S+/.exec(await again.line(/milo is running/))?.[0] ?? "";
    expect(await page("/infrastructure")).toContain("Standup");
    const pids = await Promise.all(
      ["web/main.js", "dispatcher/main.js", "host.ts"].map((name) => pidOf(again.child, name)),
    );
    again.child.kill("SIGKILL");
    await expect.poll(() => pids.map(lives), { timeout: 30_000 }).toEqual([false, false, false]);
  }, 60_000);
});

describe("npm start, before anything runs", () => {
  it("refuses a configuration that cannot work, naming everything wrong with it", async () => {
    const { HOST: _host, MILO_PUBLIC_URL: _url, ...rest } = ENV;
    const program = runStart({ ...rest, HOST: "0.0.0.0" });
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/MILO_ACCESS_TOKEN is required because HOST is 0\.0\.0\.0[\s\S]*MILO_PUBLIC_URL/);
  });

  it(
    "refuses a database that it cannot reach, in a sentence",
    async () => {
      const program = runStart({ ...ENV, DATABASE_URL: "postgres://milo:pa55@127.0.0.1:9/milo" });
      expect(await program.ended).toBe(1);
      expect(program.output()).toContain("The database could not be migrated: ");
      expect(program.output()).not.toMatch(/pa55|at .*\.ts:/);
    },
    START_LIMIT_MS,
  );
});

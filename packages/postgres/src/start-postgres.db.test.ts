import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRunning, waitUntilGone } from "./processes.ts";
import { startPostgres } from "./start-postgres.ts";

const STARTER = fileURLToPath(new URL("./testing/starter.ts", import.meta.url));

let dataDir = "";
const starters: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "milo-host-test-"));
});

afterEach(async () => {
  for (const starter of starters.splice(0)) starter.kill("SIGKILL");
  const postmaster = existsSync(pidFile()) ? postmasterPid() : null;
  if (postmaster !== null) await waitUntilGone(postmaster, 10_000);
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const pidFile = () => join(dataDir, "cluster", "postmaster.pid");
const postmasterPid = () => Number(readFileSync(pidFile(), "utf8").split("\n")[0]);

async function query(url: string, text: string) {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

/** A process of its own group, as a shell would start it, that starts the database and then waits. */
async function startStarter() {
  const child = spawn(process.execPath, [STARTER, dataDir], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  starters.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, ...(JSON.parse(line) as { url: string; hostPid: number }) };
}

describe("startPostgres", () => {
  it("keeps what was committed over a restart", async () => {
    {
      await using first = await startPostgres({ dataDir });
      await query(first.url, "create table kept (n integer); insert into kept values (7)");
    }
    await using second = await startPostgres({ dataDir });
    expect(await query(second.url, "select n from kept")).toEqual([{ n: 7 }]);
    expect(await query(second.url, "show fsync")).toEqual([{ fsync: "on" }]);
    expect(await query(second.url, "show synchronous_commit")).toEqual([{ synchronous_commit: "on" }]);
  });

  it("ends the database within seconds when its starter is killed", async () => {
    const starter = await startStarter();
    const postmaster = postmasterPid();
    starter.child.kill("SIGKILL");
    expect(await waitUntilGone(postmaster, 5_000)).toBe(true);
    expect(await waitUntilGone(starter.hostPid, 5_000)).toBe(true);
  });

  it("stops the server a killed host left behind and continues with its data", async () => {
    const first = await startPostgres({ dataDir });
    await query(first.url, "create table kept (n integer); insert into kept values (7)");
    const orphan = postmasterPid();
    process.kill(first.hostPid, "SIGKILL");
    await first.exited;
    expect(isRunning(orphan)).toBe(true);

    await using second = await startPostgres({ dataDir });
    expect(isRunning(orphan)).toBe(false);
    expect(await query(second.url, "select n from kept")).toEqual([{ n: 7 }]);
  });

  it("brings a killed server back on the same port with everything that was committed", async () => {
    await using running = await startPostgres({ dataDir });
    await query(running.url, "create table kept (n integer); insert into kept values (7)");
    const killed = postmasterPid();
    process.kill(killed, "SIGKILL");
    await expect
      .poll(() => query(running.url, "select n from kept").catch(() => null), { timeout: 20_000, interval: 50 })
      .toEqual([{ n: 7 }]);
    expect(postmasterPid()).not.toBe(killed);
  });

  it("refuses a second owner of the same folder with a sentence, and leaves the first one alone", async () => {
    await using first = await startPostgres({ dataDir });
    await expect(startPostgres({ dataDir })).rejects.toThrow(
      new RegExp(`The database in ${dataDir} is already in use by process ${first.hostPid}\\.`),
    );
    expect(await query(first.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("gives the folder to exactly one of several that start at once", async () => {
    const results = await Promise.allSettled([1, 2, 3].map(() => startPostgres({ dataDir })));
    const winners = results.filter((result) => result.status === "fulfilled");
    expect(winners).toHaveLength(1);
    for (const { value } of winners) await value.stop();
  });

  it("outlives a Ctrl-C in the terminal, so that its starter can drain before it stops the database", async () => {
    const starter = await startStarter();
    const pid = starter.child.pid;
    if (pid === undefined) throw new Error("The starter has no process id.");
    process.kill(-pid, "SIGINT"); // To the whole foreground group, as a terminal does.
    const [line] = (await once(createInterface({ input: starter.child.stdout as NodeJS.ReadableStream }), "line")) as [
      string,
    ];
    expect(JSON.parse(line)).toEqual({ answerAfterInterrupt: 1 });
    await once(starter.child, "exit");
    expect(isRunning(starter.hostPid)).toBe(false);
  });

  it("makes the cluster again when its making was interrupted", async () => {
    mkdirSync(join(dataDir, "cluster.partial"));
    writeFileSync(join(dataDir, "cluster.partial", "PG_VERSION"), "18\n");
    await using running = await startPostgres({ dataDir });
    expect(await query(running.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("stops even when its folder was deleted under it", async () => {
    const running = await startPostgres({ dataDir });
    const postmaster = postmasterPid();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    await running.stop();
    expect(isRunning(postmaster)).toBe(false);
  });

  it("says why when the server cannot start", async () => {
    await expect(startPostgres({ dataDir, settings: { shared_buffers: "nonsense" } })).rejects.toThrow(
      /shared_buffers/,
    );
  });
});

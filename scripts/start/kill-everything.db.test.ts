import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ENV, lives, pidOf, runStart, START_LIMIT_MS } from "./start.testkit.ts";

const BOTS = 5;

type Answer = { result: { data: { json: Record<string, unknown> } } };
type Waiting = { botId: number; position: number };

describe("npm start, after everything was killed at once", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "milo-killed-"));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  async function start() {
    const program = runStart({ ...ENV, MILO_DATA_DIR: dataDir });
    const url = /http\S+/.exec(await program.line(/milo is running/))?.[0] ?? "";
    const read = async (name: string) => {
      const answer = (await (await fetch(`${url}/api/trpc/${name}`)).json()) as Answer;
      return answer.result.data.json as unknown;
    };
    const write = async (name: string, input: object) => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ json: input });
      const answer = (await (
        await fetch(`${url}/api/trpc/${name}`, { method: "POST", headers, body })
      ).json()) as Answer;
      return answer.result.data.json;
    };
    const queue = async () =>
      ((await read("infrastructure.getQueuedBots")) as Waiting[]).map(({ botId, position }) => ({ botId, position }));
    return { program, read, write, queue };
  }

  it(
    "goes on with the same bots in the same places, and with its work",
    async () => {
      const first = await start();
      const bots = Array.from({ length: BOTS }, (_, n) => ({
        meetingPlatform: "zoom",
        meetingUrl: `https://zoom.us/j/${n}`,
        name: `Bot ${n}`,
      }));
      expect(await first.write("bots.createMany", { bots })).toMatchObject({ results: { length: BOTS } });
      const before = await first.queue();
      expect(before).toHaveLength(BOTS);
      const parent = first.program.child;
      const [web, dispatcher, host] = await Promise.all(
        ["web/main.js", "dispatcher/main.js", "host.ts"].map((name) => pidOf(parent, name)),
      );
      const postmaster = await pidOf({ pid: host }, "bin/postgres");
      const pids = [web, dispatcher, host, postmaster, parent.pid].map(Number);
      for (const pid of pids) process.kill(pid, "SIGKILL");
      await expect.poll(() => pids.map(lives), { timeout: 10_000 }).toEqual(pids.map(() => false));

      const second = await start();
      expect(await second.queue()).toEqual(before);
      await second.write("bots.stop", { botId: before[0]?.botId });
      const left = before.slice(1).map(({ botId }, n) => ({ botId, position: n + 1 }));
      await expect.poll(second.queue, { timeout: 30_000 }).toEqual(left);
      // Answers once a dispatcher has made a pass.
      expect(await second.write("bots.create", bots[0] ?? {})).toMatchObject({ queued: true, queuePosition: BOTS });
      second.program.child.kill("SIGTERM");
      expect(await second.program.ended).toBe(0);
    },
    START_LIMIT_MS * 2,
  );
});

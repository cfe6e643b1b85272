import pino from "pino";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appRouter } from "#server/api/root.ts";
import { createServices } from "#server/api/services/index.ts";
import { createLiveService } from "#server/api/services/live/live-service.ts";
import type { Sql } from "#server/database/client.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { FAST_TIMES } from "#server/testing/test-dispatcher.ts";
import { createApiHandler } from "./api-handler.ts";
import { type LiveViewer, openLiveViewer } from "./testing/live-viewer.ts";
import { startTestWeb, type TestWeb } from "./testing/test-web.ts";

const log = pino({ level: "silent" });
const plan = testPlan({ k8s: 5 });
/** Generous: the machine may be busy. What is promised of time has a test of its own. */
const SOON = { timeout: 10_000, interval: 20 };
const TOKEN = "an-operators-access-token";

describe("the live stream", () => {
  let milo: TestMilo;
  let botId: number;
  const replicas: AsyncDisposable[] = [];
  beforeAll(async () => {
    milo = await createTestMilo();
    await enforcePlan(milo.sql, plan);
    botId = await enqueue(milo.sql, plan);
  });
  afterAll(async () => {
    for (const one of replicas) await one[Symbol.asyncDispose]();
    await milo[Symbol.asyncDispose]();
  });

  /** A web replica on connections of its own; `reads` counts the looks for new events it has sent. */
  async function startReplica(accessToken?: string): Promise<{ web: TestWeb; reads(): number }> {
    let looks = 0;
    const sql = postgres(milo.url, {
      max: 4,
      connection: { lock_timeout: 300 },
      debug: (_connection, query) => {
        if (query.includes("bot_events")) looks++;
      },
    });
    const services = createServices({ sql, plan, times: FAST_TIMES, log });
    services.live = createLiveService({ sql, log, times: FAST_TIMES, heartbeatsEveryMs: 300 });
    const web = await startTestWeb({
      ...(accessToken === undefined ? {} : { accessToken }),
      routes: (closing) => {
        closing.addEventListener("abort", services.live.close);
        return { api: createApiHandler({ router: appRouter, context: { services }, log }) };
      },
    });
    replicas.push({
      async [Symbol.asyncDispose]() {
        await web.close(2_000);
        await sql.end();
      },
    });
    return { web, reads: () => looks };
  }

  const insert = (sql: Sql | postgres.TransactionSql, message: string) =>
    sql`INSERT INTO bot_events (bot_id, at, code, message) VALUES (${botId}, milo_now(), 'TEST', ${message})`;
  const connected = async (viewer: LiveViewer) => {
    await expect.poll(() => viewer.messages.map(({ type }) => type), SOON).toContain("connected");
    return viewer;
  };
  /** A transaction that has written a message and stays open until it is told to end. */
  async function hold(message: string) {
    const sql = postgres(milo.url, { max: 1 });
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const done = sql.begin(async (tx) => {
      await insert(tx, message);
      begun.resolve();
      await end.promise;
    });
    await begun.promise;
    return async () => {
      end.resolve();
      await done;
      await sql.end();
    };
  }

  it("tells of a row written in SQL within a second, of bots and of platforms", async () => {
    const { web } = await startReplica();
    using viewer = await connected(await openLiveViewer(web.url));
    // The best of some: what a busy machine adds to one or the other says nothing about milo.
    const tookMs: number[] = [];
    for (const row of ["row 1", "row 2", "row 3", "row 4"]) {
      const startedMs = performance.now();
      await insert(milo.sql, row);
      await expect.poll(viewer.told, { ...SOON, interval: 10 }).toContain(row);
      tookMs.push(performance.now() - startedMs);
    }
    expect(Math.min(...tookMs)).toBeLessThan(1_000);
    await milo.sql`INSERT INTO platform_events (platform, at, code, message) VALUES ('k8s', milo_now(), 'HELD', 'why')`;
    const event = expect.objectContaining({ platform: "k8s", code: "HELD", message: "why", at: expect.any(Date) });
    await expect
      .poll(() => viewer.messages, SOON)
      .toContainEqual({ type: "events", botEvents: [], platformEvents: [event] });
  });

  it("loses nothing and tells nothing twice when a lower id commits after a higher one, however late", async () => {
    const { web } = await startReplica();
    using viewer = await connected(await openLiveViewer(web.url));
    const early = postgres(milo.url, { max: 1 });
    // Its transaction is older than the one that holds the lower id.
    const commitLow = await early.begin(async (tx) => {
      await tx`SELECT pg_current_xact_id()`;
      const commit = await hold("low");
      await insert(tx, "high");
      return commit;
    });
    await early.end();
    await expect.poll(viewer.told, SOON).toEqual(["high"]);
    // One that joins meanwhile is told of it as well.
    using late = await connected(await openLiveViewer(web.url));
    using elsewhere = await connected(await openLiveViewer((await startReplica()).web.url));
    for (let n = 0; n < 24; n++) {
      await insert(milo.sql, `later ${n}`);
      await expect.poll(viewer.told, SOON).toContain(`later ${n}`);
    }
    await commitLow();
    for (const one of [viewer, late, elsewhere]) await expect.poll(one.told, SOON).toContain("low");
    await insert(milo.sql, "end");
    // One look may find several at once, and tells them in the order of their ids.
    const told = ["end", "high", ...Array.from({ length: 24 }, (_, n) => `later ${n}`), "low"];
    const sorted = (one: LiveViewer) => () => one.told().toSorted();
    await expect.poll(sorted(viewer), SOON).toEqual(told.toSorted());
    for (const one of [late, elsewhere]) {
      await expect.poll(sorted(one), SOON).toEqual(told.filter((message) => message !== "high").toSorted());
    }
  });

  it("reads once for twenty viewers, and not at all for none", async () => {
    const { web, reads } = await startReplica();
    const viewers = await Promise.all(Array.from({ length: 20 }, () => openLiveViewer(web.url)));
    await Promise.all(viewers.map(connected));
    const before = reads();
    const startedMs = performance.now();
    await expect.poll(reads, SOON).toBeGreaterThanOrEqual(before + 4);
    expect(reads() - before).toBeLessThanOrEqual((performance.now() - startedMs) / 250 + 1);
    for (const viewer of viewers) viewer[Symbol.dispose]();
    // What was under way when the last one left may still come: several times what lies between two reads is waited.
    let seen = -1;
    const isIdle = () => {
      const last = seen;
      seen = reads();
      return last === seen;
    };
    await expect.poll(isIdle, { timeout: 20_000, interval: 1_500 }).toBe(true);
    const idle = reads();
    using _again = await connected(await openLiveViewer(web.url));
    expect(reads()).toBeGreaterThan(idle);
  });

  it("tells a viewer that comes back, here or to another replica, what it missed and nothing again", async () => {
    const [first, second] = [await startReplica(), await startReplica()];
    using before = await connected(await openLiveViewer(first.web.url));
    const commitLow = await hold("held");
    await insert(milo.sql, "seen");
    await expect.poll(before.told, SOON).toEqual(["seen"]);
    const lastEventId = before.lastEventId() ?? expect.fail("no id");
    before[Symbol.dispose]();
    await insert(milo.sql, "missed");
    using still = await connected(await openLiveViewer(first.web.url, { lastEventId }));
    await expect.poll(still.told, SOON).toEqual(["missed"]);
    await commitLow();
    await expect.poll(still.told, SOON).toEqual(["missed", "held"]);
    for (const { web } of [first, second]) {
      using after = await connected(await openLiveViewer(web.url, { lastEventId }));
      const before = after.told();
      expect(before).toEqual(expect.arrayContaining(["held", "missed"]));
      await insert(milo.sql, `new ${web.url}`);
      await expect.poll(after.told, SOON).toEqual([...before, `new ${web.url}`]);
      expect(new Set(after.told()).size).toBe(after.told().length);
    }
  });

  it("tells a viewer that missed too much to begin anew, and goes on from there", async () => {
    const { web } = await startReplica();
    using now = await connected(await openLiveViewer(web.url));
    const [high = 0] = (now.lastEventId() ?? "").split(/[:~]/).map(Number);
    await milo.sql`INSERT INTO bot_events (bot_id, at, code, message)
      SELECT ${botId}, milo_now(), 'TEST', 'many' FROM generate_series(1, 1200)`;
    await expect.poll(() => now.told().length, SOON).toBe(1_200);
    for (const lastEventId of [`${high}~0`, `${high + 900_000}~0`, "of another version"]) {
      using viewer = await openLiveViewer(web.url, { lastEventId });
      await expect.poll(() => viewer.messages.length, SOON).toBeGreaterThan(0);
      expect(viewer.messages[0]).toMatchObject({ type: "reset", reason: "too_far_behind" });
      expect(viewer.lastEventId()).not.toBe(lastEventId);
      await insert(milo.sql, `after ${lastEventId}`);
      await expect.poll(viewer.told, SOON).toEqual([`after ${lastEventId}`]);
    }
  });

  it("tells heartbeat ages of the bots a viewer shows, and of no others", async () => {
    const { web } = await startReplica();
    const shown = await enqueue(milo.sql, plan);
    const other = await enqueue(milo.sql, plan);
    await milo.sql`WITH made AS (
      INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, reserved_at, start_by)
        SELECT id, 'k8s', 1, 'key-' || id, 'RUNNING', milo_now(), milo_now() FROM bots
        WHERE id IN (${shown}, ${other}) RETURNING id)
      INSERT INTO heartbeats SELECT id, milo_now() - interval '1 minute' FROM made`;
    using viewer = await connected(await openLiveViewer(web.url, { input: { botIds: [shown, botId] } }));
    const ages = () => viewer.messages.flatMap((one) => (one.type === "heartbeats" ? one.heartbeats : []));
    await expect.poll(() => ages().length, SOON).toBeGreaterThanOrEqual(2);
    expect(new Set(ages().map((age) => age.botId))).toEqual(new Set([shown]));
    expect(ages()[0]?.ageMs).toBeGreaterThanOrEqual(60_000);
    const tooMany = await openLiveViewer(web.url, { input: { botIds: Array.from({ length: 201 }, (_, n) => n + 1) } });
    await tooMany.ended;
    expect(tooMany.failure()).toBe("BAD_REQUEST");
  });

  it("tells that a slot came free, of which no event is written", async () => {
    const { web } = await startReplica();
    const occupying = await enqueue(milo.sql, plan);
    await milo.sql`INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, reserved_at, start_by)
      VALUES (${occupying}, 'k8s', 1, 'key-occupying', 'STOPPING', milo_now(), milo_now())`;
    using viewer = await connected(await openLiveViewer(web.url));
    const freed = () => viewer.messages.filter(({ type }) => type === "platforms");
    // Until then the first look may not have been made, and there is nothing that it could differ from.
    await expect
      .poll(
        async () => {
          await milo.sql`UPDATE deployments SET slot_no = coalesce(slot_no, 0) + 1, phase =
          CASE phase WHEN 'STOPPING' THEN 'RUNNING' ELSE 'STOPPING' END WHERE launch_key = 'key-occupying'`;
          return freed();
        },
        { ...SOON, interval: 700 },
      )
      .toContainEqual({ type: "platforms", platforms: ["k8s"] });
  });

  it("tells what needs a person by time alone: waits about to end, dispatchers gone silent or of two plans", async () => {
    const { web } = await startReplica();
    using viewer = await connected(await openLiveViewer(web.url));
    const told = () => viewer.messages.filter(({ type }) => type === "platforms").length;
    const changes = [
      milo.sql`UPDATE deployment_queue SET timeout_at = milo_now() + interval '62 seconds' WHERE bot_id = ${botId}`,
      milo.sql`INSERT INTO dispatchers (id, started_at, heartbeat_at, plan)
        VALUES ('one', milo_now(), milo_now() + interval '1 hour', '1')`,
      milo.sql`INSERT INTO dispatchers (id, started_at, heartbeat_at, plan)
        VALUES ('two', milo_now(), milo_now() + interval '1 hour', '2')`,
      milo.sql`UPDATE dispatchers SET heartbeat_at = milo_now() - interval '1 hour'`,
    ];
    // The first look has nothing to differ from.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    for (const change of changes) {
      const before = told();
      await change;
      await expect.poll(told, SOON).toBeGreaterThan(before);
    }
  });

  it("lets a page that was read at a point join from there, with nothing left out and nothing told again", async () => {
    const { web } = await startReplica();
    const commitLow = await hold("under way");
    await insert(milo.sql, "before the page");
    const answer = await web.call("/api/trpc/live.getPoint");
    const { cursor } = (answer.body as { result: { data: { json: { cursor: string } } } }).result.data.json;
    await insert(milo.sql, "after the page");
    await commitLow();
    using viewer = await connected(await openLiveViewer(web.url, { input: { lastEventId: cursor } }));
    await expect.poll(() => viewer.told().toSorted(), SOON).toEqual(["after the page", "under way"]);
  });

  it("says that it shows what is old while the database does not answer, and catches up", async () => {
    const { web } = await startReplica();
    using viewer = await connected(await openLiveViewer(web.url));
    const locker = postgres(milo.url, { max: 1 });
    await locker.begin(async (tx) => {
      await tx`LOCK TABLE bot_events IN ACCESS EXCLUSIVE MODE`;
      await insert(tx, "behind the lock");
      await expect.poll(() => viewer.messages.at(-1)?.type, SOON).toBe("stalled");
    });
    await locker.end();
    await expect.poll(() => viewer.messages.map(({ type }) => type), SOON).toContain("resumed");
    expect(viewer.told()).toEqual(["behind the lock"]);
  });

  it("calls nobody connected who comes while the database does not answer, until it does", async () => {
    const { web } = await startReplica();
    using first = await connected(await openLiveViewer(web.url));
    const locker = postgres(milo.url, { max: 1 });
    let late: LiveViewer | undefined;
    await locker.begin(async (tx) => {
      await tx`LOCK TABLE bot_events IN ACCESS EXCLUSIVE MODE`;
      await expect.poll(() => first.messages.at(-1)?.type, SOON).toBe("stalled");
      late = await openLiveViewer(web.url);
      await expect.poll(() => late?.messages.map(({ type }) => type), SOON).toEqual(["stalled"]);
      await insert(tx, "meanwhile");
    });
    await locker.end();
    using viewer = late as LiveViewer;
    await expect.poll(() => viewer.messages.map(({ type }) => type), SOON).toContain("connected");
    await insert(milo.sql, "afterwards");
    await expect.poll(() => viewer.told(), SOON).toContain("afterwards");
    expect(viewer.messages.slice(0, 2).map(({ type }) => type)).toEqual(["stalled", "connected"]);
  });

  it("ends every stream with SERVICE_UNAVAILABLE when the process stops, long before 5 s, and takes no new one", async () => {
    const { web } = await startReplica();
    const viewers = await Promise.all([1, 2, 3].map(() => openLiveViewer(web.url)));
    await Promise.all(viewers.map(connected));
    const startedMs = performance.now();
    await web.close(4_000);
    await Promise.all(viewers.map(({ ended }) => ended));
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    expect(viewers.map((viewer) => viewer.failure())).toEqual(Array(3).fill("SERVICE_UNAVAILABLE"));
    await expect(openLiveViewer(web.url)).rejects.toThrow();
  });

  it("is opened to nobody without the access token", async () => {
    const { web } = await startReplica(TOKEN);
    const refused = await openLiveViewer(web.url);
    const wrong = await openLiveViewer(web.url, { headers: { authorization: "Bearer wrong" } });
    expect([refused.status, wrong.status]).toEqual([401, 401]);
    using viewer = await openLiveViewer(web.url, { headers: { authorization: `Bearer ${TOKEN}` } });
    await connected(viewer);
  });

  it("has what is shown read again where more is under way than it can watch", async () => {
    const { web } = await startReplica();
    using viewer = await connected(await openLiveViewer(web.url));
    const resets = () => viewer.messages.filter(({ type }) => type === "reset").length;
    await insert(milo.sql, "before the gaps");
    await expect.poll(viewer.told, SOON).toContain("before the gaps");
    expect(resets()).toBe(0);
    // Every second number is given to nobody: the looks find more gaps than they can watch.
    await milo.sql`INSERT INTO bot_events (bot_id, at, code, message)
      SELECT ${botId}, milo_now(), 'TEST', 'gap ' || nextval(pg_get_serial_sequence('bot_events', 'id'))
      FROM generate_series(1, 600)`;
    await expect.poll(resets, SOON).toBeGreaterThan(0);
    await insert(milo.sql, "after the gaps");
    await expect.poll(viewer.told, { timeout: 20_000, interval: 50 }).toContain("after the gaps");
  });
});

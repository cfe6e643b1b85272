import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sql } from "#server/database/client.ts";
import { errorCode } from "#server/database/retry.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { type Admitted, admit } from "./admit.ts";

const REQUEST = { platform: "k8s", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 100 } as const;

describe("admission", () => {
  let milo: TestMilo;
  let sql: Sql;
  const plan = testPlan({ k8s: 1, aws: 5 }, { queueTimeoutMs: 60_000 });
  beforeEach(async () => {
    milo = await createTestMilo();
    sql = milo.sql;
    await enforcePlan(sql, plan);
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  const alarm = () => expect.fail("slot clash");
  const admitOn = (on: Sql, request: Partial<Parameters<typeof admit>[1]> = {}) =>
    admit(on, { ...REQUEST, ...request }, alarm);
  const occupying = async (platform = "k8s") =>
    (await sql`SELECT count(*)::int AS n FROM deployments WHERE platform = ${platform} AND phase <> 'ENDED'`)[0]?.n;
  const ids = (admitted: readonly Admitted[]) => admitted.map((attempt) => attempt.botId);
  /** Until that many backends of this database stand at a lock: the interleaving is reached, not guessed. */
  async function untilWaiting(backends: number) {
    for (;;) {
      const [row] = await sql<{ n: number }[]>`
        SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      if ((row?.n ?? 0) >= backends) return;
    }
  }
  /** Stops every admission between its count and its claim, on an advisory lock that the test holds. */
  async function pauseAfterCount() {
    const [row] = await sql<{ source: string }[]>`SELECT pg_get_functiondef('milo_admit'::regproc) AS source`;
    const source = row?.source ?? "";
    const paused = source.replace(
      "v_now := milo_now();",
      "PERFORM pg_advisory_xact_lock_shared(99); v_now := milo_now();",
    );
    expect(paused).not.toBe(source);
    await sql.unsafe(paused);
  }

  /** Two admissions of which the second asks while the first stands between its count and its claim. */
  async function admitTwiceAtOnce() {
    await pauseAfterCount();
    await enqueue(sql, plan);
    const [gate, one, two] = [milo.open(1), milo.open(1), milo.open(1)];
    await two.sql`SELECT 1`;
    let first: Promise<Admitted[]> | undefined;
    let second: Promise<Admitted[]> | undefined;
    await gate.sql.begin(async (tx) => {
      await tx`SELECT pg_advisory_xact_lock(99)`;
      first = admitOn(one.sql);
      await untilWaiting(1);
      // A head that the first has not seen: no row lock on entries brings the two together.
      await enqueue(sql, plan, { priority: 100 });
      second = admitOn(two.sql);
      await untilWaiting(2);
    });
    const results = await Promise.all([first, second]);
    return results.flatMap((result) => ids(result ?? []));
  }

  it("gives the last slot once when a second dispatcher asks between the first one's count and claim", async () => {
    expect(await admitTwiceAtOnce()).toHaveLength(1);
    expect(await occupying()).toBe(1);
  });

  it.each([
    ["without the row lock", (source: string) => source.replace("FOR NO KEY UPDATE;", ";")],
    [
      "with the count in the statement that locks",
      (source: string) =>
        source.replace(
          /SELECT p\.\* INTO v_platform FROM platforms p WHERE p\.platform = p_platform FOR NO KEY UPDATE;[\s\S]*?SELECT count\(\*\), count\(\*\) FILTER/,
          "WITH locked AS MATERIALIZED (SELECT 1 FROM platforms p WHERE p.platform = p_platform FOR NO KEY UPDATE) SELECT count(*) FILTER (WHERE EXISTS (SELECT FROM locked)), count(*) FILTER",
        ),
    ],
  ])("would give it twice %s: the test before this one can fail", async (_, breakIt) => {
    const [row] = await sql<{ source: string }[]>`SELECT pg_get_functiondef('milo_admit'::regproc) AS source`;
    const source = row?.source ?? "";
    expect(breakIt(source)).not.toBe(source);
    await sql.unsafe(breakIt(source));
    // The backstop would catch it, too.
    await sql.unsafe("DROP INDEX deployments_slot");
    expect(await admitTwiceAtOnce()).toHaveLength(2);
    expect(await occupying()).toBe(2);
  });

  it("refuses any isolation in which the count could be older than the lock", async () => {
    await enqueue(sql, plan);
    for (const isolation of ["repeatable read", "serializable"]) {
      const attempt = milo.open(1).sql.begin(`isolation level ${isolation}`, (tx) => admitOn(tx as unknown as Sql));
      await expect(attempt).rejects.toThrow(/READ COMMITTED/);
    }
  });

  it("takes bots by priority, then time, then id, and never more than fit", async () => {
    await sql`UPDATE platforms SET bot_limit = 3 WHERE platform = 'k8s'`;
    const low = await enqueue(sql, plan, { priority: -5 });
    const first = await enqueue(sql, plan);
    const second = await enqueue(sql, plan);
    const urgent = await enqueue(sql, plan, { priority: 10 });
    expect(ids(await admitOn(sql)).sort()).toEqual([first, second, urgent].sort());
    await sql`UPDATE deployments SET phase = 'ENDED', ended_at = milo_now(), outcome = 'completed'`;
    expect(ids(await admitOn(sql))).toEqual([low]);
  });

  it("numbers the attempts and slots of one batch in the order of the queue", async () => {
    await sql`UPDATE platforms SET bot_limit = 8 WHERE platform = 'k8s'`;
    const bots: { botId: number; priority: number }[] = [];
    for (const priority of [0, 5, -3, 5, 0, 9]) bots.push({ botId: await enqueue(sql, plan, { priority }), priority });
    // Of the bots that are equal the one that was stored last has waited longest.
    for (const [n, { botId }] of bots.entries()) {
      await sql`UPDATE deployment_queue SET queued_at = queued_at - make_interval(secs => ${n}) WHERE bot_id = ${botId}`;
    }
    const inOrder = bots.toReversed().sort((a, b) => b.priority - a.priority);
    expect(ids(await admitOn(sql))).toEqual(inOrder.map(({ botId }) => botId));
    const rows = await sql`SELECT bot_id AS "botId", slot_no AS slot FROM deployments ORDER BY id`;
    expect([...rows]).toEqual(inOrder.map(({ botId }, n) => ({ botId, slot: n + 1 })));
    const told =
      await sql`SELECT bot_id AS "botId", message FROM bot_events WHERE code = 'ADMITTED' ORDER BY deployment_id`;
    expect([...told]).toEqual(
      inOrder.map(({ botId }, n) => ({ botId, message: expect.stringContaining(`(${n + 1}/8)`) })),
    );
  });

  it("lets a bot that may not use a platform block nobody who may", async () => {
    const barred = await enqueue(sql, plan, { priority: 100 });
    await sql`UPDATE deployment_queue SET open_to = '{aws}' WHERE bot_id = ${barred}`;
    const other = await enqueue(sql, plan);
    expect(ids(await admitOn(sql))).toEqual([other]);
    expect(ids(await admitOn(sql, { platform: "aws" }))).toEqual([barred]);
  });

  it("leaves a bot to a better platform that has room, whichever platform's turn it is", async () => {
    const both = await enqueue(sql, plan);
    await sql`UPDATE deployment_queue SET open_to = '{k8s,aws}' WHERE bot_id = ${both}`;
    expect(await admitOn(sql, { platform: "aws" })).toEqual([]);
    expect(ids(await admitOn(sql))).toEqual([both]);
    const next = await enqueue(sql, plan);
    await sql`UPDATE deployment_queue SET open_to = '{k8s,aws}' WHERE bot_id = ${next}`;
    expect(ids(await admitOn(sql, { platform: "aws" }))).toEqual([next]);
  });

  it("stops at a lowered limit until usage has drained, and never kills for it", async () => {
    await sql`UPDATE platforms SET bot_limit = 3 WHERE platform = 'k8s'`;
    for (let n = 0; n < 5; n++) await enqueue(sql, plan);
    expect(await admitOn(sql)).toHaveLength(3);
    await sql`UPDATE platforms SET bot_limit = 2 WHERE platform = 'k8s'`;
    const release = () => sql`
      UPDATE deployments SET phase = 'ENDED', ended_at = milo_now(), outcome = 'completed'
      WHERE id = (SELECT min(id) FROM deployments WHERE phase <> 'ENDED')`;
    await release();
    expect(await admitOn(sql)).toHaveLength(0);
    expect(await occupying()).toBe(2);
    await release();
    expect(await admitOn(sql)).toHaveLength(1);
  });

  it.each([
    ["on hold", "mode = 'hold'"],
    ["draining", "mode = 'drain'"],
    ["with an open breaker", "breaker_state = 'open'"],
    ["backing off", "admit_not_before = milo_now() + interval '1 minute'"],
    ["with a limit of 0", "bot_limit = 0"],
  ])("admits nothing on a platform %s", async (_, change) => {
    await enqueue(sql, plan);
    await sql.unsafe(`UPDATE platforms SET ${change} WHERE platform = 'k8s'`);
    expect(await admitOn(sql)).toEqual([]);
  });

  it("probes a platform that had said it is full with one launch at a time", async () => {
    await sql`UPDATE platforms SET bot_limit = 9, capacity_refusals = 2 WHERE platform = 'k8s'`;
    await enqueue(sql, plan);
    await enqueue(sql, plan);
    expect(await admitOn(sql)).toHaveLength(1);
    expect(await admitOn(sql)).toHaveLength(0);
  });

  it("counts launches under way over all replicas, on Coolify until the bot has claimed", async () => {
    const wide = testPlan({ k8s: 9, coolify: 9 }, { launchConcurrency: 2, queueTimeoutMs: 0 });
    await enforcePlan(sql, wide);
    for (let n = 0; n < 9; n++) await enqueue(sql, wide);
    expect(await admitOn(sql)).toHaveLength(2);
    expect(await admitOn(milo.open(1).sql)).toHaveLength(0);
    await sql`UPDATE deployments SET phase = 'STARTING'`;
    expect(await admitOn(sql)).toHaveLength(2);
    await sql`UPDATE platforms SET mode = 'hold' WHERE platform = 'k8s'`;
    expect(await admitOn(sql, { platform: "coolify" })).toHaveLength(2);
    await sql`UPDATE deployments SET phase = 'STARTING'`;
    expect(await admitOn(sql, { platform: "coolify" })).toHaveLength(0);
    await sql`UPDATE deployments SET phase = 'RUNNING' WHERE platform = 'coolify'`;
    expect(await admitOn(sql, { platform: "coolify" })).toHaveLength(2);
  });

  it("cannot admit an entry past its deadline, even before it has been expired", async () => {
    const late = await enqueue(sql, plan);
    await sql`UPDATE deployment_queue SET timeout_at = milo_now() - interval '1 ms' WHERE bot_id = ${late}`;
    expect(await admitOn(sql)).toEqual([]);
  });

  it("leaves out a bot that is stopped or still has a live attempt, instead of failing the batch", async () => {
    await sql`UPDATE platforms SET bot_limit = 9 WHERE platform = 'k8s'`;
    const stopped = await enqueue(sql, plan);
    await sql`UPDATE bots SET stop_requested_at = milo_now() WHERE id = ${stopped}`;
    const live = await enqueue(sql, plan);
    await sql`INSERT INTO deployments (bot_id, platform, attempt, launch_key, reserved_at, start_by)
      VALUES (${live}, 'aws', 7, 'other', milo_now(), milo_now())`;
    const free = await enqueue(sql, plan);
    expect(ids(await admitOn(sql))).toEqual([free]);
  });

  it("goes on without slot numbers, and says so, when a slot number is taken by a row that forgot the lock", async () => {
    await sql`UPDATE platforms SET bot_limit = 9 WHERE platform = 'k8s'`;
    const botId = await enqueue(sql, plan);
    await sql`CREATE UNIQUE INDEX clash ON deployments ((slot_no + 0)) WHERE slot_no IS NOT NULL`;
    await sql`INSERT INTO deployments (platform, attempt, launch_key, reserved_at, start_by, slot_no, phase, ended_at, outcome)
      VALUES ('k8s', 1, 'intruder', milo_now(), milo_now(), 1, 'ENDED', milo_now(), 'completed')`;
    let alarms = 0;
    const admitted = await admit(sql, REQUEST, () => alarms++);
    expect(ids(admitted)).toEqual([botId]);
    expect(alarms).toBe(1);
  });

  it("is not held up by a frozen admitter: the database ends its transaction, others wait half a second at most", async () => {
    await enqueue(sql, plan);
    const [frozen, other] = [milo.open(1), milo.open(1)];
    await other.sql`SELECT 1`;
    const connection = await frozen.sql.reserve();
    await connection`BEGIN`;
    await connection`SELECT 1 FROM platforms WHERE platform = 'k8s' FOR NO KEY UPDATE`;
    const startedAt = performance.now();
    let admitted: Admitted[] = [];
    let contended = 0;
    while (admitted.length === 0 && performance.now() - startedAt < 10_000) {
      try {
        admitted = await admitOn(other.sql);
      } catch (error) {
        expect(errorCode(error)).toBe("55P03");
        contended++;
      }
    }
    expect(admitted).toHaveLength(1);
    expect(contended).toBeGreaterThan(0);
    const [row] = await sql`SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'idle in transaction'`;
    expect(row?.n).toBe(0);
  });
});

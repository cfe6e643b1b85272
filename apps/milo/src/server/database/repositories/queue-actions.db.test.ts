import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sql } from "#server/database/client.ts";
import { withRetry } from "#server/database/retry.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { admit } from "./admit.ts";
import { cancelWaiting } from "./cancel-waiting.ts";
import { setPriority } from "./set-priority.ts";

const REQUEST = { platform: "k8s", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 100 } as const;

describe("what an operator does to the queue while dispatchers are at it", () => {
  let milo: TestMilo;
  let sql: Sql;
  const plan = testPlan({ k8s: 1 });
  beforeEach(async () => {
    milo = await createTestMilo();
    sql = milo.sql;
    await enforcePlan(sql, plan);
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  const admitOn = async (on: Sql) =>
    (await admit(on, REQUEST, () => expect.fail("slot clash"))).map((attempt) => attempt.botId);
  const bot = async (id: number) => (await sql`SELECT status, status_code, priority FROM bots WHERE id = ${id}`)[0];
  const entry = async (botId: number) =>
    (await sql`SELECT id, status, priority FROM deployment_queue WHERE bot_id = ${botId}`)[0];
  const entryId = async (botId: number) => Number((await entry(botId))?.id);

  /** Until that many backends of this database stand at a lock: the interleaving is reached, not guessed. */
  async function untilWaiting(backends: number) {
    for (;;) {
      const [row] = await sql<{ n: number }[]>`
        SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      if ((row?.n ?? 0) >= backends) return;
    }
  }

  /** Runs `meanwhile` while an admission holds the entry it has chosen and has not written anything yet. */
  async function whileHeadIsHeld(meanwhile: () => Promise<void>): Promise<number[]> {
    await sql.unsafe(`
      CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_advisory_xact_lock_shared(99); RETURN NEW; END $$;
      CREATE TRIGGER pause BEFORE UPDATE ON bots FOR EACH ROW WHEN (NEW.status = 'DEPLOYING') EXECUTE FUNCTION pause()`);
    return behindGate(meanwhile);
  }

  /** Runs `meanwhile` while an admission has counted and holds its platform, and has not chosen anybody yet. */
  async function whileCounted(meanwhile: () => Promise<void>): Promise<number[]> {
    const [row] = await sql<{ source: string }[]>`SELECT pg_get_functiondef('milo_admit'::regproc) AS source`;
    const source = row?.source ?? "";
    const paused = source.replace(
      "v_now := milo_now();",
      "PERFORM pg_advisory_xact_lock_shared(99); v_now := milo_now();",
    );
    expect(paused).not.toBe(source);
    await sql.unsafe(paused);
    return behindGate(meanwhile);
  }

  async function behindGate(meanwhile: () => Promise<void>): Promise<number[]> {
    const [gate, dispatcher] = [milo.open(1), milo.open(1)];
    await dispatcher.sql`SET lock_timeout = 0`;
    let admission: Promise<number[]> = Promise.resolve([]);
    await gate.sql`SET idle_in_transaction_session_timeout = 0`;
    await gate.sql.begin(async (tx) => {
      await tx`SELECT pg_advisory_xact_lock(99)`;
      admission = admitOn(dispatcher.sql);
      await untilWaiting(1);
      await meanwhile();
    });
    return admission;
  }

  it("a cancelled bot ends CANCELLED with its entry, and is never given a slot [meeboter 8]", async () => {
    const botId = await enqueue(sql, plan);
    expect(await cancelWaiting(sql, { botId })).toEqual({ kind: "cancelled", botId });
    expect(await bot(botId)).toMatchObject({ status: "CANCELLED", status_code: "STOP_REQUESTED" });
    expect(await entry(botId)).toMatchObject({ status: "CANCELLED" });
    expect(await admitOn(sql)).toEqual([]);
    expect(await cancelWaiting(sql, { entryId: await entryId(botId) })).toMatchObject({ kind: "final" });
  });

  it("a cancel that comes while an admission holds the bot waits for it, and changes nothing then", async () => {
    const botId = await enqueue(sql, plan);
    let cancelled: ReturnType<typeof cancelWaiting> | undefined;
    const admitted = await whileHeadIsHeld(async () => {
      const id = await entryId(botId);
      cancelled = withRetry(() => cancelWaiting(milo.open(1).sql, { entryId: id }));
      await untilWaiting(2);
    });
    expect(admitted).toEqual([botId]);
    expect(await cancelled).toMatchObject({ kind: "launching", botId, platform: "k8s" });
    expect(await bot(botId)).toMatchObject({ status: "DEPLOYING" });
    expect(await entry(botId)).toMatchObject({ status: "PROCESSING" });
  });

  it("an admission that has counted and comes after the cancel takes the next bot instead", async () => {
    const [first, second] = [await enqueue(sql, plan), await enqueue(sql, plan)];
    const admitted = await whileCounted(async () => {
      expect(await cancelWaiting(sql, { botId: first })).toMatchObject({ kind: "cancelled" });
    });
    expect(admitted).toEqual([second]);
    expect(await sql`SELECT 1 FROM deployments WHERE bot_id = ${first}`).toHaveLength(0);
  });

  it("a cancel that holds the bot is not overtaken: the admission passes over it", async () => {
    const [first, second] = [await enqueue(sql, plan), await enqueue(sql, plan)];
    await sql.begin(async (tx) => {
      await tx`SELECT 1 FROM deployment_queue WHERE bot_id = ${first} FOR UPDATE`;
      expect(await admitOn(milo.open(1).sql)).toEqual([second]);
    });
    expect(await cancelWaiting(sql, { botId: first })).toMatchObject({ kind: "cancelled" });
  });

  it("a priority set after the count decides who gets the slot in that very admission", async () => {
    const [first, second] = [await enqueue(sql, plan), await enqueue(sql, plan)];
    const admitted = await whileCounted(async () => {
      expect(await setPriority(sql, { botId: second }, 10)).toMatchObject({ kind: "set", launching: false });
    });
    expect(admitted).toEqual([second]);
    expect(await bot(first)).toMatchObject({ status: "QUEUED" });
  });

  it("a priority set between head and claim waits, is kept for the bot, and disturbs no claim", async () => {
    const botId = await enqueue(sql, plan);
    let set: ReturnType<typeof setPriority> | undefined;
    const admitted = await whileHeadIsHeld(async () => {
      set = withRetry(() => setPriority(milo.open(1).sql, { botId }, -5));
      await untilWaiting(2);
    });
    expect(admitted).toEqual([botId]);
    expect(await set).toMatchObject({ kind: "set", launching: true });
    expect(await entry(botId)).toMatchObject({ status: "PROCESSING", priority: -5 });
    expect(await bot(botId)).toMatchObject({ status: "DEPLOYING", priority: -5 });
  });

  it("a new priority counts in the very next pass, is the bot's own, and stands in its story once", async () => {
    const [first, second] = [await enqueue(sql, plan), await enqueue(sql, plan, { priority: -1 })];
    const id = await entryId(second);
    for (let n = 0; n < 2; n++) await setPriority(sql, { entryId: id }, 7);
    expect(await admitOn(sql)).toEqual([second]);
    expect(await bot(second)).toMatchObject({ priority: 7 });
    expect(await bot(first)).toMatchObject({ status: "QUEUED", priority: 0 });
    expect([...(await sql`SELECT message FROM bot_events WHERE code = 'PRIORITY_CHANGED'`)]).toEqual([
      { message: "Its priority was changed from -1 to 7" },
    ]);
  });

  it("sets no priority for what waits no more", async () => {
    const botId = await enqueue(sql, plan);
    await cancelWaiting(sql, { botId });
    expect(await setPriority(sql, { botId }, 7)).toMatchObject({ kind: "final", status: "CANCELLED" });
    expect(await setPriority(sql, { entryId: await entryId(botId) }, 7)).toMatchObject({ kind: "final" });
    expect(await setPriority(sql, { entryId: 4_711 }, 7)).toEqual({ kind: "not_found" });
    expect(await bot(botId)).toMatchObject({ priority: 0 });
  });

  it("of bots cancelled and reordered while dispatchers take them, each is either cancelled or placed, as was answered", async () => {
    await enforcePlan(sql, testPlan({ k8s: 40 }));
    const bots = await Promise.all(Array.from({ length: 60 }, () => enqueue(sql, plan)));
    const dispatchers = [milo.open(1), milo.open(1), milo.open(1)];
    const admitting = dispatchers.map(async (dispatcher) => {
      for (let n = 0; n < 12; n++) {
        const some = { ...REQUEST, most: 3 };
        await withRetry(() => admit(dispatcher.sql, some, () => expect.fail("slot clash")));
      }
    });
    const operators = milo.open(4).sql;
    const answers = await Promise.all(
      bots.toReversed().map(async (botId, n) => {
        await withRetry(() => setPriority(operators, { botId }, n % 7));
        return n % 2 === 0 ? withRetry(() => cancelWaiting(operators, { botId })) : null;
      }),
    );
    await Promise.all(admitting);
    const rows = await sql<{ id: number; status: string; entry: string; priority: boolean; held: number }[]>`
      SELECT b.id, b.status, q.status AS entry, b.priority = q.priority AS priority,
        (SELECT count(*)::int FROM deployments d WHERE d.bot_id = b.id) AS held
      FROM bots b JOIN deployment_queue q ON q.bot_id = b.id`;
    const isOneOf = [
      { status: "CANCELLED", entry: "CANCELLED", priority: true, held: 0 },
      { status: "DEPLOYING", entry: "PROCESSING", priority: true, held: 1 },
      { status: "QUEUED", entry: "WAITING", priority: true, held: 0 },
    ];
    for (const { id, ...row } of rows) expect(isOneOf, `bot ${id}`).toContainEqual(row);
    const cancelled = answers.flatMap((answer) => (answer?.kind === "cancelled" ? [answer.botId] : []));
    expect(
      rows
        .filter((row) => row.status === "CANCELLED")
        .map((row) => row.id)
        .toSorted((a, b) => a - b),
    ).toEqual(cancelled.toSorted((a, b) => a - b));
    expect(rows.some((row) => row.status === "DEPLOYING")).toBe(true);
    expect(cancelled.length).toBeGreaterThan(0);
  });
});

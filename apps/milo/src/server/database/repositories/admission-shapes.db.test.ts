import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sql, Transaction } from "#server/database/client.ts";
import { createTestMilo, type TestMilo } from "#server/testing/milo-database.ts";

/*
 * The shapes by which others count and claim, each forced into the interleaving that breaks it, on a scratch table
 * (limit 1 unless said). They stay here so that nobody brings one of them back for being shorter. What milo does
 * is shown right under the same interleavings in admit.db.test.ts.
 *
 * The fear in each: A has counted and not committed; B counts too, before it could see A; then a head arrives that
 * A did not see, so that B takes another row than A and no row lock brings them together.
 */
describe("counting and claiming in another shape than milo's", () => {
  let milo: TestMilo;
  let sql: Sql;
  beforeEach(async () => {
    milo = await createTestMilo();
    sql = milo.sql;
    await sql.unsafe(`
      CREATE TABLE scratch (id int PRIMARY KEY, priority int NOT NULL DEFAULT 0, active boolean NOT NULL DEFAULT false);
      CREATE TABLE scratch_limit (id int PRIMARY KEY, lim int NOT NULL, used int NOT NULL DEFAULT 0);
      INSERT INTO scratch_limit VALUES (1, 1);
      INSERT INTO scratch (id) VALUES (1), (2);`);
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  const active = async () => (await sql`SELECT count(*)::int AS n FROM scratch WHERE active`)[0]?.n;
  const claim = (tx: Transaction) => tx`
    WITH head AS MATERIALIZED (
      SELECT id FROM scratch WHERE NOT active ORDER BY priority DESC, id
      LIMIT greatest(0, (SELECT lim FROM scratch_limit) - (SELECT count(*) FROM scratch WHERE active))
      FOR UPDATE SKIP LOCKED)
    UPDATE scratch s SET active = true FROM head WHERE s.id = head.id RETURNING s.id`;
  /** Runs two transactions of the same shape; the second does everything between the first's claim and its commit. */
  async function overlap(first: (tx: Transaction) => Promise<unknown>, second: (tx: Transaction) => Promise<unknown>) {
    const [one, two] = [milo.open(1), milo.open(1)];
    await one.sql.begin(async (tx) => {
      await first(tx);
      await two.sql.begin(second);
    });
  }

  it("count and SKIP LOCKED in one statement admits two (most queues, and the plain reading of the specification)", async () => {
    await overlap(claim, claim);
    expect(await active()).toBe(2);
  });

  it("an advisory lock taken in the statement that counts admits two: the snapshot is older than the lock", async () => {
    await twoWhoseSnapshotPredatesTheLock(`
      WITH lock AS MATERIALIZED (SELECT pg_advisory_xact_lock(7)),
        head AS MATERIALIZED (SELECT s.id FROM scratch s, lock WHERE NOT s.active ORDER BY s.id
          LIMIT greatest(0, 1 - (SELECT count(*) FROM scratch WHERE active)) FOR UPDATE OF s SKIP LOCKED)
      UPDATE scratch s SET active = true FROM head WHERE s.id = head.id`);
    expect(await active()).toBe(2);
  });

  it("a row lock taken in the statement that counts admits two, for the same reason", async () => {
    await twoWhoseSnapshotPredatesTheLock(`
      WITH lock AS MATERIALIZED (SELECT lim FROM scratch_limit WHERE id = 1 FOR NO KEY UPDATE),
        room AS MATERIALIZED (SELECT lim - (SELECT count(*) FROM scratch WHERE active) AS n FROM lock),
        head AS MATERIALIZED (SELECT s.id FROM scratch s WHERE NOT s.active ORDER BY s.id
          LIMIT greatest(0, (SELECT n FROM room)) FOR UPDATE OF s SKIP LOCKED)
      UPDATE scratch s SET active = true FROM head WHERE s.id = head.id`);
    expect(await active()).toBe(2);
  });

  it("REPEATABLE READ does not help when a higher priority arrives between the snapshots: both admit", async () => {
    const [one, two] = [milo.open(1), milo.open(1)];
    await one.sql.begin("isolation level repeatable read", async (a) => {
      await a`SELECT count(*) FROM scratch WHERE active`;
      await sql`INSERT INTO scratch (id, priority) VALUES (9, 100)`;
      await two.sql.begin("isolation level repeatable read", async (b) => {
        await claim(b);
      });
      await claim(a);
    });
    expect(await active()).toBe(2);
  });

  it("a lock of its own under REPEATABLE READ counts with the snapshot of before: both admit", async () => {
    const [one, two] = [milo.open(1), milo.open(1)];
    await two.sql.begin("isolation level repeatable read", async (b) => {
      await b`SELECT 1`;
      await sql`INSERT INTO scratch (id, priority) VALUES (9, 100)`;
      await one.sql.begin(async (a) => {
        await a`SELECT pg_advisory_xact_lock(7)`;
        await claim(a);
      });
      await b`SELECT pg_advisory_xact_lock(7)`;
      await claim(b);
    });
    expect(await active()).toBe(2);
  });

  it("a counter read back from the joined old row tells the second more than it got", async () => {
    await sql`UPDATE scratch_limit SET lim = 5`;
    const take = (tx: Transaction) => tx<{ granted: number }[]>`
      WITH old AS (SELECT id, used FROM scratch_limit WHERE id = 1)
      UPDATE scratch_limit s SET used = least(s.lim, s.used + 4) FROM old WHERE s.id = old.id
      RETURNING s.used - old.used AS granted`;
    const [one, two] = [milo.open(1), milo.open(1)];
    let second: Promise<{ granted: number }[]> | undefined;
    await one.sql.begin(async (a) => {
      expect(await take(a)).toEqual([{ granted: 4 }]);
      second = two.sql.begin(take);
      await untilOneWaits();
    });
    expect(await second).toEqual([{ granted: 5 }]);
    expect((await sql`SELECT used FROM scratch_limit`)[0]?.used).toBe(5);
  });

  it("slot numbers alone ignore a lowered limit", async () => {
    await sql`UPDATE scratch SET active = true`;
    await sql.unsafe("CREATE UNIQUE INDEX ON scratch (id) WHERE active");
    await sql`UPDATE scratch_limit SET lim = 1`;
    await sql`INSERT INTO scratch SELECT min(n), 0, true FROM generate_series(1, 9) n WHERE n NOT IN (SELECT id FROM scratch)`;
    expect(await active()).toBe(3);
  });

  /** Both begin their one statement, then stand at the same lock one after the other. */
  async function twoWhoseSnapshotPredatesTheLock(statement: string) {
    const [holder, one, two] = [milo.open(1), milo.open(1), milo.open(1)];
    let both: Promise<unknown>[] = [];
    await holder.sql.begin(async (tx) => {
      await tx`SELECT pg_advisory_xact_lock(7)`;
      await tx`SELECT 1 FROM scratch_limit WHERE id = 1 FOR NO KEY UPDATE`;
      both = [one.sql.unsafe(statement).execute()];
      await untilOneWaits();
      both.push(two.sql.unsafe(statement).execute());
      await untilOneWaits(2);
    });
    await Promise.all(both);
  }

  /** Until that many backends of this database stand at a lock: the interleaving is reached, not guessed. */
  async function untilOneWaits(backends = 1) {
    for (;;) {
      const [row] = await sql<{ n: number }[]>`
        SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      if ((row?.n ?? 0) >= backends) return;
    }
  }
});

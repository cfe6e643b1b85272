import { expect, it } from "vitest";
import { errorCode } from "#server/database/retry.ts";
import { createTestMilo, enforcePlan, enqueue, testPlan } from "#server/testing/milo-database.ts";
import { admit } from "./admit.ts";

const PLATFORMS = ["k8s", "aws", "coolify"] as const;
const DISPATCHERS = 4;
const CONNECTIONS_EACH = 5;
const DURATION_MS = 6_000;

it("never admits over the limit in force: 4 dispatchers, 20 connections, random limits and releases [meeboter 3]", async () => {
  await using milo = await createTestMilo(24);
  const plan = testPlan({ k8s: 7, aws: 5, coolify: 3 }, { queueTimeoutMs: 0 });
  await enforcePlan(milo.sql, plan);
  // The judge sits inside the transaction that admits: it sees the count and the limit under the same lock.
  await milo.sql.unsafe(`
    CREATE TABLE verdicts (platform text, used int, lim int);
    CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO verdicts SELECT p.platform, (SELECT count(*) FROM deployments d WHERE d.platform = p.platform AND d.phase <> 'ENDED'), p.bot_limit
        FROM platforms p WHERE p.platform IN (SELECT DISTINCT platform FROM fresh);
      RETURN NULL;
    END $$;
    CREATE TRIGGER judge AFTER INSERT ON deployments REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION judge();`);
  const until = performance.now() + DURATION_MS;
  const random = (n: number) => Math.floor(Math.random() * n);
  let admitted = 0;
  let contended = 0;
  let turns = 0;

  async function worker(dispatcherId: string, sql: typeof milo.sql) {
    while (performance.now() < until) {
      const platform = PLATFORMS[random(3)] ?? "k8s";
      turns++;
      try {
        const request = { platform, dispatcherId, leaseMs: 30_000, startByMs: 60_000, most: 1 + random(5) };
        const batch = await admit(sql, request, () => expect.fail("slot clash"));
        admitted += batch.length;
        await sql`
          UPDATE deployments SET phase = 'ENDED', ended_at = milo_now(), outcome = 'completed'
          WHERE id IN (SELECT id FROM deployments WHERE platform = ${platform} AND phase <> 'ENDED'
            ORDER BY random() LIMIT ${random(7)} FOR UPDATE SKIP LOCKED)`;
      } catch (error) {
        expect(errorCode(error)).toBe("55P03");
        contended++;
      }
    }
  }
  async function changeLimits() {
    while (performance.now() < until) {
      const platform = PLATFORMS[random(3)] ?? "k8s";
      const change = milo.sql`UPDATE platforms SET bot_limit = ${random(9)} WHERE platform = ${platform}`;
      await change.catch((error) => expect(errorCode(error), "an admission had the platform").toBe("55P03"));
      await new Promise((resolve) => setTimeout(resolve, 20 + random(80)));
    }
  }
  async function feed() {
    while (performance.now() < until) {
      const [row] = await milo.sql<
        { n: number }[]
      >`SELECT count(*)::int AS n FROM deployment_queue WHERE status = 'WAITING'`;
      if ((row?.n ?? 0) < 200) {
        await Promise.all(Array.from({ length: 20 }, () => enqueue(milo.sql, plan, { priority: random(3) })));
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  const workers = Array.from({ length: DISPATCHERS }, (_, d) => {
    const own = milo.open(CONNECTIONS_EACH);
    return Array.from({ length: CONNECTIONS_EACH }, () => worker(`d${d}`, own.sql));
  });
  await Promise.all([...workers.flat(), changeLimits(), feed()]);

  const over = await milo.sql`SELECT * FROM verdicts WHERE used > lim`;
  const [twice] = await milo.sql`
    SELECT count(*)::int AS n FROM (SELECT bot_id FROM deployments WHERE phase <> 'ENDED' GROUP BY 1 HAVING count(*) > 1) x`;
  process.stderr.write(
    `admission stress: ${turns} turns, ${admitted} admitted, ${contended} turns skipped for contention, ${over.length} over a limit\n`,
  );
  expect(admitted).toBeGreaterThan(300);
  expect([...over]).toEqual([]);
  expect(twice?.n).toBe(0);
});

import { describe, type ExpectStatic, it } from "vitest";
import type { CatalogueRow, Count, Expectation } from "./catalogue-row.ts";
import { startWorld, type World } from "./world.ts";

/** A busy machine is no failure. */
const PATIENCE = { timeout: 60_000, interval: 50 };
const ROW_LIMIT_MS = 180_000;

/** Runs each row in a world of its own, several at a time. */
export function runRows(rows: readonly CatalogueRow[]): void {
  describe.concurrent("row", () => {
    for (const row of rows) {
      it(`${row.row}, ${row.fault}: ${row.reaction}`, { timeout: ROW_LIMIT_MS }, async ({ expect }) => {
        await using world = await startWorld(row);
        await runRow(row, world, expect);
      });
    }
  });
}

async function runRow(row: CatalogueRow, world: World, expect: ExpectStatic): Promise<void> {
  if (row.strikes === "in_call" || row.strikes === "leaving") {
    await expect.poll(async () => (await world.facts()).bot?.status, PATIENCE).toBe(row.strikes.toUpperCase());
    await world.strike(row.fault);
  }
  if (row.strikes === "at_stop") {
    await expect.poll(async () => (await world.facts()).witness.running, PATIENCE).toBe(1);
    await world.strike(row.fault);
    await world.stopBot();
  }
  await expect.poll(() => world.facts(), PATIENCE).toMatchObject(toMatch(row.expect, expect));
  // A real bot claims and joins: never two of them, whatever happens.
  if (row.options?.script !== undefined) expect(world.mostAtOnce()).toBe(1);
  if (row.afterwards === undefined) return;
  await world.mend();
  await expect.poll(() => world.facts(), PATIENCE).toMatchObject(toMatch(row.afterwards, expect));
}

/** What vitest compares facts with: what a row leaves out is filled in with "nothing of the kind". */
function toMatch({ attempts, bot, entry, platform, witness }: Expectation, expect: ExpectStatic): object {
  return {
    attempts: attempts.map((attempt) =>
      attempt.reason === undefined ? attempt : { ...attempt, reason: expect.stringMatching(attempt.reason) },
    ),
    bot,
    entry,
    platform: { failures: 0, backsOff: false, alarms: [], ...platform },
    witness: {
      runningElsewhere: 0,
      freedEarly: [],
      ...witness,
      started: toCount(witness.started, expect),
      requests: Object.fromEntries(
        Object.entries(witness.requests ?? {}).map(([operation, count]) => [operation, toCount(count, expect)]),
      ),
    },
  };
}

function toCount(count: Count, expect: ExpectStatic): unknown {
  if (typeof count === "number") return count;
  return expect.toSatisfy((seen: unknown) => Number(seen) >= count.atLeast, `at least ${count.atLeast}`);
}

import { createTestDatabase } from "@milo/postgres/testing";
import { describe, expect, it } from "vitest";
import { type FunctionEdit, prepareDatabase } from "./engine/database.ts";
import { SABOTAGES } from "./sabotages.ts";
import { type SimulationOptions, type SimulationResult, simulate } from "./simulate.ts";

const STEPS_PER_SEED = 5_000;
/** 20,000 steps in all. */
const SEEDS = [1, 2, 3, 4];

async function run(
  options: Omit<SimulationOptions, "url">,
  edits: readonly FunctionEdit[] = [],
): Promise<SimulationResult> {
  await using database = await createTestDatabase({
    key: `sim ${JSON.stringify(edits.map((edit) => [String(edit.find), edit.replace]))}`,
    migrate: (url) => prepareDatabase(url, edits),
  });
  return simulate({ ...options, url: database.url });
}

describe("milo under simulation", () => {
  it.each(SEEDS)("keeps its five promises at every step of seed %i", async (seed) => {
    const { violations, story, steps } = await run({ seed, steps: STEPS_PER_SEED });
    expect(violations, `${story}\nReplay: npm run sim -- --seed ${seed} --steps ${STEPS_PER_SEED}`).toEqual([]);
    expect(steps).toBe(STEPS_PER_SEED);
  });

  it("takes the same way again with the same seed, and another with another", async () => {
    const once = await run({ seed: 7, steps: 700 });
    const again = await run({ seed: 7, steps: 700 });
    const other = await run({ seed: 8, steps: 700 });
    expect(again.way).toBe(once.way);
    expect(other.way).not.toBe(once.way);
  });
});

describe("the simulation itself", () => {
  it.each(Object.entries(SABOTAGES))("notices within 20,000 steps: %s", async (_name, { edits, replaced, breaks }) => {
    const found = await firstViolations({ replaced, edits });
    expect(found.map((violation) => violation.promise)).toEqual(
      expect.arrayContaining([expect.toBeOneOf([...breaks])]),
    );
  });
});

/** Of the first seed that breaks a promise; none when all 20,000 steps keep them. */
async function firstViolations(sabotage: {
  replaced?: SimulationOptions["replaced"];
  edits?: readonly FunctionEdit[];
}): Promise<SimulationResult["violations"]> {
  for (const seed of SEEDS) {
    const { violations } = await run({ seed, steps: STEPS_PER_SEED, replaced: sabotage.replaced }, sabotage.edits);
    if (violations.length > 0) return violations;
  }
  return [];
}

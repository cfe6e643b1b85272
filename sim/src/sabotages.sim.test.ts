import { describe, expect, it } from "vitest";
import { SABOTAGES, type Sabotage } from "./sabotages.ts";
import type { SimulationResult } from "./simulate.ts";
import { PATIENCE_MS, runSimulation, STEPS_PER_SEED } from "./simulation.testkit.ts";

/** 60,000 steps in all; most are noticed within the first 5,000. */
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

describe("the simulation itself", { timeout: PATIENCE_MS }, () => {
  it.each(Object.entries(SABOTAGES))("notices within 60,000 steps: %s", async (_name, sabotage) => {
    const found = await firstViolations(sabotage);
    const promises = found.map((violation) => violation.promise);
    expect(promises).toEqual(expect.arrayContaining([expect.toBeOneOf([...sabotage.breaks])]));
  });
});

/** Of the first seed that breaks one of the promises that the sabotage is known to break; none when no seed does. */
async function firstViolations({ replaced, edits, breaks }: Sabotage): Promise<SimulationResult["violations"]> {
  for (const seed of SEEDS) {
    const { violations } = await runSimulation({ seed, steps: STEPS_PER_SEED, replaced }, edits);
    if (violations.some(({ promise }) => breaks.includes(promise))) return violations;
  }
  return [];
}

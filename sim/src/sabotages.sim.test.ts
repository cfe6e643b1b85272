import { describe, expect, it } from "vitest";
import { SABOTAGES, type Sabotage } from "./sabotages.ts";
import type { SimulationResult } from "./simulate.ts";
import { PATIENCE_MS, runSimulation, SEEDS, STEPS_PER_SEED } from "./simulation.testkit.ts";

describe("the simulation itself", { timeout: PATIENCE_MS }, () => {
  it.each(Object.entries(SABOTAGES))("notices within 20,000 steps: %s", async (_name, sabotage) => {
    const found = await firstViolations(sabotage);
    const promises = found.map((violation) => violation.promise);
    expect(promises).toEqual(expect.arrayContaining([expect.toBeOneOf([...sabotage.breaks])]));
  });
});

/** Of the first seed that breaks a promise; none when all 20,000 steps keep them. */
async function firstViolations({ replaced, edits }: Sabotage): Promise<SimulationResult["violations"]> {
  for (const seed of SEEDS) {
    const { violations } = await runSimulation({ seed, steps: STEPS_PER_SEED, replaced }, edits);
    if (violations.length > 0) return violations;
  }
  return [];
}

import { describe, expect, it } from "vitest";
import { PATIENCE_MS, runSimulation, runWhileTidying, SEEDS, STEPS_PER_SEED } from "./simulation.testkit.ts";

describe("milo under simulation", { timeout: PATIENCE_MS }, () => {
  it.each(SEEDS)("keeps its five promises at every step of seed %i", async (seed) => {
    const { violations, story, steps } = await runSimulation({ seed, steps: STEPS_PER_SEED });
    expect(violations, `${story}\nReplay: npm run sim -- --seed ${seed} --steps ${STEPS_PER_SEED}`).toEqual([]);
    expect(steps).toBe(STEPS_PER_SEED);
  });

  it("takes the same way again with the same seed, however the database is tidied up meanwhile, and another with another", async () => {
    const once = await runSimulation({ seed: 7, steps: 700 });
    const again = await runWhileTidying({ seed: 7, steps: 700 });
    const other = await runSimulation({ seed: 8, steps: 700 });
    expect(again.way).toBe(once.way);
    expect(other.way).not.toBe(once.way);
  });
});

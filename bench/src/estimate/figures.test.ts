import { describe, expect, it } from "vitest";
import { HELD_OUT_SEEDS, measureFigures, TRAINING_SEEDS } from "./figures.ts";

describe("the estimate of a wait, on days that nothing was tuned on", () => {
  const figures = measureFigures(HELD_OUT_SEEDS);
  const kinds = figures.map(({ name }) => name);

  it("is tried on days that are none of the training days", () => {
    expect(HELD_OUT_SEEDS.filter((seed) => TRAINING_SEEDS.includes(seed))).toEqual([]);
    for (const { name, estimates } of figures) expect(estimates, name).toBeGreaterThan(200);
  });

  it.each(kinds)("beats position × mean service time, over all slots too: %s", (kind) => {
    const errors = figures.find(({ name }) => name === kind)?.errors;
    if (errors === undefined) throw new Error(`There are no figures of ${kind}`);
    for (const other of [errors.naive, errors.fair]) {
      expect(errors.estimate.meanMs).toBeLessThan(other.meanMs);
      expect(errors.estimate.medianMs).toBeLessThan(other.medianMs);
    }
  });

  it("lies in its range about eight times in ten, and never in less than six", () => {
    expect(figures.at(-1)?.coverage).toBeGreaterThan(0.75);
    expect(figures.at(-1)?.coverage).toBeLessThan(0.88);
    for (const { name, coverage } of figures) expect(coverage, name).toBeGreaterThan(0.6);
  });
});

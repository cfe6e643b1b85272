import { type Judged, judgeDay } from "./judge-estimates.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";

/** How far off a way of estimating is, in milliseconds. */
export type Errors = { meanMs: number; medianMs: number };
export type Figures = {
  name: string;
  estimates: number;
  actualMs: number;
  errors: Record<"estimate" | "naive" | "fair", Errors>;
  /** Waits that lie in the range that was told, of all; mean width of the range. */
  coverage: number;
  widthMs: number;
};

/** The days on which the one constant of the estimate was tuned; never reported. */
export const TRAINING_SEEDS: readonly number[] = [1, 2, 3, 4, 5, 6, 7];
/** The days that are reported, which nothing was tuned on. */
export const HELD_OUT_SEEDS: readonly number[] = [101, 102, 103, 104, 105, 106];

/** The figures of each scenario and of all together, on the days of these seeds. */
export function measureFigures(seeds: readonly number[]): Figures[] {
  const judged = SCENARIOS.map((scenario) => ({ scenario, waits: judgeDays(scenario, seeds) }));
  return [
    ...judged.map(({ scenario, waits }) => figuresOf(scenario.name, waits)),
    figuresOf(
      "All",
      judged.flatMap(({ waits }) => waits),
    ),
  ];
}

function judgeDays(scenario: Scenario, seeds: readonly number[]): Judged[] {
  return seeds.flatMap((seed) => judgeDay(scenario, seed));
}

function figuresOf(name: string, waits: readonly Judged[]): Figures {
  const errorsOf = (told: (wait: Judged) => number): Errors => {
    const errors = waits.map((wait) => Math.abs(told(wait) - wait.actualMs));
    return { meanMs: mean(errors), medianMs: median(errors) };
  };
  return {
    name,
    estimates: waits.length,
    actualMs: mean(waits.map((wait) => wait.actualMs)),
    errors: {
      estimate: errorsOf((wait) => wait.ms),
      naive: errorsOf((wait) => wait.naiveMs),
      fair: errorsOf((wait) => wait.fairMs),
    },
    coverage: mean(waits.map((w) => (w.lowMs <= w.actualMs && w.actualMs <= w.highMs ? 1 : 0))),
    widthMs: mean(waits.map((w) => w.highMs - w.lowMs)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

import { describe, expect, it } from "vitest";
import { SABOTAGES } from "../sim/src/sabotages.ts";
import { FAMILIES } from "./src/faults/family.ts";
import { type ChaosRun, runChaos } from "./src/run-chaos.ts";
import { SETTLED_WITHIN_MS } from "./src/settle.ts";

const RUN: ChaosRun = {
  seed: 5,
  // Some thirty faults; settling takes about a minute more.
  minutes: 0.6,
  only: FAMILIES,
  calmMinutes: 0,
  sabotage: null,
  settleWithinMs: SETTLED_WITHIN_MS,
  keepLogs: false,
  signal: new AbortController().signal,
  say: () => undefined,
};

/** Noticed in the record of the first minute, whatever way it takes: nothing has to come to rest for it. */
const QUICK: Partial<ChaosRun> = { minutes: 0.5, settleWithinMs: 1_000 };
const QUICKLY_NOTICED = ["no row lock"];
/** With this in the environment the others are tried as well, each for as long as a rare moment may take to come. */
const ALL_VARIABLE = "MILO_CHAOS_SABOTAGES";
const LONG: Partial<ChaosRun> = { minutes: 4 };
/** One is enough, but how processes interleave is left to chance. */
const SEEDS = [5, 6, 7];

/** Tries one after the other until one says yes. */
async function anyOf<T>(items: readonly T[], isSo: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await isSo(item)) return true;
  return false;
}

describe("chaos", () => {
  it("finds every promise kept while processes, connections, platforms and clocks fail", async () => {
    const { violations, bots, faults } = await runChaos(RUN);
    expect(violations).toEqual([]);
    expect(bots).toBeGreaterThan(20);
    expect(Object.keys(faults).length).toBeGreaterThan(5);
  });

  for (const [sabotage, { breaks }] of Object.entries(SABOTAGES)) {
    it(`notices: ${sabotage}`, async (context) => {
      const isQuick = QUICKLY_NOTICED.includes(sabotage);
      if (!isQuick && process.env[ALL_VARIABLE] !== "all") context.skip(`Minutes long: ${ALL_VARIABLE}=all runs it`);
      const isNoticed = await anyOf(SEEDS, async (seed) => {
        const { violations } = await runChaos({ ...RUN, ...(isQuick ? QUICK : LONG), seed, sabotage });
        return violations.some(({ promise }) => breaks.includes(promise));
      });
      expect(isNoticed).toBe(true);
    });
  }
});

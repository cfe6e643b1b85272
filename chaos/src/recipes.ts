import { FAMILIES } from "./faults/family.ts";
import type { ChaosRun } from "./run-chaos.ts";
import { type ChaosPlan, FIRST_PLAN } from "./stack/plan.ts";

/** What it takes to see a guard missing: the faults that open its window often, and the sentence that then is found. */
export type Recipe = Pick<
  ChaosRun,
  "seed" | "minutes" | "only" | "calmMinutes" | "settleWithinMs" | "plan" | "pace"
> & { shows: RegExp };

/** Whatever is in the records by then is judged: nothing has to come to rest. */
const AT_ONCE = { seed: 5, calmMinutes: 0, settleWithinMs: 1_000 };

/** Coolify alone lets two applications have one name, so that a create which comes late leaves a second one. */
const COOLIFY_FIRST: ChaosPlan = { ...FIRST_PLAN, order: ["coolify", "k8s", "aws"] };
/** A container lives on for longer than it takes to believe in an orphan beside it. */
const LONG_CALLS = {
  plan: { ...COOLIFY_FIRST, maxDurationMs: 200_000 },
  pace: { meanGapMs: 800, callSeconds: [110, 120] },
} as const;

/** By the names of `sim/src/sabotages.ts`. */
export const RECIPES: Readonly<Record<string, Recipe>> = {
  "no row lock": { ...AT_ONCE, minutes: 0.5, only: FAMILIES, shows: /as number \d+ of/ },
  "count in the lock statement": { ...AT_ONCE, minutes: 1, only: ["settings"], shows: /as number \d+ of/ },
  "slot freed on unknown": {
    ...AT_ONCE,
    minutes: 0.6,
    only: ["lose answers and start late"],
    shows: /was given away, and its container/,
  },
  "claim not compared": {
    ...AT_ONCE,
    minutes: 0.3,
    only: ["start bot twice"],
    shows: /was still past its claim/,
  },
  "failover before revoke": {
    ...AT_ONCE,
    minutes: 0.4,
    only: ["throttle", "error everywhere"],
    shows: /might still claim when its bot was offered again/,
  },
  "release ignoring the fence": {
    ...AT_ONCE,
    minutes: 0.8,
    only: ["freeze in a refusal"],
    shows: /was given away, and its container/,
  },
  "open breaker not looked at": {
    ...AT_ONCE,
    minutes: 0.6,
    only: ["error everywhere"],
    // Launches enough for three in a row to fail within one fault.
    pace: { meanGapMs: 400, callSeconds: [1, 2] },
    shows: /while its breaker was open/,
  },
  "trials without number": {
    ...AT_ONCE,
    // Kubernetes fails long enough to be left alone, and is tried half a minute after it answers again.
    seed: 20,
    minutes: 0.28,
    calmMinutes: 1,
    only: ["error everywhere"],
    shows: /while another was the trial of its breaker/,
  },
  "expiry outside the claim": {
    ...AT_ONCE,
    minutes: 0.8,
    only: ["delay dispatcher-database"],
    pace: { meanGapMs: 500, callSeconds: [10, 14], waitMs: 6_000 },
    shows: /past its wait/,
  },
  "orphans without a row": {
    ...AT_ONCE,
    minutes: 0.6,
    // A create that comes 30 s late, a minute until its orphan is believed in, and its stop.
    settleWithinMs: 140_000,
    plan: COOLIFY_FIRST,
    only: ["create late on coolify"],
    shows: /is left on/,
  },
  "orphans stopped by key": {
    ...AT_ONCE,
    minutes: 0.3,
    calmMinutes: 1.6,
    only: ["create late on coolify"],
    ...LONG_CALLS,
    shows: /was told to stop while/,
  },
  "outages not left out": {
    ...AT_ONCE,
    // One is over and bots have tried again when it ends.
    minutes: 0.8,
    only: ["cut every web off while bots start"],
    shows: /was given up though its claim could be heard/,
  },
};

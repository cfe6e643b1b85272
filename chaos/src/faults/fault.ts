import type { Random } from "../../../sim/src/engine/random.ts";
import type { Stack } from "../stack/stack.ts";
import type { Family } from "./family.ts";

/** What a fault may touch. */
export type FaultContext = {
  stack: Stack;
  /** Its own, from the schedule: what one fault draws changes no other. */
  random: Random;
  /** Counts one that took effect. */
  count(name: string): void;
  /** Resolves after `ms`, or at once when all faults are to end. */
  pause(ms: number): Promise<void>;
};

/** Something that goes wrong, and is put right again by the time it resolves. */
export type Fault = { name: string; family: Family; weight: number; run(context: FaultContext): Promise<void> };

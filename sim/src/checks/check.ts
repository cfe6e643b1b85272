import { allWorkloads, type World } from "../world/world.ts";
import { checkChanges } from "./changes.ts";
import { checkClosed } from "./closed.ts";
import { checkOneAtATime, checkSlotsKept } from "./containers.ts";
import { checkExplained } from "./explained.ts";
import { checkHeard } from "./heard.ts";
import { checkHolder } from "./holders.ts";
import { checkAdmissions, checkRunning, type LimitHistory, noteLimits } from "./limits.ts";
import { checkReplaced } from "./replaced.ts";
import { readSnapshot, type Snapshot } from "./snapshot.ts";
import { checkStatuses } from "./statuses.ts";
import { checkStops } from "./stops.ts";
import type { Violation } from "./violation.ts";

/** Looks at everything after a step. */
export type Checker = {
  seen(): Snapshot;
  /** How many bots got another container after their claim. */
  replacements(): number;
  /** The promises that do not hold now. */
  check(): Promise<Violation[]>;
  /** Looks anew, without comparing with before: after history was removed. */
  forget(): Promise<void>;
};

export async function createChecker(world: World): Promise<Checker> {
  const limits: LimitHistory = { limits: new Map(), admittedMs: new Map() };
  let before = await readSnapshot(world.observer.sql, null);
  let replacements = 0;
  return {
    seen: () => before,
    replacements: () => replacements,
    async check() {
      const after = await readSnapshot(world.observer.sql, before);
      const workloads = allWorkloads(world);
      noteLimits(limits, after, world.clock.nowMs());
      const found = [
        ...world.reported.splice(0),
        ...checkRunning(after, limits, workloads),
        ...checkOneAtATime(workloads, world.vouched),
        ...checkSlotsKept(after, workloads, world.vouched),
        ...checkStops(after, world.clusters.values()),
        ...(after === before
          ? []
          : [
              ...checkAdmissions(before, after),
              ...checkClosed(before, after),
              ...checkStatuses(after),
              ...checkChanges(before, after),
              ...checkHolder(before, after, world),
              ...checkReplaced(before, after, world),
              ...checkHeard(before, after, world),
            ]),
        ...checkExplained(after, world.clock.databaseMs()),
      ];
      for (const bot of after === before ? [] : after.bots.values()) {
        replacements += bot.replacements - (before.bots.get(bot.id)?.replacements ?? 0);
      }
      before = after;
      world.launching = null;
      return found;
    },
    async forget() {
      before = await readSnapshot(world.observer.sql, null);
    },
  };
}

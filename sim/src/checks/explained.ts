import { openTo } from "@milo/placement";
import type { EntryRow, Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/** Every waiting entry says what it waits for, until when, and is offered to exactly the platforms that follow. */
export function checkExplained(snapshot: Snapshot, databaseMs: number): Violation[] {
  const found: Violation[] = [];
  for (const entry of snapshot.entries.values()) {
    if (entry.status !== "WAITING") continue;
    const what = explain(entry, databaseMs);
    if (what !== null) found.push({ promise: 5, what: `Entry ${entry.id}: ${what}`, botId: entry.botId });
  }
  return found;
}

function explain(entry: EntryRow, databaseMs: number): string | null {
  const { plan, stage, stageEndsMs, timeoutMs, recheckMs } = entry;
  if ((stage === "global") !== (stageEndsMs === null)) return `is in stage ${stage} which ends ${stageEndsMs}`;
  if (stage !== "global" && !plan.stages.some((s) => s.platform === stage))
    return `waits for ${stage}, not in its plan`;
  if (stageEndsMs !== null && stageEndsMs > timeoutMs + 1) return "gives up before its stage is over";
  // From the moment of its next look on, a pass may be due that has not come yet.
  if (recheckMs !== null && recheckMs <= databaseMs) return null;
  const state = { ...entry, stageEndsAtMs: stageEndsMs, timeoutAtMs: timeoutMs };
  const expected = [...openTo(state, databaseMs)].join();
  const actual = entry.openTo.join();
  return expected === actual ? null : `is open to "${actual}", while its stage and bars say "${expected}"`;
}

import type { DeploymentPlatform } from "@milo/placement";
import type { LimitRecord, Records, SlotRecord, Violation } from "../record/records.ts";
import type { Run } from "../record/witness.ts";

/**
 * Each slot was given while fewer were taken than the limit in force. Rows are noted under the platform's lock when they
 * are taken, and freed no later than an admission can see it: the count is never above the true one.
 */
export function checkAdmissions({ slots }: Records): Violation[] {
  const found: Violation[] = [];
  for (const [platform, all] of Map.groupBy(slots, (slot) => slot.platform)) {
    const ordered = all.toSorted((a, b) => a.takenMs - b.takenMs);
    ordered.forEach((slot, index) => {
      if (slot.botId === null) return; // Found there, not given.
      const before = ordered.slice(0, index).filter((other) => other.freedMs === null || other.freedMs > slot.takenMs);
      const used = before.length + 1;
      if (used <= slot.limit) return;
      found.push({ promise: 1, what: `${platform} was given ${slot.launchKey} as number ${used} of ${slot.limit}` });
    });
  }
  return found;
}

/**
 * On the platforms' own record, what runs at once never exceeded the highest limit in force since the oldest of it was
 * admitted. Containers whose attempt was over before they started, and which no claim let run, are orphans: milo finds
 * and stops them, and no limit could have held back what a frozen process sent (docs/architecture.md).
 */
export function checkRunning(records: Records): Violation[] {
  const slots = new Map(records.slots.map((slot) => [slot.launchKey, slot]));
  const claimed = new Set(records.claims.map((claim) => claim.launchKey));
  const counts = (run: Run) => {
    const slot = slots.get(run.launchKey);
    return slot !== undefined && (claimed.has(run.launchKey) || slot.freedMs === null || slot.freedMs > run.startMs);
  };
  const found: Violation[] = [];
  for (const [platform, runs] of Map.groupBy(records.runs.filter(counts), (run) => run.platform)) {
    for (const { startMs } of runs) {
      const alive = runs.filter((run) => run.startMs <= startMs && (run.endMs === null || run.endMs > startMs));
      const oldestMs = Math.min(...alive.map((run) => slots.get(run.launchKey)?.takenMs ?? startMs));
      const most = highestLimit(platform, records, oldestMs, startMs);
      const keys = new Set(alive.map((run) => run.launchKey));
      if (keys.size <= most) continue;
      found.push({ promise: 1, what: `${platform} ran ${keys.size} bots while its limit was never above ${most}` });
      break;
    }
  }
  return found;
}

function highestLimit(
  platform: DeploymentPlatform,
  { limits, slots }: { limits: readonly LimitRecord[]; slots: readonly SlotRecord[] },
  fromMs: number,
  toMs: number,
): number {
  const changes = limits.filter((one) => one.platform === platform && one.atMs <= toMs);
  const inForce = changes.filter((_, index) => (changes[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) >= fromMs);
  // What the admissions themselves saw: a change is noted a moment before it is committed.
  const seen = slots.filter((slot) => slot.platform === platform && slot.takenMs >= fromMs && slot.takenMs <= toMs);
  return Math.max(0, ...inForce.map((one) => one.limit), ...seen.map((slot) => slot.limit));
}

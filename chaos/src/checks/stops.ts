import { toMachineMs } from "../record/database-clock.ts";
import type { Records, Violation } from "../record/records.ts";

/**
 * No container was told to stop whose attempt was not to end. Looked at on Coolify, and there at the first container of
 * each application: one that docker started again Coolify stops of its own accord, past `max_restart_count`. The other
 * platforms take containers away, and tell them as milo's order does.
 */
export function checkStops({ runs, attempts, shifts }: Records): Violation[] {
  const found: Violation[] = [];
  const byKey = new Map(attempts.map((attempt) => [attempt.launchKey, attempt]));
  for (const { platform, launchKey, workload, startMs, toldToStopMs } of runs) {
    const attempt = byKey.get(launchKey);
    if (platform !== "coolify" || toldToStopMs === null || attempt === undefined) continue;
    if (runs.some((other) => other.workload === workload && other.startMs < startMs)) continue;
    const overMs = attempt.stoppingMs ?? attempt.endedMs;
    if (overMs !== null && toMachineMs(shifts, overMs) <= toldToStopMs) continue;
    found.push({ promise: 3, what: `${workload} was told to stop while ${launchKey} was to run on` });
  }
  return found;
}

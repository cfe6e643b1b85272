import { toMachineMs } from "../record/database-clock.ts";
import type { Records, Violation } from "../record/records.ts";

/**
 * No container was told to stop whose attempt was not to end. Looked at on Coolify, and there only where an application has
 * had one container: one that docker started again Coolify stops of its own accord, past `max_restart_count`, and one whose
 * application is deployed again, by a request that a frozen process sends late, it replaces. The other platforms take
 * containers away, and tell them as milo's order does.
 */
export function checkStops({ runs, attempts, shifts }: Records): Violation[] {
  const found: Violation[] = [];
  const byKey = new Map(attempts.map((attempt) => [attempt.launchKey, attempt]));
  for (const run of runs) {
    const { platform, launchKey, workload, toldToStopMs } = run;
    const attempt = byKey.get(launchKey);
    if (platform !== "coolify" || toldToStopMs === null || attempt === undefined) continue;
    if (runs.some((other) => other !== run && other.workload === workload && other.startMs <= toldToStopMs)) continue;
    const overMs = attempt.stoppingMs ?? attempt.endedMs;
    if (overMs !== null && toMachineMs(shifts, overMs) <= toldToStopMs) continue;
    found.push({ promise: 3, what: `${workload} was told to stop while ${launchKey} was to run on` });
  }
  return found;
}

import type { LaunchFailureClass } from "@milo/placement";
import type { Workload } from "#server/api/services/platform/platform-service.ts";
import type { WatchedDeployment } from "#server/database/repositories/observe-workloads.ts";

/** Clean listings in a row without it, before silence may count as the end. */
const ABSENT_LISTINGS = 2;

const NOTHING = { kind: "nothing" } as const;

export type Verdict =
  | { kind: "nothing" }
  /** It is there again after having been missed. */
  | { kind: "seen" }
  | { kind: "missed" }
  /** Missed often enough, and nothing is heard of it. */
  | { kind: "absent"; reason: string }
  | {
      kind: "ended";
      reason: string;
      exitCode: number | null;
      infrastructure: boolean;
      stillThere?: boolean;
      startFailure?: Workload["startFailure"];
    }
  /** It is claimed, and nothing is heard of it: an alarm, no evidence of an end. */
  | { kind: "unreachable"; reason: string }
  /** There is a sign of life of one that was unreachable. */
  | { kind: "reachable" }
  /** The platform takes it away, though it still runs; null = it does not any more. */
  | { kind: "reclaim"; reason: string | null }
  | { kind: "start_failed"; class: Exclude<LaunchFailureClass, "unknown">; reason: string };

/**
 * What one clean listing proves about one attempt. Only positive evidence ends anything: the platform says it
 * ended, or two clean listings in a row do not show it and its bot is silent. A claimed one that is not shown is an alarm
 * first; its absence is believed when the alarm has stood for `patienceMs`. Pure.
 */
export function judge(
  deployment: WatchedDeployment,
  workload: Workload | undefined,
  listedAtMs: number,
  patienceMs: number,
): Verdict {
  // A heartbeat since then outranks it.
  if ((deployment.heartbeatAtMs ?? 0) >= listedAtMs) return judgeSeen(deployment, true);
  if (workload === undefined) return judgeAbsent(deployment, listedAtMs, patienceMs);
  if (workload.state === "ended") {
    // Whoever orders its stop hears that it is gone, and cleans up.
    if (deployment.phase === "STOPPING") return NOTHING;
    const { exitCode = null, reason = "ended", infrastructure = false } = workload.end ?? {};
    return { kind: "ended", exitCode, reason, infrastructure, startFailure: workload.startFailure };
  }
  if (workload.startFailure !== undefined && deployment.phase === "STARTING") {
    return { kind: "start_failed", ...workload.startFailure };
  }
  return deployment.phase === "RUNNING" ? judgeRunning(deployment, workload, listedAtMs) : judgeSeen(deployment, true);
}

function judgeSeen(deployment: WatchedDeployment, alive: boolean): Verdict {
  if (deployment.absentListings > 0) return { kind: "seen" };
  return alive && deployment.unreachableForMs !== null ? { kind: "reachable" } : NOTHING;
}

/** A claimed one that the platform shows. */
function judgeRunning(deployment: WatchedDeployment, workload: Workload, listedAtMs: number): Verdict {
  const { restarted, reclaim } = workload;
  // It may have been restarted before the claim: only a process that is not heard any more was replaced by another.
  if (restarted !== undefined && deployment.silent) {
    return { kind: "ended", exitCode: null, reason: restarted.reason, infrastructure: false, stillThere: true };
  }
  if ((reclaim !== undefined) !== deployment.reclaimNoticed) {
    return { kind: "reclaim", reason: reclaim?.reason ?? null };
  }
  if (!deployment.silent || !wasBefore(deployment, listedAtMs)) return judgeSeen(deployment, !deployment.silent);
  if (deployment.unreachableForMs !== null) return judgeSeen(deployment, false);
  return { kind: "unreachable", reason: "its bot is silent, though the platform shows its container" };
}

function judgeAbsent(deployment: WatchedDeployment, listedAtMs: number, patienceMs: number): Verdict {
  // A launch of unknown outcome may still appear; its own deadline deals with it.
  if (deployment.phase === "LAUNCHING" || !wasBefore(deployment, listedAtMs)) return NOTHING;
  const listings = deployment.absentListings + 1;
  if (!deployment.silent && deployment.unreachableForMs !== null) return { kind: "reachable" };
  if (!deployment.silent || listings < ABSENT_LISTINGS) return { kind: "missed" };
  const reason = `${listings} clean listings in a row did not show it, and its bot is silent`;
  const { phase, unreachableForMs } = deployment;
  if (phase !== "RUNNING") return { kind: "absent", reason };
  if (unreachableForMs === null) return { kind: "unreachable", reason };
  return unreachableForMs >= patienceMs ? { kind: "absent", reason } : { kind: "missed" };
}

/** Whether the listing is newer than what it is compared with. */
function wasBefore({ acceptedAtMs, stoppingAtMs }: WatchedDeployment, listedAtMs: number): boolean {
  const sinceMs = acceptedAtMs ?? stoppingAtMs;
  return sinceMs !== null && sinceMs < listedAtMs;
}

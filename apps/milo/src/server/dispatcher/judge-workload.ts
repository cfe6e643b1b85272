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
      startFailure?: Workload["startFailure"];
    }
  | { kind: "start_failed"; class: Exclude<LaunchFailureClass, "unknown">; reason: string };

/**
 * What one clean listing proves about one attempt. Only positive evidence ends anything: the platform says it
 * ended, or two clean listings in a row do not show it and its bot is silent. Pure.
 */
export function judge(deployment: WatchedDeployment, workload: Workload | undefined, listedAtMs: number): Verdict {
  // A heartbeat since then outranks it.
  if ((deployment.heartbeatAtMs ?? 0) > listedAtMs) return deployment.absentListings > 0 ? { kind: "seen" } : NOTHING;
  if (workload === undefined) return judgeAbsent(deployment, listedAtMs);
  if (workload.state === "ended") {
    // Whoever orders its stop hears that it is gone, and cleans up.
    if (deployment.phase === "STOPPING") return NOTHING;
    const { exitCode = null, reason = "ended", infrastructure = false } = workload.end ?? {};
    return { kind: "ended", exitCode, reason, infrastructure, startFailure: workload.startFailure };
  }
  if (workload.startFailure !== undefined && deployment.phase === "STARTING") {
    return { kind: "start_failed", ...workload.startFailure };
  }
  return deployment.absentListings > 0 ? { kind: "seen" } : NOTHING;
}

function judgeAbsent(deployment: WatchedDeployment, listedAtMs: number): Verdict {
  // A launch of unknown outcome may still appear; its own deadline deals with it.
  if (deployment.phase === "LAUNCHING") return NOTHING;
  const sinceMs = deployment.acceptedAtMs ?? deployment.stoppingAtMs;
  if (sinceMs === null || sinceMs >= listedAtMs) return NOTHING;
  if (deployment.silent && deployment.absentListings + 1 >= ABSENT_LISTINGS) {
    const listings = deployment.absentListings + 1;
    return { kind: "absent", reason: `${listings} clean listings in a row did not show it, and its bot is silent` };
  }
  return { kind: "missed" };
}

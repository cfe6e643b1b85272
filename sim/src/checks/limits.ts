import type { DeploymentPlatform } from "@milo/placement";
import { type FakeWorkload, isRunning } from "../world/fake-workload.ts";
import type { DeploymentRow, Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/** By the world's clock, as the database's may jump: which limit held when, and when each attempt got its slot. */
export type LimitHistory = {
  limits: Map<DeploymentPlatform, { fromMs: number; limit: number }[]>;
  admittedMs: Map<string, number>;
};

export function noteLimits(history: LimitHistory, snapshot: Snapshot, nowMs: number): void {
  for (const { platform, limit } of snapshot.platforms) {
    const past = history.limits.get(platform) ?? [];
    if (past.at(-1)?.limit !== limit) past.push({ fromMs: nowMs, limit });
    history.limits.set(platform, past);
  }
  for (const { launchKey } of snapshot.deployments.values()) {
    if (!history.admittedMs.has(launchKey)) history.admittedMs.set(launchKey, nowMs);
  }
}

/**
 * Admissions of one step stay within the limit in force: the one before or after the step, as a step that changes
 * plans admits nothing, except in a race, in which either order is right.
 */
export function checkAdmissions(before: Snapshot, after: Snapshot): Violation[] {
  const found: Violation[] = [];
  for (const { platform, limit } of after.platforms) {
    const onPlatform = [...after.deployments.values()].filter((d) => d.platform === platform);
    // An orphan was not given its slot: it was found in it.
    const fresh = onPlatform.filter((d) => d.botId !== null && !before.deployments.has(d.id));
    if (fresh.length === 0) continue;
    const wasLimit = before.platforms.find((p) => p.platform === platform)?.limit ?? 0;
    const used = onPlatform.filter((d) => d.phase !== "ENDED").length;
    if (used > Math.max(limit, wasLimit)) {
      const what = `${platform} was given a bot beyond its limit: ${used} of ${Math.max(limit, wasLimit)}`;
      found.push({ promise: 1, what, botId: fresh.at(-1)?.botId ?? null });
    }
    for (const deployment of fresh) found.push(...checkInTime(deployment, after));
  }
  return found;
}

/** An entry past its deadline is not admitted. */
function checkInTime(deployment: DeploymentRow, after: Snapshot): Violation[] {
  const entry = deployment.entryId === null ? undefined : after.entries.get(deployment.entryId);
  // Its deadline only moves earlier, and by a failure at that: then the entry waits again and is not judged here.
  if (entry === undefined || entry.status !== "PROCESSING" || deployment.reservedMs < entry.timeoutMs) return [];
  const what = `Bot ${deployment.botId} was admitted ${deployment.reservedMs - entry.timeoutMs} ms past its deadline`;
  return [{ promise: 3, what, botId: deployment.botId }];
}

/** On the platform's own record: what runs of attempts that hold a slot stays within the limits they came under. */
export function checkRunning(
  snapshot: Snapshot,
  history: LimitHistory,
  workloads: ReadonlyMap<DeploymentPlatform, readonly FakeWorkload[]>,
): Violation[] {
  const byKey = new Map([...snapshot.deployments.values()].map((d) => [d.launchKey, d]));
  const found: Violation[] = [];
  for (const [platform, all] of workloads) {
    const holders = all
      .filter(isRunning)
      .map((w) => byKey.get(w.launchKey))
      .filter((d): d is DeploymentRow => d !== undefined && d.phase !== "ENDED");
    if (holders.length === 0) continue;
    const oldestMs = Math.min(...holders.map((d) => history.admittedMs.get(d.launchKey) ?? 0));
    const highest = highestSince(history.limits.get(platform) ?? [], oldestMs);
    if (holders.length <= highest) continue;
    const what = `${platform} runs ${holders.length} bots while its limit was never above ${highest}`;
    found.push({ promise: 1, what, botId: holders.at(-1)?.botId ?? null });
  }
  return found;
}

function highestSince(past: readonly { fromMs: number; limit: number }[], sinceMs: number): number {
  const inForce = past.filter((_, index) => (past[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY) >= sinceMs);
  return Math.max(0, ...inForce.map((p) => p.limit));
}

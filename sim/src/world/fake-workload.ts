import type { Workload } from "@milo/milo/server/api/services/platform/platform-service.ts";
import type { DeploymentPlatform } from "@milo/placement";

/** A process in a container, from its start to its end, by the world's own clock. */
export type FakeProcess = {
  bootId: string;
  fromMs: number;
  toMs: number | null;
  /** From the moment milo accepted its claim. */
  claimedMs: number | null;
};

/** Something a platform was made to run under one launch key. The platform's own record: the witness. */
export type FakeWorkload = {
  platform: DeploymentPlatform;
  launchKey: string;
  botId: number;
  attempt: number;
  identifier: string;
  state: Workload["state"];
  createdMs: number;
  /** When its container first ran, and when it was over for good. */
  ranFromMs: number | null;
  endedMs: number | null;
  /** The request that made it was sent by a dispatcher that was no longer to send it. */
  sentLate: boolean;
  stopOrdered: boolean;
  /** The platform forgot it: it is in no listing any more. */
  removed: boolean;
  /** Its node cannot be reached: no listing shows it, no order reaches it, and its processes go on. */
  hidden: boolean;
  /** Its node could not be reached once: its absence may have been believed. */
  strayed: boolean;
  /** Nothing that its processes say reaches milo. */
  cutOff: boolean;
  /** When milo last heard a process of it, by the database's clock. */
  heardMs: number | null;
  reclaim?: Workload["reclaim"];
  restarted?: Workload["restarted"];
  startFailure?: Workload["startFailure"];
  end?: Workload["end"];
  processes: FakeProcess[];
};

export function isRunning(workload: FakeWorkload): boolean {
  return workload.state === "running";
}

/** Made, and never started: it holds nothing but its name. */
export function isInert(workload: FakeWorkload): boolean {
  return workload.state === "inert" && !workload.removed;
}

/** Whether anything of it runs, or may yet run without another order. */
export function mayRun(workload: FakeWorkload): boolean {
  return workload.state === "running" || workload.state === "starting";
}

/** Processes that milo has accepted and that are not over. */
export function pastClaim(workload: FakeWorkload): FakeProcess[] {
  return workload.processes.filter((process) => process.claimedMs !== null && process.toMs === null);
}

export function toReport(workload: FakeWorkload): Workload {
  const { identifier, launchKey, state, startFailure, end, reclaim, restarted } = workload;
  return { identifier, launchKey, state, startFailure, end, reclaim, restarted };
}

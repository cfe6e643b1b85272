import { setTimeout as delay } from "node:timers/promises";
import type { Emulators } from "./emulators.ts";

/** When the platform itself first showed that a launch fails, by launch key; milliseconds since 1970. */
export type StartEvidence = { atMs: ReadonlyMap<string, number>; stop(): void };

/** Between two looks at an emulator that tells nobody of its changes. */
const LOOK_EVERY_MS = 2;

/**
 * Reads an emulated cluster's own store: the first word on a pod that cannot start, the end of the grace of one that
 * has no node, the event of a Job that is refused its pod.
 */
export function watchKubernetes(k8s: Emulators["k8s"], unschedulableGraceMs: number): StartEvidence {
  const atMs = new Map<string, number>();
  const note = (launchKey: string | undefined, whenMs: number) => {
    if (launchKey !== undefined && !atMs.has(launchKey)) atMs.set(launchKey, whenMs);
  };
  const { store } = k8s;
  const stop = store.subscribe(({ resource, object }) => {
    const { namespace, name } = object.metadata;
    if (resource === "events") {
      const event = store.get("events", namespace, name);
      if (event?.reason === "FailedCreate") note(event.involvedObject.name, Date.now());
    }
    const pod = resource === "pods" ? store.get("pods", namespace, name) : undefined;
    const launchKey = pod?.metadata.labels?.["job-name"];
    const waiting = pod?.status.containerStatuses?.[0]?.state.waiting?.reason;
    if (waiting === "InvalidImageName") note(launchKey, Date.now());
    const scheduled = pod?.status.conditions?.find(({ type }) => type === "PodScheduled");
    if (scheduled?.status === "False") note(launchKey, Date.parse(scheduled.lastTransitionTime) + unschedulableGraceMs);
  });
  return { atMs, stop };
}

/** The moment at which a task is to stop, without ever having run. */
export function watchEcs(aws: Emulators["aws"]): StartEvidence {
  return lookOften((note) => {
    for (const { environment, stoppingAtMs, stoppedAtMs } of aws.tasks()) {
      const atMs = stoppingAtMs ?? stoppedAtMs;
      if (atMs !== undefined) note(environment.MILO_LAUNCH_KEY, atMs);
    }
  });
}

/** The end of a deployment that failed. */
export function watchCoolify(coolify: Emulators["coolify"]): StartEvidence {
  return lookOften((note) => {
    for (const { status, applicationName, finishedAtMs } of coolify.deployments()) {
      if (status === "failed" && finishedAtMs !== null) note(applicationName, finishedAtMs);
    }
  });
}

function lookOften(look: (note: (launchKey: string | undefined, atMs: number) => void) => void): StartEvidence {
  const atMs = new Map<string, number>();
  let isStopped = false;
  const note = (launchKey: string | undefined, whenMs: number) => {
    if (launchKey !== undefined && !atMs.has(launchKey)) atMs.set(launchKey, whenMs);
  };
  const run = async () => {
    while (!isStopped) {
      look(note);
      await delay(LOOK_EVERY_MS);
    }
  };
  void run();
  return {
    atMs,
    stop: () => {
      isStopped = true;
    },
  };
}

import type { ContainerRuntime } from "../runtime/container-runtime.ts";
import type { Settings } from "../runtime/settings.ts";
import type { Timeline } from "../runtime/timeline.ts";
import { formatTime, type KubeEvent, type KubeObject } from "./objects.ts";
import type { Store } from "./store.ts";

/** What can be changed while the emulator runs. Every delay is far shorter than in a real cluster by default. */
export const DEFAULT_SETTINGS = {
  /** Milliseconds before each request is handled. */
  latencyMs: 0,
  /** Pods the one node runs at once; null = no limit. */
  nodeCapacity: null as number | null,
  /** Quota `count/jobs.batch`; null = none. */
  quotaJobs: null as number | null,
  /** Quota `pods`; null = none. */
  quotaPods: null as number | null,
  scheduleDelayMs: 5,
  pullDelayMs: 20,
  startDelayMs: 5,
  /** First back-off after a failed pull, doubling to five minutes; 10 s in a real cluster. */
  pullBackoffMs: 300,
  /** How often the kubelet tries again after CreateContainerConfigError; 10 to 20 s in a real cluster. */
  configRetryMs: 200,
  /** First back-off of the Job controller after FailedCreate, doubling to six minutes; 10 s in a real cluster. */
  createRetryMs: 1_000,
  /** First back-off before a failed pod is replaced, doubling; 10 s in a real cluster. */
  podFailureBackoffMs: 100,
  /** From the container's start to the fault of a sentinel tag such as `evict`. */
  disruptAfterMs: 100,
  gcDelayMs: 10,
  bookmarkIntervalMs: 60_000,
  namespaceTerminating: false,
  /** False: the token has expired. */
  tokenValid: true,
  /** Verbs taken from the token's role, such as `create jobs,watch pods`. */
  denied: "",
  /** Verbs the token has besides its role, such as `get secrets,get serviceaccounts`. */
  granted: "",
  /** Names of the service accounts and priority classes there are; nothing else of them is modelled. */
  serviceAccounts: "default",
  priorityClasses: "system-cluster-critical,system-node-critical",
  /** False: /readyz answers 500. */
  ready: true,
};
export type KubernetesSettings = typeof DEFAULT_SETTINGS;

/** What every part of the control plane and the one node share. */
export interface Cluster {
  readonly store: Store;
  readonly settings: Settings<KubernetesSettings>;
  readonly runtime: ContainerRuntime;
  readonly timeline: Timeline;
  readonly clock: () => number;
  readonly timers: Timers;
  readonly namespace: string;
}

/** Pending work, all of which can be dropped at once. */
export interface Timers {
  after(ms: number, work: () => void): void;
  clear(): void;
}

// setTimeout fires at once for anything longer.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createTimers(): Timers {
  const pending = new Set<NodeJS.Timeout>();
  return {
    after: (ms, work) => {
      const timer = setTimeout(
        () => {
          pending.delete(timer);
          work();
        },
        Math.min(Math.max(ms, 0), LONGEST_TIMER_MS),
      );
      pending.add(timer);
    },
    clear: () => {
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
    },
  };
}

/** Writes an Event about an object; the same one again only counts up, as the real recorder aggregates. */
export function recordEvent(
  cluster: Cluster,
  about: KubeObject,
  event: { type: "Normal" | "Warning"; reason: string; message: string; component: string },
): void {
  const { store, clock } = cluster;
  const { type, reason, message, component } = event;
  const { name, namespace, uid, resourceVersion } = about.metadata;
  const now = formatTime(clock());
  const same = store
    .list("events")
    .find((old) => old.involvedObject.uid === uid && old.reason === reason && old.message === message);
  if (same !== undefined) {
    store.update("events", same.metadata, (draft) => {
      draft.count += 1;
      draft.lastTimestamp = now;
    });
    return;
  }
  const involvedObject = { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid, resourceVersion };
  const suffix = (BigInt(clock()) * 1_000_000n + BigInt(store.revision())).toString(16);
  const object: KubeEvent = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${suffix}`, namespace, uid: "", creationTimestamp: now },
    involvedObject,
    type,
    reason,
    message,
    source: { component },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: "",
  };
  store.add("events", object);
}

/** The object's key in the store. */
export function keyOf(object: KubeObject): { namespace: string; name: string } {
  return { namespace: object.metadata.namespace, name: object.metadata.name };
}

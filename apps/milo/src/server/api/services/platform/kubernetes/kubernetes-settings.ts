import type { MeetingPlatform } from "@milo/placement";
import type { Operation } from "fast-json-patch";

/** How the API server is reached. */
export type ClusterAccess =
  | { kind: "kubeconfig-file"; path: string; context?: string }
  | { kind: "kubeconfig-text"; text: string; context?: string }
  | { kind: "in-cluster" };

/** Kubernetes quantities by resource name, such as `{ cpu: "1", memory: "2Gi" }`. */
export type Quantities = { readonly [resource: string]: string };

export type FollowTimes = {
  /** The server is asked to end a watch after this long, so that a quiet one proves itself; whole seconds. */
  timeoutSeconds: number;
  /** A watch that says nothing for longer is dead, whatever its connection looks like; above the timeout. */
  silenceMs: number;
  /** The longest pause after a first failure; doubles with each further one, and is spread by half. */
  retryBaseMs: number;
  retryCapMs: number;
};

/** All that the adapter is told; it reads nothing from the process's environment. */
export type KubernetesSettings = {
  access: ClusterAccess;
  namespace: string;
  /** Six base32 characters, lower case: part of every name and label of ours. */
  installationId: string;
  /** The bot's image per meeting platform; a digest keeps two bots of one release alike. */
  images: { readonly [platform in MeetingPlatform]: string };
  resources?: { requests: Quantities; limits: Quantities };
  priorityClassName?: string;
  serviceAccountName?: string;
  nodeSelector?: { readonly [label: string]: string };
  /** Names of Secrets of type dockerconfigjson in the namespace. */
  imagePullSecrets?: readonly string[];
  /** Labels of the operator's own, on Job and pod; ours win where they meet. */
  extraLabels?: { readonly [label: string]: string };
  terminationGracePeriodSeconds?: number;
  ttlSecondsAfterFinished?: number;
  /**
   * Has each Job keep its bot's exit code (podFailurePolicy, stable since Kubernetes 1.31), so that a bot whose pod
   * was removed by a drain still counts as ended. Off, such a bot is only missed, which takes minutes longer.
   */
  reportExits?: boolean;
  /** RFC 6902 operations on the rendered Job, for what has no setting here. What milo relies on cannot be changed. */
  jobPatch?: readonly Operation[];
  /** Bounds of one request, milliseconds. */
  timeoutsMs?: { write?: number; read?: number; list?: number };
  /** Objects per page of a list. */
  pageSize?: number;
  /** How long a pod may be unschedulable before the platform counts as full, milliseconds. */
  unschedulableGraceMs?: number;
  /** Times of the watches by which starts and ends are heard of. */
  followTimes?: Partial<FollowTimes>;
  /** The clock, milliseconds since 1970. */
  now: () => number;
};

/** Leaving a meeting and flushing a recording takes tens of seconds; two minutes is what Spot nodes give as well. */
export const TERMINATION_GRACE_SECONDS = 120;
/** Keeps the end of a bot readable; well above the time in which an unknown outcome is resolved (20 s). */
export const TTL_AFTER_FINISHED_SECONDS = 3_600;
/** One request that changes something: half of the 20 s in which an unknown launch must be resolved. */
export const WRITE_TIMEOUT_MS = 10_000;
export const READ_TIMEOUT_MS = 10_000;
/** A page of a list is larger than one object, and nobody waits for it. */
export const LIST_TIMEOUT_MS = 20_000;
/** The size client-go uses: bounds the answer's memory without many round trips. */
export const PAGE_SIZE = 500;
/** Autoscalers need about a minute for a node; three minutes is the limit of a start (`start_by`). */
export const UNSCHEDULABLE_GRACE_MS = 60_000;

/** The server's end of a quiet watch is asked for once a minute; 15 s later it is overdue. */
export const FOLLOW_TIMES: FollowTimes = {
  timeoutSeconds: 60,
  silenceMs: 75_000,
  retryBaseMs: 500,
  retryCapMs: 30_000,
};

export const DEFAULT_RESOURCES: { requests: Quantities; limits: Quantities } = {
  requests: { cpu: "1", memory: "2Gi", "ephemeral-storage": "4Gi" },
  // No CPU limit: throttling a bot in a call spoils its recording, while idle CPU is nobody's.
  limits: { memory: "2Gi", "ephemeral-storage": "4Gi" },
};

/** A setting that cannot work, in a sentence for the operator. */
export class KubernetesSettingsError extends Error {
  override name = "KubernetesSettingsError";
}

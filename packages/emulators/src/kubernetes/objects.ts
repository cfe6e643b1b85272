/** The resources the emulator stores, by their name in URLs. */
export const RESOURCES = {
  jobs: { group: "batch", apiVersion: "batch/v1", kind: "Job" },
  pods: { group: "", apiVersion: "v1", kind: "Pod" },
  events: { group: "", apiVersion: "v1", kind: "Event" },
  secrets: { group: "", apiVersion: "v1", kind: "Secret" },
  resourcequotas: { group: "", apiVersion: "v1", kind: "ResourceQuota" },
} as const;
export type Resource = keyof typeof RESOURCES;

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  name: string;
  generateName?: string;
  namespace: string;
  uid: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  lastProbeTime?: string | null;
  lastTransitionTime: string;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name: string; key: string; optional?: boolean } };
}

export interface ContainerSpec {
  name: string;
  image: string;
  env?: EnvVar[];
  envFrom?: { prefix?: string; secretRef?: { name: string; optional?: boolean } }[];
  [field: string]: unknown;
}

export interface PodSpec {
  containers: ContainerSpec[];
  restartPolicy: string;
  terminationGracePeriodSeconds: number;
  nodeName?: string;
  [field: string]: unknown;
}

export interface JobSpec {
  parallelism: number;
  completions: number;
  backoffLimit: number;
  suspend: boolean;
  podReplacementPolicy: string;
  activeDeadlineSeconds?: number;
  ttlSecondsAfterFinished?: number;
  selector: { matchLabels: Record<string, string> };
  template: { metadata: { labels?: Record<string, string>; annotations?: Record<string, string> }; spec: PodSpec };
  [field: string]: unknown;
}

export interface JobStatus {
  conditions?: Condition[];
  startTime?: string;
  completionTime?: string;
  active?: number;
  ready?: number;
  terminating?: number;
  succeeded?: number;
  failed?: number;
  uncountedTerminatedPods?: Record<string, never>;
}

export interface Job extends KubeObject {
  spec: JobSpec;
  status: JobStatus;
}

export interface ContainerState {
  waiting?: { reason: string; message?: string };
  running?: { startedAt: string };
  terminated?: {
    exitCode: number;
    reason: string;
    message?: string;
    signal?: number;
    startedAt: string | null;
    finishedAt: string | null;
    containerID?: string;
  };
}

export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  containerID?: string;
  ready: boolean;
  started: boolean;
  restartCount: number;
  state: ContainerState;
  lastState: ContainerState;
}

export interface PodStatus {
  phase: "Pending" | "Running" | "Succeeded" | "Failed";
  conditions?: Condition[];
  containerStatuses?: ContainerStatus[];
  reason?: string;
  message?: string;
  startTime?: string;
  hostIP?: string;
  podIP?: string;
  qosClass: string;
}

export interface Pod extends KubeObject {
  spec: PodSpec;
  status: PodStatus;
}

export interface Secret extends KubeObject {
  data?: Record<string, string>;
  type: string;
}

export interface KubeEvent extends KubeObject {
  involvedObject: { apiVersion: string; kind: string; name: string; namespace: string; uid: string };
  reason: string;
  message: string;
  type: "Normal" | "Warning";
  source: { component: string };
  firstTimestamp: string;
  lastTimestamp: string;
  count: number;
  eventTime: null;
  reportingComponent: string;
  reportingInstance: string;
}

export interface ResourceQuota extends KubeObject {
  spec: { hard: Record<string, string> };
  status: { hard: Record<string, string>; used: Record<string, string> };
}

/** RFC 3339 in whole seconds, as every `metav1.Time` is. */
export function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function isPodFinished(pod: Pod): boolean {
  return pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}

export function isJobFinished(job: Job): boolean {
  return hasCondition(job.status.conditions, "Complete") || hasCondition(job.status.conditions, "Failed");
}

/** Whether the condition is present with status True. */
export function hasCondition(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;
}

/** The conditions with this one replaced or added; the transition time moves only when its status does. */
export function withCondition(conditions: readonly Condition[] | undefined, condition: Condition): Condition[] {
  const old = conditions?.find(({ type }) => type === condition.type);
  const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : condition.lastTransitionTime;
  const others = conditions?.filter(({ type }) => type !== condition.type) ?? [];
  return [...others, { ...condition, lastTransitionTime }];
}

import type { CatalogueTable } from "../runtime/catalogue-faults.ts";
import { type CannedFault, cannedFault, statusAnswer } from "./canned-faults.ts";
import type { KubernetesSettings } from "./cluster.ts";
import type { Disruption } from "./disruptions.ts";
import type { WatchFault } from "./watching.ts";

const CREATE = { operation: "create-job" };
const canned = (name: CannedFault, afterWork = false) => [cannedFault(name, CREATE, undefined, afterWork)];
const BEING_DELETED = statusAnswer(409, "AlreadyExists", {
  message: 'object is being deleted: jobs.batch "bot" already exists',
  details: { name: "bot", group: "batch", kind: "jobs" },
});
const INVALID = statusAnswer(422, "Invalid", {
  message: 'Job.batch "bot" is invalid: spec.template.spec.containers[0].image: Required value',
  details: { name: "bot", group: "batch", kind: "Job" },
});

/** The rows of the failure catalogue that a Kubernetes API server shows to its callers. */
export const KUBERNETES_CATALOGUE = {
  "row-01-name-exists": {
    description: "A create takes effect and its answer is lost: the next meets 409 AlreadyExists",
    requests: [{ match: CREATE, fault: "reset-after", times: 1 }],
  },
  "row-02-name-terminating": {
    description: "409: an object of that name is still being deleted",
    requests: [{ match: CREATE, ...BEING_DELETED }],
  },
  "row-03-quota-conflict": { description: "409: the quota's own status changed", requests: canned("quota-conflict") },
  "row-04-job-quota": { description: "403: the quota count/jobs.batch is used up", settings: { quotaJobs: 0 } },
  "row-10-oom-kill": { description: "The running container is OOM-killed", disruption: "oom-kill" },
  "row-11-exit-code": { description: "The running container exits with code 1", disruption: "exit-code" },
  "row-12-evict": { description: "The kubelet evicts the running pod", disruption: "evict" },
  "row-12-preempt": { description: "The scheduler preempts the running pod", disruption: "preempt" },
  "row-12-node-lost": { description: "The running pod's node is lost", disruption: "node-lost" },
  "row-13-deadline-exceeded": { description: "The Job's deadline is over", disruption: "deadline-exceeded" },
  "row-14-create-forbidden": { description: "403: the role may not create Jobs", settings: { denied: "create jobs" } },
  "row-15-token-expired": { description: "401, without a body", settings: { tokenValid: false } },
  "row-16-invalid-spec": { description: "422: the Job is malformed", requests: [{ match: CREATE, ...INVALID }] },
  "row-17-throttled": { description: "429 with Retry-After", requests: canned("throttled") },
  "row-18-webhook-failed": { description: "500: a webhook does not answer", requests: canned("webhook-failed") },
  "row-18-etcd-leader-lost": {
    description: "500 after the Job was stored: etcd changed its leader",
    requests: canned("etcd-leader-lost", true),
  },
  "row-18-unavailable": { description: "503: the server cannot handle the request", requests: canned("unavailable") },
  "row-18-timeout": { description: "504 after the Job was stored", requests: canned("timeout", true) },
  "row-19-connection-reset": {
    description: "The Job is stored, the connection is reset before the answer",
    requests: [{ match: CREATE, fault: "reset-after" }],
  },
  "row-19-no-answer": {
    description: "The request is taken and never answered",
    requests: [{ match: CREATE, fault: "timeout-before" }],
  },
  "row-20-refused": { description: "Connections are refused for a minute", offlineMs: 60_000 },
  "row-21-watch-expired": { description: "Open watches get ERROR 410, old versions too", disruption: "expire" },
  "row-21-watch-stalled": { description: "Open watches fall silent", disruption: "stall" },
  "row-21-watch-cut": { description: "The connections of open watches are reset", disruption: "cut" },
} as const satisfies CatalogueTable<KubernetesSettings, Disruption | WatchFault>;

export type KubernetesCatalogueFault = keyof typeof KUBERNETES_CATALOGUE;

import type { CatalogueTable } from "../runtime/catalogue-faults.ts";
import type { FaultKind, FaultRule } from "../runtime/faults.ts";
import { ECS_FAULT_RESPONSES, type EcsDisruption, type EcsFaultName } from "./faults.ts";
import type { EcsSettings } from "./settings.ts";

const match = { operation: "RunTask" };
const answer = (name: EcsFaultName, fault: FaultKind = "status"): FaultRule[] => [
  { match, fault, ...ECS_FAULT_RESPONSES[name] },
];

/** The rows of the failure catalogue that ECS shows to its callers. */
export const ECS_CATALOGUE = {
  "row-22-fargate-empty": {
    description: "RunTask answers 200 with a capacity failure, on demand and on Spot",
    settings: { onDemandCapacity: 0, spotCapacity: 0 },
  },
  "row-22-spot-empty": { description: "As above, for Spot only", settings: { spotCapacity: 0 } },
  "row-23-vcpu-quota": { description: "RunTask answers 200, quota used up", settings: { onDemandVcpuQuota: 0 } },
  "row-23-vcpu-quota-exception": {
    description: "ClientException: the vCPU quota is used up",
    requests: answer("vcpu-quota-exception"),
  },
  "row-24-provisioning-quota": {
    description: "ClientException: too many tasks are PROVISIONING",
    settings: { provisioningQuota: 0 },
  },
  "row-25-throttled": { description: "ThrottlingException", requests: answer("throttled") },
  "row-26-ec2-throttled": {
    description: "InvalidParameterException that is a throttle of EC2",
    requests: answer("ec2-throttled"),
  },
  "row-27-bad-subnet": { description: "InvalidParameterException: no such subnet", requests: answer("bad-subnet") },
  "row-28-cluster-not-found": { description: "ClusterNotFoundException", requests: answer("cluster-not-found") },
  "row-28-platform-unknown": { description: "PlatformUnknownException", requests: answer("platform-unknown") },
  "row-29-access-denied": { description: "AccessDenied for RunTask", requests: answer("access-denied") },
  "row-29-pass-role-denied": { description: "AccessDenied for PassRole", requests: answer("pass-role-denied") },
  "row-29-tag-denied": { description: "AccessDenied for TagResource", requests: answer("tag-denied") },
  "row-30-expired-token": { description: "ExpiredTokenException", requests: answer("expired-token") },
  "row-30-unrecognized-client": { description: "UnrecognizedClientException", requests: answer("unrecognized-client") },
  "row-30-blocked": { description: "BlockedException", requests: answer("blocked") },
  "row-31-token-reused": {
    description: "The task starts, the answer is lost, and the repeated token meets ConflictException",
    requests: [{ match, fault: "reset-after", times: 1 }],
    settings: { clientTokenConflicts: true },
  },
  "row-32-server-error": { description: "ServerException (500); no task", requests: answer("server-error") },
  "row-32-server-error-after": {
    description: "ServerException (500) after the task was started",
    requests: answer("server-error", "status-after"),
  },
  "row-32-bad-gateway": { description: "502 in HTML; no task", requests: answer("html-502") },
  "row-33-connection-reset": {
    description: "The task starts, the connection is reset before the answer",
    requests: [{ match, fault: "reset-after" }],
  },
  "row-33-no-answer": {
    description: "RunTask is taken and never answered",
    requests: [{ match, fault: "timeout-before" }],
  },
  "row-35-spot-interruption": { description: "Spot takes the running task", disruption: "spot-interruption" },
  "row-36-host-retirement": { description: "The running task is stopped with its host", disruption: "host-retirement" },
  "row-37-out-of-memory": { description: "The container is OOM-killed", disruption: "out-of-memory" },
  "row-38-task-expired": {
    description: "The container is OOM-killed, and its stopped task MISSING at once",
    settings: { stoppedRetentionMs: 0 },
    disruption: "out-of-memory",
  },
  "row-38-not-yet-visible": {
    description: "A new task is MISSING for a second",
    settings: { visibilityDelayMs: 1_000 },
  },
} as const satisfies CatalogueTable<EcsSettings, EcsDisruption>;

export type EcsCatalogueFault = keyof typeof ECS_CATALOGUE;

import type { CatalogueTable } from "../runtime/catalogue-faults.ts";
import type { FaultRule } from "../runtime/faults.ts";
import { COOLIFY_FAULT_RESPONSES, type CoolifyFaultName } from "./faults.ts";
import type { CoolifySettings } from "./settings.ts";

type Operation = "create" | "update-envs" | "deploy" | "stop" | "delete";
const answer = (operation: Operation, name: CoolifyFaultName): FaultRule[] => [
  { match: { operation }, fault: "status", ...COOLIFY_FAULT_RESPONSES[name] },
];
const lose = (operation: Operation, fault: "reset-after" | "reset-before" | "timeout-before"): FaultRule[] => [
  { match: { operation }, fault },
];
const PHANTOM = "phantom00000000000000000";
const phantom = (message: string) => ({ deployments: [{ message, deployment_uuid: PHANTOM }] });

/** The rows of the failure catalogue that Coolify shows to its callers. */
export const COOLIFY_CATALOGUE = {
  "row-39-rate-limited": { description: "429 Too Many Attempts on create", requests: answer("create", "rate-limited") },
  "row-40-deploy-queue-full": {
    description: "429: the deployment queue is full",
    requests: answer("deploy", "queue-full"),
  },
  "row-41-phantom-deployment": {
    description: "200 with the uuid of a deployment that was never made",
    requests: [
      { match: { operation: "deploy" }, fault: "status", status: 200, body: phantom("Deployment request queued.") },
    ],
  },
  "row-42-already-queued": {
    description: "The deployment is queued, the answer says that it was already, with a phantom's uuid",
    requests: [
      {
        match: { operation: "deploy" },
        fault: "status-after",
        status: 200,
        body: phantom("Deployment already queued for this commit."),
      },
    ],
  },
  "row-45-server-down": {
    description: "Coolify does not reach its docker server",
    settings: { serverFunctional: false },
  },
  "row-46-unauthenticated": { description: "401", requests: answer("create", "unauthenticated") },
  "row-46-invalid-token": { description: "400 Invalid token", requests: answer("create", "invalid-token") },
  "row-46-api-disabled": { description: "403: the API is off", settings: { apiEnabled: false } },
  "row-46-address-refused": { description: "403: the address is not allowed", settings: { addressAllowed: false } },
  "row-47-server-not-found": { description: "404: no such server", requests: answer("create", "server-not-found") },
  "row-48-get-not-allowed": { description: "405 on the deploy", requests: answer("deploy", "get-not-allowed") },
  "row-48-field-not-allowed": { description: "422: an unknown field", requests: answer("create", "field-not-allowed") },
  "row-49-connection-reset": {
    description: "The application is made, the connection is reset before the answer",
    requests: lose("create", "reset-after"),
  },
  "row-49-no-answer": {
    description: "The create is taken and never answered",
    requests: lose("create", "timeout-before"),
  },
  "row-49-bad-gateway": { description: "502 in HTML on create", requests: answer("create", "html-502") },
  "row-50-envs-reset": {
    description: "The variables are written, the connection is reset before the answer",
    requests: lose("update-envs", "reset-after"),
  },
  "row-50-envs-refused": { description: "422 on the variables", requests: answer("update-envs", "field-not-allowed") },
  "row-51-deploy-reset": {
    description: "The deployment is queued, the connection is reset before the answer",
    requests: lose("deploy", "reset-after"),
  },
  "row-51-deploy-no-answer": {
    description: "The deploy is taken and never answered",
    requests: lose("deploy", "timeout-before"),
  },
  "row-52-out-of-memory": { description: "The running container is killed, and started again", disruption: "kill" },
  "row-53-stop-lost": {
    description: "The stop's connection is reset, nothing done",
    requests: lose("stop", "reset-before"),
  },
  "row-53-delete-lost": {
    description: "The delete's connection is reset, nothing done",
    requests: lose("delete", "reset-before"),
  },
} as const satisfies CatalogueTable<CoolifySettings, "kill">;

export type CoolifyCatalogueFault = keyof typeof COOLIFY_CATALOGUE;

import type { CatalogueRow } from "./catalogue-row.ts";
import { movedOn, movedOnHolding } from "./expectations.ts";

const DELETED = { requests: { create: 1, deploy: 1, delete: { atLeast: 1 } } } as const;

/** Coolify took the deployment, and no container came of it. */
export const COOLIFY_START_ROWS: readonly CatalogueRow[] = [
  {
    row: 43,
    platform: "coolify",
    fault: "row-43-deployment-failed",
    failure: "The deployment fails: the image is not in its registry",
    class: "config",
    reaction: "application deleted, next platform; the breaker opens for long and raises an alarm",
    expect: movedOn("coolify", { class: "config", reason: /manifest/, existed: true }, DELETED),
  },
  {
    row: 44,
    platform: "coolify",
    fault: "row-44-deployment-stuck",
    failure: "The deployment stays in progress",
    class: "unavailable",
    reaction: "deployment cancelled, application deleted, next platform; the breaker counts it",
    options: { deploymentStuckMs: 1_000 },
    expect: movedOn(
      "coolify",
      { class: "unavailable", reason: /deployment in_progress/, existed: true },
      { requests: { create: 1, deploy: 1, cancel: { atLeast: 1 }, delete: { atLeast: 1 } } },
    ),
  },
  {
    row: 45,
    platform: "coolify",
    fault: "row-45-server-down",
    failure: "Coolify does not reach its docker server: deployments fail, stops do nothing",
    class: "unavailable",
    reaction:
      "next platform at once, the breaker counts it; the slot is held until the server is back and says that nothing runs",
    expect: movedOnHolding("coolify", { class: "unavailable", reason: /not functional/ }, { requests: { deploy: 1 } }),
    afterwards: movedOn("coolify", { class: "unavailable", reason: /not functional/, existed: true }, DELETED),
  },
];

import type { CatalogueRow } from "./catalogue-row.ts";
import { failedAttempt, movedOn, staysHere } from "./expectations.ts";

const ONE_CREATE = { requests: { "create-job": 1 } } as const;
const TWO_CREATES = { requests: { "create-job": 2 } } as const;
const MALFORMED = /is invalid/;

/** Kubernetes refuses the Job: nothing of it exists. */
export const KUBERNETES_REFUSAL_ROWS: readonly CatalogueRow[] = [
  {
    row: 2,
    platform: "k8s",
    fault: "row-02-name-terminating",
    failure: "An object of the Job's name is still being deleted",
    class: "transient",
    reaction: "tried again here, under the name of a new attempt",
    options: { times: 1 },
    expect: staysHere("k8s", [{ class: "transient", reason: /being deleted/ }], TWO_CREATES),
  },
  {
    row: 3,
    platform: "k8s",
    fault: "row-03-quota-conflict",
    failure: "A quota's status changed under the create",
    class: "transient",
    reaction: "tried again here, as a new attempt",
    options: { times: 2 },
    expect: staysHere("k8s", Array(2).fill({ class: "transient", reason: /resourcequotas/ }), {
      requests: { "create-job": 3 },
    }),
  },
  {
    row: 3,
    platform: "k8s",
    fault: "row-03-quota-conflict",
    failure: "A quota's status changes under every create",
    class: "transient",
    reaction: "three tries here, then the next platform; the breaker does not count it",
    expect: movedOn(
      "k8s",
      { class: "transient", reason: /resourcequotas/, tries: 3 },
      { requests: { "create-job": 3 } },
    ),
  },
  {
    row: 4,
    platform: "k8s",
    fault: "row-04-job-quota",
    failure: "The quota of Jobs is used up",
    class: "capacity",
    reaction: "next platform at once; the platform backs off, its breaker stays closed",
    expect: movedOn("k8s", { class: "capacity", reason: /exceeded quota/ }, ONE_CREATE),
  },
  {
    row: 14,
    platform: "k8s",
    fault: "row-14-create-forbidden",
    failure: "The role may not create Jobs",
    class: "auth",
    reaction: "next platform at once; the breaker opens for long and raises an alarm",
    expect: movedOn("k8s", { class: "auth", reason: /cannot create resource/ }, ONE_CREATE),
  },
  {
    row: 15,
    platform: "k8s",
    fault: "row-15-token-expired",
    failure: "The token is not accepted",
    class: "auth",
    reaction: "the kubeconfig is read again once; then next platform, the breaker opens for long with an alarm",
    expect: movedOn("k8s", { class: "auth", reason: /401|Unauthorized/ }, TWO_CREATES),
  },
  {
    row: 16,
    platform: "k8s",
    fault: "row-16-invalid-spec",
    failure: "The Job is called malformed",
    class: "invalid",
    reaction: "a second opinion from the next platform; barred here for the rest of its wait",
    expect: movedOn("k8s", { class: "invalid", reason: MALFORMED }, ONE_CREATE),
  },
  {
    row: 16,
    platform: "k8s",
    fault: "row-16-invalid-spec",
    failure: "The Job is called malformed, and the next platform says the same of its own request",
    class: "invalid",
    reaction: "the bot ends FATAL with both reasons: it is our own request that is wrong",
    options: {
      alsoOnHealthy: {
        match: { operation: "RunTask" },
        fault: "status",
        status: 400,
        body: { __type: "ValidationException", message: "Value at 'overrides' failed to satisfy a constraint" },
      },
    },
    expect: {
      attempts: [
        failedAttempt("k8s", { class: "invalid", reason: MALFORMED }),
        failedAttempt("aws", { class: "invalid", reason: /failed to satisfy/ }),
      ],
      bot: { status: "FATAL", code: "REQUEST_REFUSED" },
      entry: { status: "CANCELLED", stage: "aws", bars: ["k8s until_over"] },
      platform: { breaker: "closed", used: 0 },
      witness: { ...ONE_CREATE, started: 0, running: 0 },
    },
  },
  {
    row: 17,
    platform: "k8s",
    fault: "row-17-throttled",
    failure: "The API server turns requests away for a while (429 with Retry-After)",
    class: "throttled",
    reaction: "tried again here when it said to come back",
    options: { times: 1 },
    expect: staysHere("k8s", [{ class: "throttled", reason: /too many requests/ }], TWO_CREATES),
  },
  {
    row: 17,
    platform: "k8s",
    fault: "row-17-throttled",
    failure: "The API server turns every request away (429)",
    class: "throttled",
    reaction: "three tries here, then the next platform; the breaker does not count it",
    expect: movedOn(
      "k8s",
      { class: "throttled", reason: /too many requests/, tries: 3 },
      { requests: { "create-job": 3 } },
    ),
  },
];

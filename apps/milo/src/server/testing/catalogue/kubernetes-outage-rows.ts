import type { CatalogueRow } from "./catalogue-row.ts";
import { movedOn, movedOnHolding, staysHere, withPlatform } from "./expectations.ts";

const ADOPTED = { requests: { "create-job": 2 } } as const;
/** Its slot is held for as long as a Job may turn up; then, with nothing there and nothing heard, it is given back. */
const HELD = { silentAfterMs: 10_000 } as const;
const SENT_AGAIN = { requests: { "create-job": { atLeast: 2 } } } as const;

/** Kubernetes does not answer, or answers that it cannot: what became of the Job is not known. */
export const KUBERNETES_OUTAGE_ROWS: readonly CatalogueRow[] = [
  {
    row: 1,
    platform: "k8s",
    fault: "row-01-name-exists",
    failure: "A Job of our name exists, made by an earlier send of the same attempt",
    class: null,
    reaction: "it is adopted: one Job, one container",
    expect: staysHere("k8s", [], ADOPTED),
  },
  {
    row: 18,
    platform: "k8s",
    fault: "row-18-webhook-failed",
    failure: "A webhook does not answer (500)",
    class: "unknown",
    reaction: "sent again under the same name; then next platform, the slot held until it is known that nothing exists",
    options: HELD,
    expect: movedOnHolding("k8s", { class: "unknown", reason: /failed calling webhook/ }, SENT_AGAIN),
    afterwards: movedOn("k8s", { class: "unknown", reason: /failed calling webhook/, existed: true }),
  },
  {
    row: 18,
    platform: "k8s",
    fault: "row-18-etcd-leader-lost",
    failure: "etcd lost its leader after the Job was stored (500)",
    class: null,
    reaction: "sent again under the same name and adopted: one Job, one container",
    options: { times: 1 },
    expect: staysHere("k8s", [], ADOPTED),
  },
  {
    row: 18,
    platform: "k8s",
    fault: "row-18-unavailable",
    failure: "The API server cannot handle requests (503), for several bots in a row",
    class: "unknown",
    reaction: "next platform, slots held; the third failure in a row opens the breaker",
    options: { ...HELD, bots: 3 },
    expect: withPlatform(movedOnHolding("k8s", { class: "unknown", reason: /unable to handle/ }, SENT_AGAIN), {
      breaker: "open",
      failures: 0,
      used: 3,
    }),
    afterwards: withPlatform(movedOn("k8s", { class: "unknown", reason: /unable to handle/, existed: true }), {
      breaker: "open",
      failures: 0,
    }),
  },
  {
    row: 18,
    platform: "k8s",
    fault: "row-18-timeout",
    failure: "The API server ran out of time after the Job was stored (504)",
    class: null,
    reaction: "sent again under the same name and adopted: one Job, one container",
    options: { times: 1 },
    expect: staysHere("k8s", [], ADOPTED),
  },
  {
    row: 19,
    platform: "k8s",
    fault: "row-19-connection-reset",
    failure: "The connection was reset after the Job was stored",
    class: null,
    reaction: "sent again under the same name and adopted: one Job, one container",
    options: { times: 1 },
    expect: staysHere("k8s", [], ADOPTED),
  },
  {
    row: 19,
    platform: "k8s",
    fault: "row-19-no-answer",
    failure: "The API server takes the request and never answers",
    class: "unknown",
    reaction: "sent again under the same name; then next platform, the slot held until it is known that nothing exists",
    options: { ...HELD, requestMs: 1_200 },
    expect: movedOnHolding("k8s", { class: "unknown", reason: /No answer/ }, SENT_AGAIN),
    afterwards: movedOn("k8s", { class: "unknown", reason: /No answer/, existed: true }),
  },
  {
    row: 20,
    platform: "k8s",
    fault: "row-20-refused",
    failure: "The API server's address refuses connections",
    class: "unavailable",
    reaction: "next platform at once, no slot held; the third failure in a row opens the breaker",
    options: { bots: 3 },
    expect: withPlatform(movedOn("k8s", { class: "unavailable", reason: /ECONNREFUSED/ }), {
      breaker: "open",
      failures: 0,
    }),
  },
];

import type { FaultMatch, FaultRule } from "../runtime/faults.ts";

/** Answers of a real API server in trouble, ready to be added as faults. */
export const CANNED_FAULTS = {
  "quota-conflict": {
    description: "409: the quota's own status was changed meanwhile",
    rule: statusAnswer(409, "Conflict", {
      message:
        'Operation cannot be fulfilled on resourcequotas "compute-quota": the object has been modified; ' +
        "please apply your changes to the latest version and try again",
      details: { name: "compute-quota", kind: "resourcequotas" },
    }),
  },
  throttled: {
    description: "429 with Retry-After: priority and fairness turns the request away",
    rule: {
      ...statusAnswer(429, "TooManyRequests", { message: "too many requests, please try again later" }),
      headers: { "retry-after": "1" },
    },
  },
  "webhook-failed": {
    description: "500: an admission webhook does not answer",
    rule: statusAnswer(500, "InternalError", {
      message: 'Internal error occurred: failed calling webhook "policy.example.com": context deadline exceeded',
    }),
  },
  "etcd-leader-lost": {
    description: "500: etcd changed its leader; the write may have happened",
    rule: statusAnswer(500, "InternalError", { message: "etcdserver: leader changed" }),
  },
  unavailable: {
    description: "503: the server is not able to handle the request",
    rule: statusAnswer(503, "ServiceUnavailable", { message: "the server is currently unable to handle the request" }),
  },
  timeout: {
    description: "504: the request timed out inside the server; the write may have happened",
    rule: statusAnswer(504, "Timeout", { message: "Timeout: request did not complete within requested timeout" }),
  },
  "bad-gateway": {
    description: "502: a load balancer in front answers in HTML",
    rule: {
      fault: "status",
      status: 502,
      headers: { "content-type": "text/html" },
      body: "<html><body><h1>502 Bad Gateway</h1></body></html>",
    },
  },
} as const satisfies Record<string, { description: string; rule: Omit<FaultRule, "match"> }>;
export type CannedFault = keyof typeof CANNED_FAULTS;

/** The fault rule that shows a canned answer `times` times; with `afterWork` the request's work is done before it. */
export function cannedFault(name: CannedFault, match: FaultMatch, times?: number, afterWork = false): FaultRule {
  const fault = afterWork ? "status-after" : "status";
  return { match, ...CANNED_FAULTS[name].rule, fault, ...(times === undefined ? {} : { times }) };
}

/** An answer of the API server's own kind Status. */
export function statusAnswer(code: number, reason: string, rest: { message: string; details?: object }) {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason, code, ...rest };
  return { fault: "status", status: code, body } as const;
}

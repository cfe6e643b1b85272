import type { CatalogueRow } from "./catalogue-row.ts";
import { movedOn, movedOnHolding, staysHere, withPlatform } from "./expectations.ts";

const HELD = { silentAfterMs: 10_000 } as const;
const SENT_AGAIN = { requests: { RunTask: { atLeast: 3 } } } as const;
const ADOPTED = staysHere("aws", [], { requests: { RunTask: 2 } });
const SAME_TOKEN = "sent again with the same client token: one task, one container";
const GIVEN_UP =
  "sent again with the same token; then next platform, the slot held until it is known that nothing runs";

/** ECS does not answer, or answers that it cannot: what became of the task is not known. */
export const ECS_OUTAGE_ROWS: readonly CatalogueRow[] = [
  {
    row: 31,
    platform: "aws",
    fault: "row-31-token-reused",
    failure: "The client token owns a task already, started with other parameters",
    class: null,
    reaction: "the task is looked at and, as its startedBy is ours, adopted: one task, one container",
    expect: ADOPTED,
  },
  {
    row: 32,
    platform: "aws",
    fault: "row-32-server-error",
    failure: "ECS answers with a server error (500)",
    class: "unknown",
    reaction: GIVEN_UP,
    options: HELD,
    expect: movedOnHolding("aws", { class: "unknown", reason: /ServerException/ }, SENT_AGAIN),
    afterwards: movedOn("aws", { class: "unknown", reason: /ServerException/, existed: true }),
  },
  {
    row: 32,
    platform: "aws",
    fault: "row-32-server-error-after",
    failure: "ECS answers with a server error after it started the task",
    class: null,
    reaction: SAME_TOKEN,
    options: { times: 1 },
    expect: ADOPTED,
  },
  {
    row: 32,
    platform: "aws",
    fault: "row-32-bad-gateway",
    failure: "Something in front of ECS answers 502 in HTML, for several bots in a row",
    class: "unknown",
    reaction: "next platform, slots held; the third failure in a row opens the breaker",
    options: { ...HELD, bots: 3 },
    expect: withPlatform(movedOnHolding("aws", { class: "unknown", reason: /JSON/ }, SENT_AGAIN), {
      breaker: "open",
      failures: 0,
      used: 3,
    }),
    afterwards: withPlatform(movedOn("aws", { class: "unknown", reason: /JSON/, existed: true }), {
      breaker: "open",
      failures: 0,
    }),
  },
  {
    row: 33,
    platform: "aws",
    fault: "row-33-connection-reset",
    failure: "The connection was reset after the task was started",
    class: null,
    reaction: SAME_TOKEN,
    options: { times: 1 },
    expect: ADOPTED,
  },
  {
    row: 33,
    platform: "aws",
    fault: "row-33-connection-reset",
    failure: "The task was started, and every answer that says so is lost",
    class: "unknown",
    reaction: "next platform; the task is found by its tags and stopped, and only then its slot is free",
    expect: movedOn(
      "aws",
      { class: "unknown", reason: /ECONNRESET|TimeoutError|socket hang up/, existed: true },
      { requests: { RunTask: { atLeast: 3 }, StopTask: { atLeast: 1 } }, started: 1 },
    ),
  },
  {
    row: 33,
    platform: "aws",
    fault: "row-33-no-answer",
    failure: "ECS takes the request and never answers",
    class: "unknown",
    reaction: GIVEN_UP,
    options: { ...HELD, requestMs: 1_200 },
    expect: movedOnHolding("aws", { class: "unknown", reason: /ECS/ }, { requests: { RunTask: { atLeast: 2 } } }),
    afterwards: movedOn("aws", { class: "unknown", reason: /ECS/, existed: true }),
  },
];

import type { LaunchFailureClass } from "@milo/placement";
import type { CatalogueRow } from "./catalogue-row.ts";
import { movedOn, staysHere } from "./expectations.ts";

const FULL = "application deleted, next platform; the platform backs off, its breaker stays closed";
const MISCONFIGURED = "next platform at once; the breaker opens for long and raises an alarm";
const ONE_CREATE = { requests: { create: 1 } } as const;
/** Inert and of no use: taken away again. */
const DELETED = { requests: { create: 1, deploy: 1, delete: { atLeast: 1 } } } as const;

/** One refusal of the create, after which the bot is on the next platform. */
function refused(
  row: number,
  fault: string,
  failure: string,
  failureClass: LaunchFailureClass,
  reason: RegExp,
): CatalogueRow {
  const expected = movedOn("coolify", { class: failureClass, reason }, ONE_CREATE);
  const named = { row, platform: "coolify", fault: `row-${row}-${fault}`, failure } as const;
  return { ...named, class: failureClass, reaction: MISCONFIGURED, expect: expected };
}

/** The version is asked for before anything is made, and that is refused already. */
function refusedBeforeCreate(fault: string, failure: string, reason: RegExp): CatalogueRow {
  const asked = { requests: { version: { atLeast: 1 } } } as const;
  return {
    ...refused(46, fault, failure, "auth", reason),
    expect: movedOn("coolify", { class: "auth", reason }, asked),
  };
}

/** Coolify refuses: nothing runs. */
export const COOLIFY_REFUSAL_ROWS: readonly CatalogueRow[] = [
  {
    row: 39,
    platform: "coolify",
    fault: "row-39-rate-limited",
    failure: "The user's request rate is used up (429 with Retry-After of a minute)",
    class: "throttled",
    reaction: "nothing is sent for that minute; as the stage is over by then, next platform at once",
    options: { times: 1 },
    expect: movedOn("coolify", { class: "throttled", reason: /Too Many Attempts/ }, ONE_CREATE),
  },
  {
    row: 40,
    platform: "coolify",
    fault: "row-40-queue-full",
    failure: "The server's deployment queue is full (429)",
    class: "capacity",
    reaction: FULL,
    expect: movedOn("coolify", { class: "capacity", reason: /queue is full/, existed: true }, DELETED),
  },
  {
    row: 41,
    platform: "coolify",
    fault: "row-41-phantom-deployment",
    failure: "The answer names a deployment that was never made, as for a full queue",
    class: "capacity",
    reaction: `the deployment is looked up (404); ${FULL}`,
    expect: movedOn("coolify", { class: "capacity", reason: /queued no deployment/, existed: true }, DELETED),
  },
  {
    row: 42,
    platform: "coolify",
    fault: "row-42-already-queued",
    failure: "The deployment is said to be queued already, under a uuid that does not exist",
    class: null,
    reaction: "the application's newest deployment is taken for it: one deployment, one container",
    expect: staysHere("coolify", [], { requests: { create: 1, deploy: 1 } }),
  },
  refused(46, "unauthenticated", "The token is not known (401)", "auth", /Unauthenticated/),
  refused(46, "invalid-token", "The token is malformed (400)", "auth", /Invalid token/),
  refusedBeforeCreate("api-disabled", "The API is switched off (403)", /API is disabled/),
  refusedBeforeCreate("address-refused", "Our address is not on the allow-list (403)", /not allowed to access/),
  refused(47, "server-not-found", "The server's uuid does not exist", "config", /Server not found/),
  {
    row: 48,
    platform: "coolify",
    fault: "row-48-get-not-allowed",
    failure: "An action is refused by its method (405), as by 4.2.0 and later for GET",
    class: "config",
    reaction: `never of milo's own making, which sends POST; application deleted, ${MISCONFIGURED}`,
    expect: movedOn("coolify", { class: "config", reason: /405/, existed: true }, DELETED),
  },
  {
    row: 48,
    platform: "coolify",
    fault: "row-48-field-not-allowed",
    failure: "A field is not known to this version (422)",
    class: null,
    reaction: "sent again without that field, and never again with it",
    options: { times: 1 },
    expect: staysHere("coolify", [], { requests: { create: 2, deploy: 1 } }),
  },
];

import type { CatalogueRow, Expectation } from "./catalogue-row.ts";
import { CALL } from "./expectations.ts";

/** Longer than several listings take: milo goes on to look, and leaves it alone. */
const WATCHED = { atLeast: 30 } as const;

const IN_CALL: Expectation = {
  attempts: [{ platform: "coolify", phase: "RUNNING", failureClass: null }],
  bot: { status: "IN_CALL", on: "coolify" },
  entry: { status: "DISPATCHED", stage: "coolify", bars: [] },
  platform: { breaker: "closed", used: 1 },
  witness: { started: 1, running: 1 },
};

/** Cancelled on request, before its process had claimed. */
function cancelled(witness: Expectation["witness"], phase: "STOPPING" | "ENDED" = "ENDED"): Expectation {
  return {
    attempts: [{ platform: "coolify", phase, outcome: "cancelled" }],
    bot: { status: "CANCELLED", code: "STOP_REQUESTED" },
    entry: { status: "CANCELLED", stage: "coolify", bars: [] },
    platform: { breaker: "closed", used: phase === "ENDED" ? 0 : 1 },
    witness,
  };
}

/** A bot that runs on Coolify, and its stop. */
export const COOLIFY_RUN_ROWS: readonly CatalogueRow[] = [
  {
    row: 45,
    platform: "coolify",
    fault: "row-45-server-down",
    failure: "Coolify loses its docker server while the bot is in its call",
    class: null,
    reaction: "the bot, which is heard of, is left alone",
    options: CALL,
    strikes: "in_call",
    expect: {
      ...IN_CALL,
      witness: { ...IN_CALL.witness, requests: { stop: 0, delete: 0, list: WATCHED } },
    },
  },
  {
    row: 53,
    platform: "coolify",
    fault: "row-53-stop-lost",
    failure: "The connection is reset before a stop is taken",
    class: null,
    reaction: "ordered again; the slot is held until nothing runs",
    options: { times: 2 },
    strikes: "at_stop",
    expect: cancelled({ requests: { stop: { atLeast: 3 }, delete: 1 }, started: 1, running: 0 }),
  },
  {
    row: 53,
    platform: "coolify",
    fault: "row-53-delete-lost",
    failure: "The connection is reset before a delete is taken",
    class: null,
    reaction: "ordered again; the slot is free once it is known that nothing runs",
    options: { times: 1 },
    strikes: "at_stop",
    expect: cancelled({ requests: { stop: 1, delete: 2 }, started: 1, running: 0 }),
  },
  {
    row: 53,
    platform: "coolify",
    fault: "row-53-stop-ignored",
    failure: "A stop is answered with success and does nothing",
    class: null,
    reaction: "milo goes on to look; the slot is held for as long as it runs",
    strikes: "at_stop",
    expect: cancelled({ requests: { stop: 1, delete: 0, list: WATCHED }, started: 1, running: 1 }, "STOPPING"),
  },
];

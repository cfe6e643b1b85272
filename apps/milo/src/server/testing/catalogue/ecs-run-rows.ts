import type { CatalogueRow } from "./catalogue-row.ts";
import { CALL } from "./expectations.ts";

/** A bot that runs on ECS, and ends there. */
export const ECS_RUN_ROWS: readonly CatalogueRow[] = [
  {
    row: 37,
    platform: "aws",
    fault: "row-37-out-of-memory",
    failure: "The bot runs out of memory in its call",
    class: "bot",
    reaction: "the bot ends FATAL and is not tried elsewhere; its slot is given back",
    options: CALL,
    strikes: "in_call",
    expect: {
      attempts: [
        { platform: "aws", phase: "ENDED", outcome: "failed", failureClass: "bot", reason: /137.*OutOfMemoryError/ },
      ],
      bot: { status: "FATAL" },
      entry: { status: "DISPATCHED", stage: "aws", bars: [] },
      platform: { breaker: "closed", used: 0 },
      witness: { requests: { RunTask: 0 }, started: 1, running: 0 },
    },
  },
  {
    row: 38,
    platform: "aws",
    fault: "row-38-not-yet-visible",
    failure: "A new task is MISSING at first",
    class: null,
    reaction: "nothing is concluded from it: the bot claims, and is in its call",
    options: CALL,
    expect: {
      attempts: [{ platform: "aws", phase: "RUNNING", failureClass: null }],
      bot: { status: "IN_CALL", on: "aws" },
      entry: { status: "DISPATCHED", stage: "aws", bars: [] },
      platform: { breaker: "closed", used: 1 },
      witness: { requests: { RunTask: 1 }, started: 1, running: 1 },
    },
  },
];

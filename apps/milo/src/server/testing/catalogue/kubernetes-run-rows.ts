import type { CatalogueRow, Expectation } from "./catalogue-row.ts";
import { CALL } from "./expectations.ts";

const ITS_OWN_FAULT = "the bot ends FATAL and is not tried elsewhere; its slot is given back";

/** Its own doing: it is over, and nobody tries it elsewhere. */
function endedByItself(reason: RegExp): Expectation {
  return {
    attempts: [{ platform: "k8s", phase: "ENDED", outcome: "failed", failureClass: "bot", reason }],
    bot: { status: "FATAL" },
    entry: { status: "DISPATCHED", stage: "k8s", bars: [] },
    platform: { breaker: "closed", used: 0 },
    witness: { requests: { "create-job": 0 }, started: 1, running: 0 },
  };
}

/** A bot that runs on Kubernetes, and ends there. */
export const KUBERNETES_RUN_ROWS: readonly CatalogueRow[] = [
  {
    row: 10,
    platform: "k8s",
    fault: "row-10-oom-kill",
    failure: "The bot runs out of memory in its call",
    class: "bot",
    reaction: ITS_OWN_FAULT,
    options: CALL,
    strikes: "in_call",
    expect: endedByItself(/137.*OOMKilled/),
  },
  {
    row: 11,
    platform: "k8s",
    fault: "row-11-exit-code",
    failure: "The bot exits with an error in its call",
    class: "bot",
    reaction: ITS_OWN_FAULT,
    options: CALL,
    strikes: "in_call",
    expect: endedByItself(/exit code 1/),
  },
  {
    row: 13,
    platform: "k8s",
    fault: "row-13-deadline-exceeded",
    failure: "The Job's deadline is over while the bot is in its call",
    class: null,
    reaction: "told to leave by its platform, the bot says goodbye and is DONE; its slot is given back",
    options: CALL,
    strikes: "in_call",
    expect: {
      attempts: [{ platform: "k8s", phase: "ENDED", outcome: "completed", failureClass: null }],
      bot: { status: "DONE" },
      entry: { status: "DISPATCHED", stage: "k8s", bars: [] },
      platform: { breaker: "closed", used: 0 },
      witness: { requests: { "create-job": 0 }, started: 1, running: 0 },
    },
  },
];

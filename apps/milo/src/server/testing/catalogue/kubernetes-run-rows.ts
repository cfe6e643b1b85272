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
    failure: "The bot stays beyond its time, and the Job's deadline is over",
    class: "bot",
    reaction: "told to leave, then ended by its platform: DONE, as its time was over; its slot is given back",
    // It takes longer to leave than its platform gives it.
    options: { script: `${CALL.script}&leave=60s`, maxDurationMs: 4_000 },
    strikes: "leaving",
    expect: {
      attempts: [{ platform: "k8s", phase: "ENDED", outcome: "failed", failureClass: "bot", reason: /Deadline|137/ }],
      bot: { status: "DONE", code: "CONTAINER_ENDED" },
      entry: { status: "DISPATCHED", stage: "k8s", bars: [] },
      platform: { breaker: "closed", used: 0 },
      witness: { requests: { "create-job": 0 }, started: 1, running: 0 },
    },
  },
];

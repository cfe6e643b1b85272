import type { CatalogueRow, Count, WorldOptions } from "./catalogue-row.ts";
import { CALL } from "./expectations.ts";

/** A watch that is disturbed while a bot is in its call: all are opened anew, and the bot is left alone. */
function disturbed(fault: string, failure: string, reaction: string, options: WorldOptions = {}): CatalogueRow {
  const opened: Count = { atLeast: 1 };
  return {
    row: 21,
    platform: "k8s",
    fault: `row-21-${fault}`,
    failure,
    class: null,
    reaction,
    options: { ...CALL, ...options },
    strikes: "in_call",
    expect: {
      attempts: [{ platform: "k8s", phase: "RUNNING", failureClass: null }],
      bot: { status: "IN_CALL", on: "k8s" },
      entry: { status: "DISPATCHED", stage: "k8s", bars: [] },
      platform: { breaker: "closed", used: 1 },
      witness: {
        requests: { "create-job": 0, "delete-job": 0, "watch-jobs": opened, "watch-pods": opened },
        started: 1,
        running: 1,
      },
    },
  };
}

/** The watches by which starts and ends are heard of. */
export const KUBERNETES_WATCH_ROWS: readonly CatalogueRow[] = [
  disturbed(
    "watch-expired",
    "The history that a watch follows is forgotten (410)",
    "listed anew and watched from there",
  ),
  disturbed("watch-cut", "The connections of the watches are reset", "watched anew"),
  disturbed(
    "watch-stalled",
    "The watches fall silent, their connections open",
    "called dead after a while, watched anew",
    {
      watchSilenceMs: 3_000,
    },
  ),
];

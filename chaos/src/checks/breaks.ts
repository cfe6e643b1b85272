import type { Records, Violation } from "../record/records.ts";

/** What was given up stays given up: no attempt goes back, changes its process, or may claim beside its successor. */
export function checkBreaks({ breaks }: Records): Violation[] {
  return breaks.map(({ launchKey, what }) => ({ promise: 2, what: `${launchKey} ${what}` }));
}

import type { Records, Violation } from "../record/records.ts";
import { checkClaims } from "./claims.ts";
import { checkEnds } from "./ends.ts";
import { checkAdmissions, checkRunning } from "./limits.ts";
import { checkRest } from "./rest.ts";

/** Every promise, over everything that was recorded. */
export function checkRecords(records: Records): Violation[] {
  return [checkAdmissions, checkRunning, checkClaims, checkEnds, checkRest].flatMap((check) => check(records));
}

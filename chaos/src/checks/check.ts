import type { Records, Violation } from "../record/records.ts";
import { checkAdmitted } from "./admitted.ts";
import { checkBreaks } from "./breaks.ts";
import { checkClaims } from "./claims.ts";
import { checkEnds } from "./ends.ts";
import { checkHeard } from "./heard.ts";
import { checkKept } from "./kept.ts";
import { checkAdmissions, checkRunning } from "./limits.ts";
import { checkRest } from "./rest.ts";
import { checkStops } from "./stops.ts";

const CHECKS = [
  checkAdmissions,
  checkRunning,
  checkAdmitted,
  checkClaims,
  checkBreaks,
  checkEnds,
  checkHeard,
  checkKept,
  checkStops,
  checkRest,
];

/** Every promise, over everything that was recorded. */
export function checkRecords(records: Records): Violation[] {
  return CHECKS.flatMap((check) => check(records));
}

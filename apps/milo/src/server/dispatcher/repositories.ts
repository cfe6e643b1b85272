import { admit } from "#server/database/repositories/admit.ts";
import { advanceEntries } from "#server/database/repositories/advance-entries.ts";
import { giveUpOnLeaving, readDueDeployments, tellOverdueToLeave } from "#server/database/repositories/deadlines.ts";
import { confirmGone } from "#server/database/repositories/end-deployment.ts";
import { endObserved } from "#server/database/repositories/end-observed.ts";
import { expireAfterFirstPass, expireEntries } from "#server/database/repositories/expire-entries.ts";
import { giveUpAttempt } from "#server/database/repositories/give-up-attempt.ts";
import { isSilent, keepPostMortem } from "#server/database/repositories/keep-post-mortem.ts";
import {
  changeRequest,
  markLaunching,
  markStarting,
  recordIdentifiers,
} from "#server/database/repositories/launch-writes.ts";
import {
  endLease,
  handOver,
  isHeld,
  renewLeases,
  takeOver,
  takeStopping,
} from "#server/database/repositories/leases.ts";
import { lookAhead } from "#server/database/repositories/look-ahead.ts";
import { clearMassStop, readMassStop, saveMassStop } from "#server/database/repositories/mass-stop.ts";
import { noteOverdueStop } from "#server/database/repositories/note-overdue-stop.ts";
import { adoptIdentifier, countAbsence, readWatched } from "#server/database/repositories/observe-workloads.ts";
import {
  insertOrphans,
  noteStrangers,
  passOverBotIds,
  readHeldOrphans,
  releaseOrphans,
} from "#server/database/repositories/orphans.ts";
import { noteLaunchOutcome, noteProbe } from "#server/database/repositories/platform-breaker.ts";
import { tellDrainedToLeave } from "#server/database/repositories/platform-mode.ts";
import {
  backOffPlatform,
  endBackOff,
  endBackOffByClaim,
  saveHealth,
  takeWatch,
} from "#server/database/repositories/platform-rows.ts";
import { recheckPassedStages } from "#server/database/repositories/recheck-stages.ts";
import {
  endUnreachable,
  noteReachable,
  noteReclaim,
  noteUnreachable,
} from "#server/database/repositories/unreachable.ts";

/** Every statement the dispatcher's loops run, as one bag: a test may replace one by a broken twin. */
export const repositories = {
  admit,
  lookAhead,
  advanceEntries,
  expireEntries,
  expireAfterFirstPass,
  readDueDeployments,
  tellOverdueToLeave,
  giveUpOnLeaving,
  giveUpAttempt,
  markLaunching,
  changeRequest,
  recordIdentifiers,
  markStarting,
  renewLeases,
  takeOver,
  handOver,
  endLease,
  isHeld,
  takeStopping,
  confirmGone,
  /** The same, for one whose absence is believed. */
  confirmAbsent: confirmGone,
  noteOverdueStop,
  endObserved,
  noteUnreachable,
  noteReachable,
  endUnreachable,
  noteReclaim,
  keepPostMortem,
  isSilent,
  readWatched,
  adoptIdentifier,
  countAbsence,
  noteStrangers,
  passOverBotIds,
  insertOrphans,
  readHeldOrphans,
  releaseOrphans,
  readMassStop,
  saveMassStop,
  clearMassStop,
  takeWatch,
  saveHealth,
  backOffPlatform,
  endBackOff,
  endBackOffByClaim,
  noteLaunchOutcome,
  noteProbe,
  recheckPassedStages,
  tellDrainedToLeave,
};
export type Repositories = typeof repositories;

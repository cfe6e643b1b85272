/** What each kind of event is called above its sentence. The keys are the codes that milo itself writes. */
const TITLES: Readonly<Record<string, string>> = {
  QUEUED: "Queued",
  STAGE_PASSED: "Tries further",
  ADMITTED: "Slot taken",
  ACCEPTED: "Accepted",
  CLAIMED: "Claimed",
  ATTEMPT_FAILED: "Attempt failed",
  LAUNCH_FAILED: "Launch failed",
  REQUEUED: "Queued again",
  REPLACED: "Replaced",
  SLOT_FREED: "Slot free",
  CONTAINER_ENDED: "Container ended",
  CONTAINER_LOST: "Container lost",
  UNREACHABLE: "Unreachable",
  REACHABLE: "Reachable again",
  STOP_REQUESTED: "Stop asked for",
  STOP_OVERDUE: "Stop overdue",
  PLATFORM_DRAINED: "Platform drained",
  MAX_DURATION: "Maximum duration over",
  LEAVE_TIMEOUT: "Did not leave in time",
  QUEUE_TIMEOUT: "Waited too long",
  PRIORITY_CHANGED: "Priority changed",
  RETRIED: "Retried",
  RETRY_OF: "A retry",
  ORPHAN_FOUND: "Stray container found",
};

/** The title of an event; of one that only a bot knows, its code in words: `MEETING_NOT_FOUND`, `Meeting not found`. */
export function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return TITLES[code] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

export function hasOwnTitle(code: string): boolean {
  return code in TITLES;
}

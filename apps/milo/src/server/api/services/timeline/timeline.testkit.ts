import type { BotView } from "#server/database/repositories/bots-view.ts";
import type { EventRow, TimelineAttempt, TimelineEntryRow } from "#server/database/repositories/timeline-view.ts";

/** Times in these tests are seconds after it. */
const START_MS = Date.UTC(2026, 0, 1);
export const atMs = (seconds: number) => START_MS + seconds * 1_000;
export const at = (seconds: number) => new Date(atMs(seconds));

export function makeAttempt(change: Partial<TimelineAttempt> = {}): TimelineAttempt {
  return {
    deploymentId: 1,
    attempt: 1,
    platform: "k8s",
    launchKey: "bot-abcdef-1-a1",
    identifier: null,
    phase: "RESERVED",
    outcome: null,
    class: null,
    reason: null,
    slotNo: 1,
    reservedAt: at(1),
    sentAt: null,
    acceptedAt: null,
    claimedAt: null,
    stoppingAt: null,
    endedAt: null,
    startBy: at(180),
    runUntil: null,
    leaveBy: null,
    unreachableSince: null,
    stopOverdueSince: null,
    holdsBot: false,
    postMortem: null,
    lastHeartbeatAt: null,
    ...change,
  };
}

export function makeEvent(change: Partial<EventRow> = {}): EventRow {
  const event = { id: 1, atMs: atMs(0), code: "QUEUED", message: "Accepted; waits for a slot", status: null };
  return { ...event, deploymentId: null, byBot: false, ...change };
}

export function makeBot(change: Partial<BotView> = {}): BotView {
  return {
    id: 1,
    name: "Bot",
    meetingPlatform: "zoom",
    meetingUrl: "https://zoom.example/j/1?pwd=secret",
    status: "QUEUED",
    statusCode: null,
    statusReason: null,
    priority: 0,
    deploymentPlatform: null,
    platformIdentifier: null,
    attempts: 0,
    deduplicationKey: null,
    createdAt: at(0),
    stopRequestedAt: null,
    finishedAt: null,
    claimedContainerMayRun: false,
    ...change,
  };
}

export function makeWaiting(change: Partial<TimelineEntryRow> = {}): TimelineEntryRow {
  return {
    id: 1,
    botId: 1,
    plan: {
      stages: [
        { platform: "k8s", waitMs: 60_000 },
        { platform: "aws", waitMs: 30_000 },
      ],
      globalWaitMs: 600_000,
    },
    stage: "k8s",
    stageEndsAtMs: atMs(60),
    timeoutAtMs: atMs(690),
    bars: [],
    notBeforeMs: null,
    failures: {},
    lastFailure: null,
    openTo: ["k8s"],
    ...change,
  };
}

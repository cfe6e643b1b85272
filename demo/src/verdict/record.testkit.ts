import type { DeploymentPlatform } from "@milo/placement";
import type { BotFacts, DayRecord, DeploymentFacts, Run } from "../record/day-record.ts";

/** A bot that waited from 1,000 on and had its call on K8s, unless told otherwise. */
export function bot(id: number, facts: Partial<BotFacts> = {}): BotFacts {
  return {
    id,
    name: `Meeting ${id}`,
    status: "IN_CALL",
    statusCode: null,
    statusReason: null,
    stopRequestedAtMs: null,
    finishedAtMs: null,
    entry: { status: "DISPATCHED", stage: "k8s", queuedAtMs: 1_000, timeoutAtMs: 99_000 },
    deployments: [attempt()],
    ...facts,
  };
}

/** A bot as above with another moment of arrival. */
export function queuedAt(queuedAtMs: number, more: Partial<NonNullable<BotFacts["entry"]>> = {}): BotFacts["entry"] {
  return { status: "DISPATCHED", stage: "k8s", queuedAtMs, timeoutAtMs: 99_000, ...more };
}

/** A first attempt that was claimed on K8s in slot 1. */
export function attempt(facts: Partial<DeploymentFacts> = {}): DeploymentFacts {
  return {
    platform: "k8s",
    attempt: 1,
    phase: "RUNNING",
    outcome: null,
    failureClass: null,
    reason: null,
    slotNo: 1,
    reservedAtMs: 2_000,
    claimedAtMs: 2_500,
    endedAtMs: null,
    ...facts,
  };
}

/** A container of a bot's first attempt that runs on K8s. */
export function run(botId: number, facts: Partial<Run> = {}): Run {
  return {
    platform: "k8s",
    botId,
    attempt: 1,
    startMs: 2_200,
    endMs: null,
    exit: null,
    toldToStopAtMs: null,
    ...facts,
  };
}

/** A record of these bots and runs. */
export function record(
  bots: readonly BotFacts[],
  runs: readonly Run[],
  more: { mostAtOnce?: Partial<Record<DeploymentPlatform, number>>; waiting?: number } = {},
): DayRecord {
  return {
    bots: new Map(bots.map((one) => [one.id, one])),
    runs,
    mostAtOnce: { k8s: 3, aws: 2, coolify: 1, ...more.mostAtOnce },
    waiting: more.waiting ?? 0,
  };
}

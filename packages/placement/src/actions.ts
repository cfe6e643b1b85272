import { BOT_STATUSES, type BotStatus, isFinalBotStatus } from "./bot-status.ts";
import { DEPLOYMENT_PHASES, type DeploymentPhase, isOccupying } from "./deployment-phase.ts";
import type { PlatformMode } from "./platforms.ts";
import { QUEUE_STATUSES, type QueueStatus } from "./queue-status.ts";

/** Whether an action is possible; when not, why not, as it is said to a person beside the disabled button. */
export type Verdict = { can: true; reason: null } | { can: false; reason: string };

/** Judges a state; `.states` are those in which the action is possible. */
export type Predicate<State extends string> = ((state: State) => Verdict) & { readonly states: readonly State[] };

const YES: Verdict = { can: true, reason: null };

/** `whyNot` answers the reason against an action, null when nothing speaks against it. */
function predicate<State extends string>(
  all: readonly State[],
  whyNot: (state: State) => string | null,
): Predicate<State> {
  const judge = (state: State): Verdict => {
    const reason = whyNot(state);
    return reason === null ? YES : { can: false, reason };
  };
  return Object.assign(judge, { states: all.filter((state) => whyNot(state) === null) });
}

const ENDED = "It has ended already";

function whyNotStop(status: BotStatus): string | null {
  if (isFinalBotStatus(status)) return ENDED;
  if (status === "LEAVING") return "It has been told to leave already";
  return status === "CALL_ENDED" ? "Its call is over already" : null;
}

function whyNotCancel(status: BotStatus): string | null {
  if (status === "SCHEDULED" || status === "QUEUED" || status === "DEPLOYING") return null;
  return isFinalBotStatus(status) ? ENDED : "Its container has claimed already: it can only be told to leave";
}

/** What of a bot speaks against another one with its request. */
export type Ended = {
  status: BotStatus;
  /** An attempt that has claimed holds its slot yet: its container may be in the call. */
  claimedContainerMayRun: boolean;
};

function retry({ status, claimedContainerMayRun }: Ended): Verdict {
  if (!isFinalBotStatus(status)) {
    return { can: false, reason: "It has not ended yet: only a bot that has ended can be retried" };
  }
  if (!claimedContainerMayRun) return YES;
  const reason =
    "Its container may still be in the call: wait until the platform confirms it gone and its slot is free";
  return { can: false, reason };
}

/** What may be done to a bot by its status, or by more of what is known of it: one predicate for button, mutation and test alike. */
export const botCan = {
  /** A stop is accepted until the bot is on its way out. */
  stop: predicate(BOT_STATUSES, whyNotStop),
  /** Cancelled rather than left: no container of it has claimed yet. */
  cancel: predicate(BOT_STATUSES, whyNotCancel),
  /** Another bot with the same request. */
  retry,
} as const;

const WAITS_NO_MORE: Readonly<Record<QueueStatus, string | null>> = {
  WAITING: null,
  PROCESSING: "It waits no more, it is being launched: stop the bot instead",
  DISPATCHED: "It waits no more, it runs: stop the bot instead",
  EXPIRED: "It waits no more: it gave up at its deadline",
  CANCELLED: "It waits no more: it was taken out of the queue",
};

/** What may be done to a queue entry by its status. */
export const queueCan = {
  cancel: predicate(QUEUE_STATUSES, (status) => WAITS_NO_MORE[status]),
  /** While it is being launched, too: the priority counts when that fails and it waits again. */
  setPriority: predicate(QUEUE_STATUSES, (status) => (status === "PROCESSING" ? null : WAITS_NO_MORE[status])),
} as const;

function whyNotConfirmGone(phase: DeploymentPhase): string | null {
  if (!isOccupying(phase)) return ENDED;
  if (phase === "RUNNING" || phase === "STOPPING") return null;
  return "Its bot has not claimed yet: stop the bot, or wait until the attempt is given up by itself";
}

/** What of an attempt speaks for another container, though its own may still be there. */
export type HeldUp = {
  phase: DeploymentPhase;
  /** Its bot waits until nothing of it is left. */
  holdsBot: boolean;
  /** Nothing was heard of it for longer than a living bot is silent. */
  isSilent: boolean;
  /** Of its bot. */
  isStopRequested: boolean;
};

function replaceAnyway({ phase, holdsBot, isSilent, isStopRequested }: HeldUp): Verdict {
  if (isStopRequested) return { can: false, reason: "Its stop was asked for already" };
  if (phase !== "RUNNING" && !(phase === "STOPPING" && holdsBot)) {
    return { can: false, reason: "No container of it holds it up" };
  }
  return isSilent ? YES : { can: false, reason: "It can be reached: only a bot that cannot is replaced on request" };
}

/** What may be done to an attempt by its phase, or by more of what is known of it. */
export const deploymentCan = {
  replaceAnyway,
  /** An operator's word that its container is gone; refused besides while it gives signs of life. */
  confirmGone: predicate(DEPLOYMENT_PHASES, whyNotConfirmGone),
} as const;

const IN_MODE: Readonly<Record<PlatformMode, string>> = {
  enabled: "It takes bots already",
  hold: "It is on hold already",
  drain: "It is being drained already",
};

function whyNotMode(wanted: PlatformMode) {
  return ({ mode, modeReason }: { mode: PlatformMode; modeReason: string | null }, reason?: string): Verdict =>
    mode === wanted && modeReason === (reason ?? null) ? { can: false, reason: IN_MODE[wanted] } : YES;
}

/** What may be done to a platform. Setting the mode that holds is possible with another reason alone. */
export const platformCan = {
  setMode: { enabled: whyNotMode("enabled"), hold: whyNotMode("hold"), drain: whyNotMode("drain") },
  confirmMassStop: ({ massStop }: { massStop: object | null }): Verdict =>
    massStop === null ? { can: false, reason: "No mass stop is held here" } : YES,
} as const;

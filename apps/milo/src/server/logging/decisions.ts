import type { Logger } from "pino";

/** What a line may say beside its sentence. The names are the same in every line, and stay. */
export type DecisionFacts = {
  /** The bot's id. */
  bot?: number | null;
  /** Its attempt, from 1. */
  attempt?: number;
  platform?: string;
  /** The attempt's name on its platform. */
  launchKey?: string;
  /** The cause, in words. */
  why: string;
  /** The class of a failure, as `docs/failure-modes.md` explains them. */
  class?: string;
  /** The alarm that it raises, and where it is explained. */
  alarm?: string;
  docs?: string;
  /** What it came from, and what it came to. */
  from?: string;
  to?: string;
};

/** Every decision that milo logs, a line each, with the field `decision`. `docs/logs.md` is printed from it. */
export const DECISIONS = {
  accepted: { level: "info", help: "A bot's request is stored: it waits for a slot.", text: "Accepted" },
  reordered: { level: "info", help: "Somebody changed the priority of a bot that waits.", text: "Reordered" },
  admitted: { level: "info", help: "A bot was given a slot.", text: "Admitted" },
  stage_passed: { level: "info", help: "A waiting bot may use one more platform.", text: "Stage passed" },
  sent_again: {
    level: "info",
    help: "Whether a launch was taken is not known: it is looked up or sent again.",
    text: "Sent again",
  },
  taken_over: {
    level: "warn",
    help: "A launch whose dispatcher is gone was taken over by another.",
    text: "Taken over",
  },
  launched: { level: "info", help: "Its platform accepted the launch.", text: "Launched" },
  claimed: { level: "info", help: "The bot's process runs and has claimed its attempt.", text: "Claimed" },
  claim_refused: {
    level: "warn",
    help: "A process may not join: another one has claimed its attempt, or the attempt is over.",
    text: "Claim refused",
  },
  failed_over: {
    level: "warn",
    help: "A bot was given a slot on another platform than the attempt before.",
    text: "Failed over",
  },
  gave_up: {
    level: "warn",
    help: "An attempt was given up before the claim, or a bot's deadline is over.",
    text: "Gave up",
  },
  requeued: {
    level: "warn",
    help: "A bot waits again: its attempt was given up, or its container is lost and it gets another one.",
    text: "Requeued",
  },
  stop_ordered: {
    level: "info",
    help: "Somebody had a bot stopped: it is cancelled, or told to leave its call.",
    text: "Stop ordered",
  },
  told_to_leave: {
    level: "info",
    help: "A bot is told to leave its call: its time is over, or its platform is drained.",
    text: "Told to leave",
  },
  ended: {
    level: "info",
    help: "A bot is final: it has said so, or its container or its attempts have ended.",
    text: "Ended",
  },
  stopped: {
    level: "info",
    help: "Its platform confirmed that the workload is gone: the slot is free.",
    text: "Stopped",
  },
  reclaimed: {
    level: "warn",
    help: "A slot is taken back or is to be: the workload is not there any more, nobody owns it, or its platform takes it away.",
    text: "Reclaimed",
  },
  breaker_changed: { level: "warn", help: "A platform's breaker came to another state.", text: "Breaker changed" },
  backed_off: {
    level: "warn",
    help: "A platform says that it is full: it is given nothing for a while.",
    text: "Backed off",
  },
  limits_changed: {
    level: "warn",
    help: "What a platform may hold, or its place in the order, is another since dispatchers came or went.",
    text: "Limits changed",
  },
  mode_changed: { level: "warn", help: "An operator has a platform do something else.", text: "Mode changed" },
  sweep_held: { level: "warn", help: "A sweep that would end most of a platform's bots is held.", text: "Sweep held" },
  sweep_resumed: { level: "warn", help: "A sweep that was held goes on, or is over.", text: "Sweep resumed" },
  operator_word: {
    level: "warn",
    help: "An operator's word was taken: a container is gone, is not waited for any more, or a sweep is right.",
    text: "Operator's word",
  },
  cleared_away: {
    level: "info",
    help: "Bots that ended too long ago to be kept were cleared away.",
    text: "Cleared away",
  },
} as const satisfies Record<string, { level: "info" | "warn"; help: string; text: string }>;
export type Decision = keyof typeof DECISIONS;

/** Writes down one decision; one that raises an alarm is an error. Bot and attempt are read from the launch key. */
export function tellDecision(log: Logger, decision: Decision, facts: DecisionFacts): void {
  const { level, text } = DECISIONS[decision];
  const line = { decision, ...namedBy(facts.launchKey), ...facts };
  log[facts.alarm === undefined ? level : "error"](line, text);
}

/** What became of a bot whose attempt is over: it waits again, or is final. */
export function tellFate(
  log: Logger,
  { botId, to, why }: { botId: number; to: string; why: string },
  facts: Pick<DecisionFacts, "platform" | "launchKey"> = {},
): void {
  tellDecision(log, to === "QUEUED" ? "requeued" : "ended", { ...facts, bot: botId, why, to });
}

/** The bot and attempt that a launch key names, `bot-<installation>-<bot>-a<attempt>`; an orphan's may name none. */
function namedBy(launchKey: string | undefined): Pick<DecisionFacts, "bot" | "attempt"> {
  const [, bot, attempt] = /^bot-[a-z2-7]{6}-(\d{1,9})-a(\d{1,9})(~|$)/.exec(launchKey ?? "") ?? [];
  return bot === undefined ? {} : { bot: Number(bot), attempt: Number(attempt) };
}

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
  admitted: { level: "info", help: "A bot was given a slot.", text: "Admitted" },
  stage_passed: { level: "info", help: "A waiting bot may use one more platform.", text: "Stage passed" },
  launched: { level: "info", help: "Its platform accepted the launch.", text: "Launched" },
  claimed: { level: "info", help: "The bot's process runs and has claimed its attempt.", text: "Claimed" },
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
} as const satisfies Record<string, { level: "info" | "warn"; help: string; text: string }>;
export type Decision = keyof typeof DECISIONS;

/** Writes down one decision; one that raises an alarm is an error. Bot and attempt are read from the launch key. */
export function tellDecision(log: Logger, decision: Decision, facts: DecisionFacts): void {
  const { level, text } = DECISIONS[decision];
  const line = { decision, ...namedBy(facts.launchKey), ...facts };
  log[facts.alarm === undefined ? level : "error"](line, text);
}

/** The bot and attempt that a launch key names, `bot-<installation>-<bot>-a<attempt>`; an orphan's may name none. */
function namedBy(launchKey: string | undefined): Pick<DecisionFacts, "bot" | "attempt"> {
  const [, bot, attempt] = /^bot-[a-z2-7]{6}-(\d{1,9})-a(\d{1,9})(~|$)/.exec(launchKey ?? "") ?? [];
  return bot === undefined ? {} : { bot: Number(bot), attempt: Number(attempt) };
}

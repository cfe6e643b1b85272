import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import type { BotFacts, DayRecord, DeploymentFacts, Run } from "../record/day-record.ts";
import { LIMITS, PRIORITY_ORDER } from "../timings.ts";
import type { Check } from "./scenario.ts";

/** The bot, or a sentence as an error: without it nothing can be judged. */
export function botOf(record: DayRecord, botId: number): BotFacts {
  const bot = record.bots.get(botId);
  if (bot === undefined) throw new Error(`bot ${botId} is not in the database`);
  return bot;
}

/** The attempt that its bot's container claimed, if any. */
export function claimedAttempt(bot: BotFacts): DeploymentFacts | undefined {
  return bot.deployments.find((deployment) => deployment.claimedAtMs !== null);
}

/** Container processes of a bot, first to last. */
export function runsOf(record: DayRecord, botId: number): Run[] {
  return record.runs.filter((run) => run.botId === botId).sort((a, b) => a.startMs - b.startMs);
}

/** The first container process of a bot, or undefined when none ever ran. */
export function firstRun(record: DayRecord, botId: number): Run | undefined {
  return runsOf(record, botId)[0];
}

/** Bot ids sorted by a moment; those without one come last, so that a gap shows as a wrong order. */
export function inOrder(botIds: readonly number[], momentOf: (botId: number) => number | undefined): number[] {
  const at = (botId: number) => momentOf(botId) ?? Number.POSITIVE_INFINITY;
  return [...botIds].sort((a, b) => at(a) - at(b));
}

export function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

export function list(values: readonly (string | number)[]): string {
  return values.length === 0 ? "none" : values.join(", ");
}

export function seconds(ms: number): string {
  return `${Number((ms / 1_000).toFixed(1))} s`;
}

/** No platform ever ran more processes at once than its limit. */
export function neverOverLimits(record: DayRecord): Check {
  const inWords = (counts: Readonly<Record<DeploymentPlatform, number>>) =>
    PRIORITY_ORDER.map((platform) => `${PLATFORM_LABELS[platform]} ${counts[platform]}`).join(", ");
  return {
    witness: "emulators",
    expected: `never more containers at once than ${inWords(LIMITS)}`,
    observed: `most containers at once: ${inWords(record.mostAtOnce)}`,
    holds: PRIORITY_ORDER.every((platform) => record.mostAtOnce[platform] <= LIMITS[platform]),
  };
}

/** Nothing of the bot ever ran anywhere, and no platform was ever asked to. */
export function neverRan(record: DayRecord, botId: number): Check[] {
  const attempts = botOf(record, botId).deployments.length;
  const runs = runsOf(record, botId).length;
  return [
    { witness: "database", expected: "no attempt", observed: `${attempts} attempts`, holds: attempts === 0 },
    { witness: "emulators", expected: "no container of it", observed: `${runs} containers of it`, holds: runs === 0 },
  ];
}

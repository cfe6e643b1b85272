import type { DeploymentPlatform } from "@milo/placement";
import type { BotFate } from "#server/database/repositories/finish-bot.ts";
import type { GiveUp } from "#server/database/repositories/give-up-attempt.ts";
import { docsOf } from "#server/logging/alarms.ts";
import { tellDecision, tellFate } from "#server/logging/decisions.ts";
import { noteFailure } from "./breaker.ts";
import type { DispatcherContext } from "./context.ts";

/** How an attempt is called in the log. */
export type AttemptName = { platform: DeploymentPlatform; launchKey: string };

/**
 * Gives up an attempt before its claim, writes down that and what becomes of its bot, and tells the platform's breaker.
 * Answers false when there was nothing to give up.
 */
export async function giveUp(
  ctx: DispatcherContext,
  name: AttemptName,
  given: Omit<GiveUp, "random" | "onFate">,
): Promise<boolean> {
  const fates: BotFate[] = [];
  const onFate = (fate: BotFate) => void fates.push(fate);
  if (!(await ctx.repositories.giveUpAttempt(ctx.sql, { ...given, random: ctx.random(), onFate }))) return false;
  tellGivenUp(ctx, name, given, fates);
  await noteFailure(ctx, name.platform, given);
  return true;
}

/** The lines of an attempt that failed before its claim, in the order in which it comes to pass. */
export function tellGivenUp(
  ctx: DispatcherContext,
  { platform, launchKey }: AttemptName,
  failure: Pick<GiveUp, "class" | "reason">,
  fates: readonly BotFate[],
): void {
  const { class: failureClass, reason } = failure;
  const facts = { platform, launchKey };
  tellDecision(ctx.log, "gave_up", { ...facts, class: failureClass, docs: docsOf(failureClass), why: reason });
  for (const fate of fates) tellFate(ctx.log, fate, facts);
}

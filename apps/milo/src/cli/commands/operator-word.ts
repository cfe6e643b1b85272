import { nameBot, PLATFORM_LABELS } from "@milo/placement";
import type { Command, CommandContext } from "../context.ts";
import { EXIT_CODES, usageError } from "../exit-codes.ts";
import { printResult } from "../output/screen.ts";
import { readBotIds, readRowId } from "../read-invocation.ts";
import { readPlatform } from "./read-platform.ts";
import { waitForMilo } from "./wait-for-milo.ts";

/*
 * What only a person can know. Each is said once and not repeated by the command line: milo answers why it does not take
 * one that no longer fits.
 */

export const replaceAnyway: Command = async (context) => {
  const [botId = 0] = readBotIds(context.invocation.arguments);
  const reason = requireReason(context);
  const done = await waitForMilo(context, () => context.api.mutate("bots.replaceAnyway", { botId, reason }));
  printResult(context.output, done, () => `${nameBot(botId)} is given another container.\n${done.warning}.`);
  return EXIT_CODES.ok;
};

export const confirmGone: Command = async (context) => {
  const deploymentId = readRowId("A deployment's id", context.invocation.arguments[0] ?? "");
  const wish = { deploymentId, reason: requireReason(context) };
  const done = await waitForMilo(context, () => context.api.mutate("infrastructure.confirmGone", wish));
  printResult(context.output, done, () => {
    const bot =
      done.botId === null
        ? ""
        : ` ${nameBot(done.botId)} ${done.replaced ? "waits for another container" : "has none"}.`;
    return `Deployment ${deploymentId} is gone: its slot is free.${bot}`;
  });
  return EXIT_CODES.ok;
};

export const confirmMassStop: Command = async (context) => {
  const platform = readPlatform(context.invocation.arguments[0]);
  const { reason } = context.invocation.options;
  const wish = { platform, ...(reason === undefined ? {} : { reason }) };
  const changed = await waitForMilo(context, () => context.api.mutate("infrastructure.confirmMassStop", wish));
  printResult(context.output, changed, () => `${PLATFORM_LABELS[platform]}: the sweep goes on, for five minutes.`);
  return EXIT_CODES.ok;
};

function requireReason({ invocation }: CommandContext): string {
  const { reason } = invocation.options;
  if (reason !== undefined && reason.trim() !== "") return reason;
  throw usageError(`milo ${invocation.command.name} wants --reason: it is kept for everybody who asks later.`);
}

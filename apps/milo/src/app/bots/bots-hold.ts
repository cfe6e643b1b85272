import type { ListedBot } from "#server/api/services/bot-list.ts";

/** What of a bot's row matters to whoever has it before them: the countdown in the sentence of a wait does not. */
export function botPrint(bot: ListedBot): string {
  return JSON.stringify({ ...bot, reason: bot.cause ?? bot.reason });
}

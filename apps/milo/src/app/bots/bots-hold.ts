import type { ListedBot } from "#server/api/services/bot-list.ts";

/** What of a bot's row matters to whoever has it before them: a countdown that runs in the words of a wait does not. */
export function botPrint(bot: ListedBot): string {
  return JSON.stringify({ ...bot, reason: bot.reason?.replace(/\d+/g, "") });
}

import type { ListedBot } from "#server/api/services/bot-list.ts";

/** How many bots came, went or changed. A countdown that runs in the words of a wait is no change. */
export function countBotChanges(held: readonly ListedBot[], latest: readonly ListedBot[]): number {
  if (held === latest) return 0;
  const before = new Map(held.map((bot) => [bot.id, bot]));
  const after = new Set(latest.map(({ id }) => id));
  const gone = held.filter(({ id }) => !after.has(id)).length;
  const changed = latest.filter((bot) => {
    const old = before.get(bot.id);
    return old !== bot && (old === undefined || write(old) !== write(bot));
  });
  return gone + changed.length;
}

function write(bot: ListedBot): string {
  return JSON.stringify({ ...bot, reason: bot.reason?.replace(/\d+/g, "") });
}

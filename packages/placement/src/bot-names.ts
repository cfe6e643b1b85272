/** A bot by its number where it stands by itself, in tables, links and lists: `#9`. */
export function formatBotId(botId: number): string {
  return `#${botId}`;
}

/** A bot by its number in a sentence or a title: `Bot #9`; within one, `bot #9`. */
export function nameBot(botId: number, at: "start" | "within" = "start"): string {
  return `${at === "start" ? "Bot" : "bot"} ${formatBotId(botId)}`;
}

/** A bot by its name and number, for who does not see the row: `Weekly (#9)`; without a name, `Bot #9`. */
export function nameBotInFull({ id, name }: { id: number; name: string | null }): string {
  return name === null || name === "" ? nameBot(id) : `${name} (${formatBotId(id)})`;
}

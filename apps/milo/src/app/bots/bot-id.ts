const ID_MAX = 2_147_483_647;

/** A bot's id as an address names it; null when no bot can have it. */
export function readBotId(text: string): number | null {
  const isId = /^[1-9]\d{0,9}$/.test(text) && Number(text) <= ID_MAX;
  return isId ? Number(text) : null;
}

/** Asks the list for one bot: unlike `bots.get` it hides the query of the meeting's address, which may be its password. */
export function recordInput(botId: number): { search: string; limit: number } {
  return { search: String(botId), limit: 1 };
}

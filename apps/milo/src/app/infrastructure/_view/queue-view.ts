import { PRIORITY_MAX, PRIORITY_MIN } from "@milo/placement";
import type { ApiInputs, ApiOutputs } from "../../_api/outputs.ts";
import { nameBotInFull } from "../../_format/bot-id.ts";

export type QueuedBot = ApiOutputs["infrastructure"]["getQueuedBots"][number];

type QueueQuery = Extract<ApiInputs["infrastructure"]["getQueuedBots"], object>;

/** Where in the queue one looks: its front, behind an entry, or in front of one. */
export type QueuePlace = { after?: number; before?: number };

const PAGE_ROWS = 50;

/** The question to the server for a page of the queue. */
export function toQueueQuery(place: QueuePlace = {}): QueueQuery {
  return { limit: PAGE_ROWS, ...place };
}

/** Where the pages beside this one are; null where the queue ends. `total`: how many wait in all. */
export function placesBeside(
  rows: readonly Pick<QueuedBot, "id" | "position">[],
  total: number,
): { front: QueuePlace | null; back: QueuePlace | null } {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return { front: null, back: null };
  // A page in front of the first rows may be a short one: then it is simply the front.
  const front = first.position <= 1 ? null : first.position <= PAGE_ROWS + 1 ? {} : { before: first.id };
  return { front, back: last.position < total ? { after: last.id } : null };
}

/** What of a waiting bot an operator would call a change; its estimate is made anew each time and is none. */
export function queuePrint({ priority, cause, next, timeoutAt }: QueuedBot): string {
  return JSON.stringify([priority, cause, next, timeoutAt]);
}

/** A bot by its name, for who cannot see the row. */
export function nameQueued({ botName, botId }: Pick<QueuedBot, "botName" | "botId">): string {
  return nameBotInFull({ id: botId, name: botName });
}

/** What was typed as a priority; null when it is none. */
export function readPriority(typed: string): number | null {
  const value = Number(typed.trim().replace("−", "-"));
  const isPriority = typed.trim() !== "" && Number.isInteger(value) && value >= PRIORITY_MIN && value <= PRIORITY_MAX;
  return isPriority ? value : null;
}

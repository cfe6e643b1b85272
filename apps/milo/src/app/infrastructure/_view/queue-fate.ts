import { type BotStatus, isFinalBotStatus, type Predicate, type QueueStatus } from "@milo/placement";

/** One of `queueCan`. */
export type QueueAction = Predicate<QueueStatus>;

/**
 * What is known last of a bot whose row may be held still. `here`: it is among the newest rows. `unread`: it is not, and
 * what became of it is being read; else its status.
 */
export type QueueFate = "here" | "unread" | BotStatus;

/** Why an action on a waiting bot is not possible any more; null while it is. */
export function whyNotQueued(can: QueueAction, fate: QueueFate): string | null {
  switch (fate) {
    case "here":
    case "SCHEDULED":
    case "QUEUED":
      return can("WAITING").reason;
    case "unread":
      return "It has left this page of the queue: what became of it is being read";
    case "DEPLOYING":
      return can("PROCESSING").reason;
    case "CANCELLED":
      return can("CANCELLED").reason;
    default:
      return isFinalBotStatus(fate) ? "It waits no more: it has ended" : can("DISPATCHED").reason;
  }
}

/** Which of the selected an action is still possible for, what its button says, and why it is disabled. */
export type Bulk<Bot> = { bots: readonly Bot[]; count: string; whyNot: string | null };

/** `reasons`: of each selected bot, null when the action is possible. `count`: `bots`, `2 bots`, `1 of 2 bots`. */
export function judgeBulk<Bot>(selected: readonly Bot[], reasonOf: (bot: Bot) => string | null): Bulk<Bot> {
  if (selected.length === 0) return { bots: [], count: "bots", whyNot: "Select bots first" };
  const bots = selected.filter((bot) => reasonOf(bot) === null);
  const noun = selected.length === 1 ? "bot" : "bots";
  const count =
    bots.length === selected.length ? `${bots.length} ${noun}` : `${bots.length} of ${selected.length} ${noun}`;
  if (bots.length > 0) return { bots, count, whyNot: null };
  const reasons = new Set(selected.map(reasonOf));
  const [only] = reasons;
  return { bots, count, whyNot: reasons.size === 1 && only ? only : "None of the selected bots waits any more" };
}

"use client";

import type { Predicate, QueueStatus } from "@milo/placement";
import { createContext, useContext } from "react";
import { type QueueFate, whyNotQueued } from "../_view/queue-fate.ts";
import type { QueuedBot } from "../_view/queue-view.ts";

/**
 * What is known last of each bot that the table shows. Beside the columns, which stay the same for as long as the table
 * does: new ones would take the focus out of their cells.
 */
export const QueueFates = createContext<(bot: QueuedBot) => QueueFate>(() => "here");

/** Why an action is not possible for a bot any more, though its row may still be shown; null while it is. */
export function useWhyNot(can: Predicate<QueueStatus>, bot: QueuedBot): string | null {
  return whyNotQueued(can, useContext(QueueFates)(bot));
}

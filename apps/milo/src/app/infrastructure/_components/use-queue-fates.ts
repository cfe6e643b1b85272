"use client";

import { useQueries } from "@tanstack/react-query";
import { useTRPC } from "../../_api/trpc.ts";
import type { QueueFate } from "../_view/queue-fate.ts";
import type { QueuedBot } from "../_view/queue-view.ts";

/** What is known last of each bot: for those that are shown but not among the newest rows their status is read, live. */
export function useQueueFates(
  shown: readonly QueuedBot[],
  latest: readonly QueuedBot[],
): (bot: QueuedBot) => QueueFate {
  const { bots } = useTRPC();
  const here = new Set(latest.map(({ id }) => id));
  const left = shown.filter(({ id }) => !here.has(id));
  const read = useQueries({ queries: left.map(({ botId }) => bots.get.queryOptions({ botId })) });
  const fates = new Map(left.map(({ id }, place) => [id, read[place]?.data?.status]));
  return ({ id }) => (here.has(id) ? "here" : (fates.get(id) ?? "unread"));
}

import type { BotOrder, OrderErrors } from "./bot-order.ts";
import { maskSearch } from "./search-text.ts";

/** What came of one address. */
export type SentBot = {
  /** As it was entered, to be sent again. */
  url: string;
  /** The same without what may be its password. */
  shown: string;
  botId: number | null;
  text: string;
  ok: boolean;
};

type Answer = { index: number; ok: boolean; botId?: number; created?: boolean; message?: string };

/** What came of each order, in the order asked. */
export function tellSent(orders: readonly BotOrder[], answers: readonly Answer[]): SentBot[] {
  const byIndex = new Map(answers.map((answer) => [answer.index, answer]));
  return orders.map(({ meetingUrl: url }, index) => {
    const answer = byIndex.get(index);
    const shown = maskSearch(url);
    const botId = answer?.botId ?? null;
    if (!answer?.ok) return { url, shown, botId, ok: false, text: answer?.message ?? "milo did not answer for it" };
    const text = answer.created === false ? "is served by a bot already" : "is sent";
    return { url, shown, botId, ok: true, text };
  });
}

const FIELDS: Readonly<Record<string, keyof OrderErrors>> = {
  meetingUrl: "meetings",
  meetingPlatform: "meetingPlatform",
  name: "name",
  priority: "priority",
  queueTimeoutMs: "queueTimeout",
  maxDurationMs: "maxDuration",
  platforms: "platforms",
};

/** What the server found wrong, by the field of the form; empty when it did not say by fields. */
export function readFieldErrors(error: unknown): OrderErrors {
  const { data } = (typeof error === "object" && error !== null ? error : {}) as { data?: unknown };
  const { zodError } = (data ?? {}) as { zodError?: { fieldErrors?: Record<string, readonly string[]> } };
  const pairs = Object.entries(zodError?.fieldErrors ?? {}).flatMap(([name, [problem]]) => {
    const field = FIELDS[name];
    return field === undefined || problem === undefined ? [] : [[field, problem] as const];
  });
  return Object.fromEntries(pairs);
}

type Placed = { botId: number; created: boolean; platform?: string; queued?: boolean; queuePosition?: number };

/** What is said of one bot when it was sent: `Waits in the queue, position 3.` */
export function describePlaced({ created, queued, queuePosition }: Placed): string {
  if (!created) return "It was sent before.";
  if (!queued) return "It is starting.";
  return queuePosition === undefined ? "It waits in the queue." : `It waits in the queue, position ${queuePosition}.`;
}

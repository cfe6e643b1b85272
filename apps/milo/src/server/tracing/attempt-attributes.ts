import type { Attributes } from "@opentelemetry/api";
import type { TraceLink } from "./trace-links.ts";

/** What every span of an attempt says: whose it is, and nothing of its meeting. */
export function attemptAttributes(link: Pick<TraceLink, "botId" | "platform" | "attempt">): Attributes {
  return { "milo.bot.id": link.botId, "milo.platform": link.platform, "milo.attempt": link.attempt };
}

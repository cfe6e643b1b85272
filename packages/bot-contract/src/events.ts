import { z } from "zod";
import { attemptSchema } from "./claim.ts";

/** Statuses a bot reports of itself, in the order of a call. DONE and FATAL are its final report. */
export const REPORTED_STATUSES = [
  "JOINING_CALL",
  "IN_WAITING_ROOM",
  "IN_CALL",
  "LEAVING",
  "CALL_ENDED",
  "DONE",
  "FATAL",
] as const;
export type ReportedStatus = (typeof REPORTED_STATUSES)[number];

/** One thing that happened. With `status` it asks milo for that change of status; without, it is only recorded. */
export const botEventSchema = z.object({
  /** Unique within the attempt: sending an event again changes nothing. */
  id: z.string().min(1).max(64),
  /** When it happened by the bot's clock, ISO 8601. */
  at: z.iso.datetime({ offset: true }),
  status: z.enum(REPORTED_STATUSES).optional(),
  /** Machine-readable, upper snake case, e.g. `ADMITTED`, `MEETING_NOT_FOUND`. */
  code: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/),
  /** One sentence for a person. */
  message: z.string().max(1_000).optional(),
});
export type BotEvent = z.infer<typeof botEventSchema>;

export const eventsRequestSchema = attemptSchema.extend({ events: z.array(botEventSchema).min(1).max(100) });
export type EventsRequest = z.infer<typeof eventsRequestSchema>;

/** HTTP 200. `accepted: false` = the attempt is over and nothing was recorded as a change of status. */
export const eventsReplySchema = z.object({
  accepted: z.boolean(),
  leave: z.boolean(),
  /** Whether the last event with a status took effect (or had already); the bot joins only after it did. */
  status: z.string(),
});
export type EventsReply = z.infer<typeof eventsReplySchema>;

import { z } from "zod";

/** Names one attempt and one process of it; every call of a bot carries both. */
export const attemptSchema = z.object({
  /** The attempt's launch key, as given in MILO_LAUNCH_KEY. */
  launchKey: z.string().min(1).max(63),
  /** Random, made once at process start: the first one to claim is bound to the attempt for good. */
  bootId: z.string().min(8).max(64),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const claimRequestSchema = attemptSchema;
export type ClaimRequest = z.infer<typeof claimRequestSchema>;

/** What a bot needs to know of its meeting. */
export const botConfigurationSchema = z.object({
  botId: z.int(),
  /** The name shown in the meeting. */
  botName: z.string(),
  meetingPlatform: z.enum(["zoom", "google-meet", "microsoft-teams"]),
  /** In full, with the password if it has one. */
  meetingUrl: z.url(),
  /** The bot leaves by itself after this long, counted from its claim; milliseconds. */
  maxDurationMs: z.int().positive(),
});
export type BotConfiguration = z.infer<typeof botConfigurationSchema>;

/** HTTP 200 when accepted, 409 when refused. */
export const claimReplySchema = z.discriminatedUnion("accepted", [
  z.object({
    accepted: z.literal(true),
    configuration: botConfigurationSchema,
    /** The claim is a lease: it lasts this long by the bot's monotonic clock from the send; milliseconds. */
    leaseMs: z.int().positive(),
    heartbeatIntervalMs: z.int().positive(),
  }),
  z.object({
    accepted: z.literal(false),
    /** `another_process`: another boot id holds the attempt. `attempt_over`: revoked, ended or stopped. */
    code: z.enum(["another_process", "attempt_over"]),
    reason: z.string(),
  }),
]);
export type ClaimReply = z.infer<typeof claimReplySchema>;

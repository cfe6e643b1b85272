import { z } from "zod";
import { attemptSchema } from "./claim.ts";

export const heartbeatRequestSchema = attemptSchema;
export type HeartbeatRequest = z.infer<typeof heartbeatRequestSchema>;

/** HTTP 200. A revoked attempt is answered `accepted: false, leave: true`; its heartbeat changes nothing. */
export const heartbeatReplySchema = z.object({
  accepted: z.boolean(),
  /** Leave the meeting and end. */
  leave: z.boolean(),
  /** The lease granted from the send of this heartbeat; 0 when not accepted; milliseconds. */
  leaseMs: z.int().nonnegative(),
});
export type HeartbeatReply = z.infer<typeof heartbeatReplySchema>;

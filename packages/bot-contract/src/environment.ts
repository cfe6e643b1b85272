import { z } from "zod";

/** The environment variables that every bot container is given. */
export const botEnvironmentSchema = z.object({
  /** milo's public URL, without a trailing slash. */
  MILO_URL: z.url(),
  /** The attempt: `bot-<installation>-<botId>-a<attempt>`. */
  MILO_LAUNCH_KEY: z.string().min(1).max(63),
  /** Authorises this attempt, and nothing else, as `Authorization: Bearer <token>`. */
  MILO_ATTEMPT_TOKEN: z.string().min(1),
});
export type BotEnvironment = z.infer<typeof botEnvironmentSchema>;

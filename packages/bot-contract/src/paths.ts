/** Where milo answers bots, below its public URL. Plain HTTP + JSON, so that a bot in any language can speak it. */
export const BOT_API = {
  claim: "/api/bot/v1/claim",
  heartbeat: "/api/bot/v1/heartbeat",
  events: "/api/bot/v1/events",
} as const;

import type { Sql } from "@milo/milo/server/database/client.ts";
import { createBot, type NewBot } from "@milo/milo/server/database/repositories/create-bot.ts";
import { nudgeDispatchers } from "@milo/milo/server/database/repositories/notify.ts";
import type { PlatformPlan } from "@milo/placement";

export function benchBot(number: number): NewBot {
  return {
    name: `Bench ${number}`,
    meetingPlatform: "zoom",
    meetingUrl: `https://zoom.example/j/${number}`,
    priority: 0,
  };
}

/** So many bots that wait, stored one after another; then the dispatchers are told. */
export async function addBots(sql: Sql, bots: number, plan: PlatformPlan): Promise<void> {
  for (let n = 1; n <= bots; n++) await createBot(sql, benchBot(n), plan);
  await nudgeDispatchers(sql);
}

/** The plan with a wait of a day on every platform: nothing moves on, and nothing gives up. */
export function patient(plan: PlatformPlan): PlatformPlan {
  return { ...plan, platforms: plan.platforms.map((platform) => ({ ...platform, queueTimeoutMs: 86_400_000 })) };
}

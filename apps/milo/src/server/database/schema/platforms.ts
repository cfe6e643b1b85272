import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** One row per deployment platform: what admission locks, and everything that decides whether it may admit. */
export const platformsTable = pgTable(
  "platforms",
  {
    platform: text("platform").primaryKey(),
    /** Place in the priority order from 0; null = not in the plan. */
    position: integer("position"),
    botLimit: integer("bot_limit").default(0).notNull(),
    launchConcurrency: integer("launch_concurrency").default(1).notNull(),
    queueTimeoutMs: integer("queue_timeout_ms").default(0).notNull(),
    mode: text("mode").default("enabled").notNull(),
    modeReason: text("mode_reason"),
    modeSince: instant("mode_since").defaultNow().notNull(),
    breakerOpenUntil: instant("breaker_open_until"),
    breakerReason: text("breaker_reason"),
    /** Back-off of the platform itself after it said it is full. */
    admitNotBefore: instant("admit_not_before"),
    capacityRefusals: integer("capacity_refusals").default(0).notNull(),
  },
  () => [
    check("platforms_platform_check", sql`platform IN ('k8s', 'aws', 'coolify')`),
    check("platforms_mode_check", sql`mode IN ('enabled', 'hold', 'drain')`),
    check("platforms_bot_limit_check", sql`bot_limit >= 0`),
  ],
);

/** What is learned of a platform by looking at it, and which dispatcher looks. */
export const platformChecksTable = pgTable("platform_checks", {
  platform: text("platform")
    .references(() => platformsTable.platform)
    .primaryKey(),
  checkedAt: instant("checked_at"),
  healthy: boolean("healthy").default(false).notNull(),
  reason: text("reason"),
  watcher: text("watcher"),
  watcherUntil: instant("watcher_until"),
});

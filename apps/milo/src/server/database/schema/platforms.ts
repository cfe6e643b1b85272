import { sql } from "drizzle-orm";
import { bigserial, boolean, check, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
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
    /** While open: the earliest it may be tried again. */
    breakerOpenUntil: instant("breaker_open_until"),
    breakerReason: text("breaker_reason"),
    breakerState: text("breaker_state").default("closed").notNull(),
    breakerSince: instant("breaker_since").defaultNow().notNull(),
    breakerFailures: integer("breaker_failures").default(0).notNull(),
    breakerFailuresSince: instant("breaker_failures_since"),
    breakerOpenings: integer("breaker_openings").default(0).notNull(),
    /** Goes up with every write of the breaker, and every such write compares it. */
    breakerVersion: integer("breaker_version").default(0).notNull(),
    /** Back-off of the platform itself after it said it is full. */
    admitNotBefore: instant("admit_not_before"),
    capacityRefusals: integer("capacity_refusals").default(0).notNull(),
  },
  () => [
    check("platforms_platform_check", sql`platform IN ('k8s', 'aws', 'coolify')`),
    check("platforms_mode_check", sql`mode IN ('enabled', 'hold', 'drain')`),
    check("platforms_bot_limit_check", sql`bot_limit >= 0`),
    check("platforms_breaker_state_check", sql`breaker_state IN ('closed', 'open', 'half_open', 'ramping')`),
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
  /** Since when it has been given this answer, good or bad, without a gap. */
  answerSince: instant("answer_since"),
  watcher: text("watcher"),
  watcherUntil: instant("watcher_until"),
  /** Since when a sweep is held because it would end most of the platform's bots; null = none is. */
  massStopSince: instant("mass_stop_since"),
  massStopReason: text("mass_stop_reason"),
  /** Between these, every listing was clean and all that would be ended was silent. */
  massStopAgreedSince: instant("mass_stop_agreed_since"),
  massStopAgreedUntil: instant("mass_stop_agreed_until"),
  /** Until then an operator's word lets it go on. */
  massStopConfirmedUntil: instant("mass_stop_confirmed_until"),
});

/** Workloads of ours that no attempt owns, since which listing. */
export const orphanSightingsTable = pgTable(
  "orphan_sightings",
  {
    platform: text("platform")
      .references(() => platformsTable.platform)
      .notNull(),
    identifier: text("identifier").notNull(),
    launchKey: text("launch_key"),
    firstSeenAt: instant("first_seen_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.platform, table.identifier] })],
);

/** What operators and breakers changed of a platform, for whoever asks later. */
export const platformEventsTable = pgTable(
  "platform_events",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    platform: text("platform")
      .references(() => platformsTable.platform)
      .notNull(),
    at: instant("at").notNull(),
    code: text("code").notNull(),
    message: text("message").notNull(),
  },
  (table) => [index("platform_events_platform_idx").on(table.platform, table.id)],
);

/** What each platform held against its limit, once a minute, and how many bots waited in all; kept for days. */
export const capacitySamplesTable = pgTable(
  "capacity_samples",
  {
    /** The begin of its minute. */
    at: instant("at").notNull(),
    platform: text("platform")
      .references(() => platformsTable.platform)
      .notNull(),
    used: integer("used").notNull(),
    botLimit: integer("bot_limit").notNull(),
    waiting: integer("waiting").notNull(),
  },
  (table) => [primaryKey({ columns: [table.at, table.platform] })],
);

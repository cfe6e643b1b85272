import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, serial, text, unique, uniqueIndex } from "drizzle-orm/pg-core";
import { botsTable } from "./bots.ts";
import { instant } from "./columns.ts";

/**
 * One attempt to run a bot on one platform; its row holds the slot until it is ENDED. `fence` is bumped by
 * takeover and revoke only, and every later write of an older holder is refused by comparing it. `bot_id` is
 * null for an orphan: a workload of ours that no attempt owns, counted until it is gone.
 */
export const deploymentsTable = pgTable(
  "deployments",
  {
    id: serial("id").primaryKey(),
    botId: integer("bot_id").references(() => botsTable.id, { onDelete: "restrict" }),
    /** The entry it was admitted for. No foreign key: both go with their bot, and checking one would read every row. */
    queueEntryId: integer("queue_entry_id"),
    platform: text("platform").notNull(),
    attempt: integer("attempt").notNull(),
    launchKey: text("launch_key").notNull(),
    phase: text("phase").default("RESERVED").notNull(),
    outcome: text("outcome"),
    failureClass: text("failure_class"),
    reason: text("reason"),
    slotNo: integer("slot_no"),
    /** Write-once: the platform's own name for the workload. */
    platformIdentifier: text("platform_identifier"),
    /** The exact request, without secrets, as it was or will be sent. */
    request: jsonb("request"),
    /** Counts changed requests within the attempt (Spot → on-demand). */
    requestNo: integer("request_no").default(0).notNull(),
    fence: integer("fence").default(1).notNull(),
    leaseOwner: text("lease_owner"),
    leaseUntil: instant("lease_until"),
    /** The process bound by the first accepted claim. */
    bootId: text("boot_id"),
    reservedAt: instant("reserved_at").notNull(),
    firstSentAt: instant("first_sent_at"),
    acceptedAt: instant("accepted_at"),
    claimedAt: instant("claimed_at"),
    stoppingAt: instant("stopping_at"),
    endedAt: instant("ended_at"),
    startBy: instant("start_by").notNull(),
    runUntil: instant("run_until"),
    leaveBy: instant("leave_by"),
    /** DONE or FATAL as the bot itself reported. */
    finalReport: text("final_report"),
    /** Clean listings in a row that did not show it. */
    absentListings: integer("absent_listings").default(0).notNull(),
    absentSince: instant("absent_since"),
    /** STOPPING, and its container may still be in the call: its bot is offered to no platform until it is gone. */
    holdsBot: boolean("holds_bot").default(false).notNull(),
    /** Claimed, and neither platform nor bot have given a sign of life since: an alarm. */
    unreachableSince: instant("unreachable_since"),
    /** The platform says that it takes the container away, which still runs. */
    reclaimNoticedAt: instant("reclaim_noticed_at"),
    /** STOPPING, and the stop does not take: an alarm, raised once. */
    stopOverdueSince: instant("stop_overdue_since"),
    /** What was left of the container before it was removed: `PostMortem`, as far as known. */
    postMortem: jsonb("post_mortem"),
  },
  (table) => [
    unique("deployments_launch_key_unique").on(table.launchKey),
    uniqueIndex("deployments_live_per_bot")
      .on(table.botId)
      .where(sql`phase IN ('RESERVED', 'LAUNCHING', 'STARTING', 'RUNNING')`),
    uniqueIndex("deployments_slot")
      .on(table.platform, table.slotNo)
      .where(sql`phase <> 'ENDED' AND slot_no IS NOT NULL`),
    index("deployments_occupying").on(table.platform, table.phase).where(sql`phase <> 'ENDED'`),
    uniqueIndex("deployments_bot_attempt").on(table.botId, table.attempt),
    index("deployments_ended_idx").on(table.platform, table.endedAt, table.id).where(sql`phase = 'ENDED'`),
    index("deployments_ended_outcome")
      .on(table.platform, table.outcome, table.endedAt, table.id)
      .where(sql`phase = 'ENDED'`),
    index("deployments_ended_class")
      .on(table.platform, table.failureClass, table.outcome, table.endedAt, table.id)
      .where(sql`phase = 'ENDED' AND failure_class IS NOT NULL`),
    index("deployments_ended_reserved").on(table.platform, table.reservedAt, table.id).where(sql`phase = 'ENDED'`),
    index("deployments_ended_attempt").on(table.platform, table.attempt, table.id).where(sql`phase = 'ENDED'`),
    index("deployments_ended_identifier")
      .on(table.platformIdentifier.op("text_pattern_ops"))
      .where(sql`phase = 'ENDED' AND platform_identifier IS NOT NULL`),
    index("deployments_holding_bot").on(table.botId).where(sql`phase = 'STOPPING' AND holds_bot`),
    check("deployments_platform_check", sql`platform IN ('k8s', 'aws', 'coolify')`),
    check(
      "deployments_phase_check",
      sql`phase IN ('RESERVED', 'LAUNCHING', 'STARTING', 'RUNNING', 'STOPPING', 'ENDED')`,
    ),
    check("deployments_outcome_check", sql`outcome IN ('completed', 'failed', 'cancelled', 'lost', 'never_launched')`),
    check(
      "deployments_failure_class_check",
      sql`failure_class IN ('capacity', 'throttled', 'transient', 'unavailable', 'config', 'auth', 'invalid', 'unknown', 'bot', 'lost')`,
    ),
    check(
      "deployments_ended_check",
      sql`(phase = 'ENDED') = (ended_at IS NOT NULL) AND (phase <> 'ENDED' OR outcome IS NOT NULL)`,
    ),
  ],
);

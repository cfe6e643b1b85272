import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, serial, text, uniqueIndex, varchar } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** A bot: one request to attend one meeting. `deployment_platform` and `platform_identifier` name its current deployment. */
export const botsTable = pgTable(
  "bots",
  {
    id: serial("id").primaryKey(),
    name: varchar("name", { length: 255 }).notNull(),
    meetingPlatform: varchar("meeting_platform", { length: 50 }).notNull(),
    meetingUrl: text("meeting_url").notNull(),
    status: varchar("status", { length: 50 }).default("QUEUED").notNull(),
    deploymentPlatform: varchar("deployment_platform", { length: 50 }),
    platformIdentifier: varchar("platform_identifier", { length: 255 }),
    createdAt: instant("created_at").defaultNow().notNull(),
    statusCode: text("status_code"),
    statusReason: text("status_reason"),
    priority: integer("priority").default(0).notNull(),
    queueTimeoutMs: integer("queue_timeout_ms"),
    maxDurationMs: integer("max_duration_ms"),
    deduplicationKey: text("deduplication_key"),
    attempts: integer("attempts").default(0).notNull(),
    /** Containers it was given in place of ones that were lost after their claim. */
    replacements: integer("replacements").default(0).notNull(),
    /** Set when it is first replaced: when its first claimed container would have been told to leave. */
    meetingEndsBy: instant("meeting_ends_by"),
    stopRequestedAt: instant("stop_requested_at"),
    finishedAt: instant("finished_at"),
    /** The platforms it is kept to, as it was asked for; null = all of the plan. */
    wantedPlatforms: text("wanted_platforms").array(),
    /** W3C trace context of the request that made it; null while traces are off. */
    traceParent: text("trace_parent"),
  },
  (table) => [
    index("bots_deployment_platform_idx").on(table.deploymentPlatform),
    index("bots_list_idx").on(
      table.status,
      sql`coalesce(${table.deploymentPlatform}, '')`,
      table.meetingPlatform,
      table.id,
    ),
    index("bots_finished_idx").on(table.status, table.finishedAt).where(sql`finished_at IS NOT NULL`),
    index("bots_name_idx").on(sql`lower(${table.name}) text_pattern_ops`),
    index("bots_meeting_url_idx").on(sql`md5(${table.meetingUrl})`, table.id),
    uniqueIndex("bots_deduplication_key_live")
      .on(table.deduplicationKey)
      .where(sql`status NOT IN ('DONE', 'FATAL', 'CANCELLED')`),
    check(
      "bots_status_check",
      sql`status IN ('SCHEDULED', 'QUEUED', 'DEPLOYING', 'JOINING_CALL', 'IN_WAITING_ROOM', 'IN_CALL', 'LEAVING', 'CALL_ENDED', 'DONE', 'FATAL', 'CANCELLED')`,
    ),
  ],
);

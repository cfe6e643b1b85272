import type { Bar, FailureHistory, WaitPlan } from "@milo/placement";
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  serial,
  text,
  uniqueIndex,
  varchar,
} from "drizzle-orm/pg-core";
import { botsTable } from "./bots.ts";
import { instant } from "./columns.ts";

/** A bot waiting for a slot, with its own plan, stage and deadlines. Kept as history, pruned by age. */
export const deploymentQueueTable = pgTable(
  "deployment_queue",
  {
    id: serial("id").primaryKey(),
    botId: integer("bot_id")
      .references(() => botsTable.id, { onDelete: "cascade" })
      .notNull(),
    priority: integer("priority").default(0).notNull(),
    queuedAt: instant("queued_at").defaultNow().notNull(),
    timeoutAt: instant("timeout_at").notNull(),
    status: varchar("status", { length: 20 }).default("WAITING").notNull(),
    plan: jsonb("plan").$type<WaitPlan>().notNull(),
    stage: text("stage").default("global").notNull(),
    stageEndsAt: instant("stage_ends_at"),
    /** Platforms it may take a slot on now: kept with stage, bars and back-off, read by admission. */
    openTo: text("open_to").array().default(sql`'{}'`).notNull(),
    bars: jsonb("bars").$type<Bar[]>().default([]).notNull(),
    notBefore: instant("not_before"),
    /** When time alone may change stage or open_to. */
    recheckAt: instant("recheck_at"),
    failures: jsonb("failures").$type<Partial<FailureHistory>>().default({}).notNull(),
    lastFailure: text("last_failure"),
    /** Place in the first pass or fail. */
    firstPassOnly: boolean("first_pass_only").default(false).notNull(),
    finishedAt: instant("finished_at"),
  },
  (table) => {
    // Made anew for each index: Drizzle takes the direction off a column once it has been used.
    const order = () => [table.priority.desc().nullsFirst(), table.queuedAt, table.id] as const;
    return [
      index("deployment_queue_bot_id_idx").on(table.botId),
      index("deployment_queue_status_idx").on(table.status),
      uniqueIndex("deployment_queue_open_per_bot").on(table.botId).where(sql`status IN ('WAITING', 'PROCESSING')`),
      index("deployment_queue_order_idx")
        .on(...order())
        .where(sql`status = 'WAITING'`),
      index("deployment_queue_k8s_head")
        .on(...order())
        .where(sql`status = 'WAITING' AND 'k8s' = ANY(open_to)`),
      index("deployment_queue_aws_head")
        .on(...order())
        .where(sql`status = 'WAITING' AND 'aws' = ANY(open_to)`),
      index("deployment_queue_coolify_head")
        .on(...order())
        .where(sql`status = 'WAITING' AND 'coolify' = ANY(open_to)`),
      index("deployment_queue_timeout_idx").on(table.timeoutAt).where(sql`status = 'WAITING'`),
      index("deployment_queue_recheck_idx")
        .on(table.recheckAt)
        .where(sql`status = 'WAITING' AND recheck_at IS NOT NULL`),
      index("deployment_queue_first_pass_idx").on(table.id).where(sql`status = 'WAITING' AND first_pass_only`),
      check(
        "deployment_queue_status_check",
        sql`status IN ('WAITING', 'PROCESSING', 'DISPATCHED', 'EXPIRED', 'CANCELLED')`,
      ),
      check("deployment_queue_stage_check", sql`stage IN ('k8s', 'aws', 'coolify', 'global')`),
    ];
  },
);

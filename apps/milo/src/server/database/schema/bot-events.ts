import { sql } from "drizzle-orm";
import { bigserial, index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { botsTable } from "./bots.ts";
import { instant } from "./columns.ts";

/** What happened to a bot, append-only: a machine-readable code and a sentence. `reported_id` is the bot's own. */
export const botEventsTable = pgTable(
  "bot_events",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    botId: integer("bot_id")
      .references(() => botsTable.id, { onDelete: "cascade" })
      .notNull(),
    /** The attempt it is about. No foreign key, as for `queue_entry_id` of deployments. */
    deploymentId: integer("deployment_id"),
    at: instant("at").notNull(),
    /** The bot's status from here on, when the event changed it. */
    status: text("status"),
    code: text("code").notNull(),
    message: text("message").notNull(),
    reportedId: text("reported_id"),
  },
  (table) => [
    index("bot_events_bot_idx").on(table.botId, table.id),
    uniqueIndex("bot_events_reported").on(table.deploymentId, table.reportedId).where(sql`reported_id IS NOT NULL`),
  ],
);

import { sql } from "drizzle-orm";
import { boolean, check, integer, jsonb, pgTable, text, unique } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { deploymentsTable } from "./deployments.ts";

/** Made once with the database: its id is part of every name we put on a platform, its secret signs attempt tokens. */
export const installationTable = pgTable(
  "installation",
  {
    id: text("id").primaryKey(),
    singleton: boolean("singleton").default(true).notNull(),
    attemptSecret: text("attempt_secret").notNull(),
    createdAt: instant("created_at").defaultNow().notNull(),
  },
  (table) => [
    unique("installation_singleton_unique").on(table.singleton),
    check("installation_singleton_check", sql`singleton`),
    check("installation_id_check", sql`id ~ '^[a-z2-7]{6}$'`),
  ],
);

/** Each running dispatcher with the plan it was started with. */
export const dispatchersTable = pgTable("dispatchers", {
  id: text("id").primaryKey(),
  plan: jsonb("plan").notNull(),
  startedAt: instant("started_at").notNull(),
  heartbeatAt: instant("heartbeat_at").notNull(),
});

/** Each running web replica: while none is fresh, bots cannot report, and their silence means nothing. */
export const webReplicasTable = pgTable("web_replicas", {
  id: text("id").primaryKey(),
  heartbeatAt: instant("heartbeat_at").notNull(),
});

/** When any web replica last said that it hears bots; null = none ever did. */
export const webHearingTable = pgTable(
  "web_hearing",
  {
    singleton: boolean("singleton").default(true).primaryKey(),
    heardAt: instant("heard_at"),
  },
  () => [check("web_hearing_singleton_check", sql`singleton`)],
);

/** Times in which nobody could hear bots, and the two heartbeats after: they count for no bot's silence. */
export const webOutagesTable = pgTable(
  "web_outages",
  {
    beganAt: instant("began_at").primaryKey(),
    endedAt: instant("ended_at").notNull(),
  },
  () => [check("web_outages_order_check", sql`ended_at > began_at`)],
);

/** The last heartbeat of each deployment, apart from it because it is written every few seconds. */
export const heartbeatsTable = pgTable("heartbeats", {
  deploymentId: integer("deployment_id")
    .references(() => deploymentsTable.id, { onDelete: "cascade" })
    .primaryKey(),
  at: instant("at").notNull(),
});

-- History is pruned by age. Deleting an entry or a deployment looked for rows that refer to it, and without an index, which
-- every placement would pay for, that reads whole tables. Both go with their bot, in one transaction.
ALTER TABLE "deployments" DROP CONSTRAINT "deployments_queue_entry_id_fkey";
--> statement-breakpoint
ALTER TABLE "bot_events" DROP CONSTRAINT "bot_events_deployment_id_fkey";

-- Each page of the list of deployments is read from one end of an index; what is not ENDED is little and needs none.
-- A row enters these once, when it ends.
DROP INDEX "deployments_ended_idx";
--> statement-breakpoint
CREATE INDEX "deployments_ended_idx" ON "deployments" ("platform", "ended_at", "id") WHERE "phase" = 'ENDED';
--> statement-breakpoint
CREATE INDEX "deployments_ended_outcome" ON "deployments" ("platform", "outcome", "ended_at", "id") WHERE "phase" = 'ENDED';
--> statement-breakpoint
CREATE INDEX "deployments_ended_class" ON "deployments" ("platform", "failure_class", "outcome", "ended_at", "id") WHERE "phase" = 'ENDED' AND "failure_class" IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "deployments_ended_reserved" ON "deployments" ("platform", "reserved_at", "id") WHERE "phase" = 'ENDED';
--> statement-breakpoint
CREATE INDEX "deployments_ended_attempt" ON "deployments" ("platform", "attempt", "id") WHERE "phase" = 'ENDED';
--> statement-breakpoint
CREATE INDEX "deployments_ended_identifier" ON "deployments" ("platform_identifier" text_pattern_ops) WHERE "phase" = 'ENDED' AND "platform_identifier" IS NOT NULL;

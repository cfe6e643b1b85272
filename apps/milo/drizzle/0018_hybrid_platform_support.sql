-- The global queue, in place of the Coolify-only one.
CREATE TABLE "deployment_queue" (
	"id" serial PRIMARY KEY NOT NULL,
	"bot_id" integer NOT NULL REFERENCES "bots"("id") ON DELETE CASCADE,
	"priority" integer DEFAULT 0 NOT NULL,
	"queued_at" timestamp with time zone DEFAULT now() NOT NULL,
	"timeout_at" timestamp with time zone NOT NULL,
	"status" varchar(20) DEFAULT 'WAITING' NOT NULL
);
--> statement-breakpoint
CREATE INDEX "deployment_queue_bot_id_idx" ON "deployment_queue" ("bot_id");
--> statement-breakpoint
CREATE INDEX "deployment_queue_status_idx" ON "deployment_queue" ("status");
--> statement-breakpoint
CREATE INDEX "bots_deployment_platform_idx" ON "bots" ("deployment_platform");
--> statement-breakpoint
-- Waiting rows are carried over as they are: their times were written as UTC, whatever this session's zone is.
-- Of two rows for one bot the older stays. A bot that is final waits for nothing; one whose container is known
-- (it has an identifier) is running already, and queueing it again would put two into the call. Rows past their
-- deadline are carried too: the first pass expires them with a reason.
INSERT INTO "deployment_queue" ("bot_id", "priority", "queued_at", "timeout_at", "status")
SELECT DISTINCT ON (q."bot_id")
	q."bot_id",
	q."priority",
	q."queued_at" AT TIME ZONE 'UTC',
	q."timeout_at" AT TIME ZONE 'UTC',
	'WAITING'
FROM "bot_pool_queue" q
JOIN "bots" b ON b."id" = q."bot_id"
WHERE q."status" = 'waiting'
	AND b."status" NOT IN ('DONE', 'FATAL', 'CANCELLED')
	AND b."platform_identifier" IS NULL
ORDER BY q."bot_id", q."queued_at", q."id";
--> statement-breakpoint
UPDATE "bots" SET "status" = 'QUEUED', "deployment_platform" = NULL
WHERE "id" IN (SELECT "bot_id" FROM "deployment_queue" WHERE "status" = 'WAITING');

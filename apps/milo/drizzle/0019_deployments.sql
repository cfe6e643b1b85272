-- Time as milo reads it. SQL asks for the time here and nowhere else; only test databases replace the function.
-- STABLE lets a partial index serve a comparison with it.
CREATE FUNCTION milo_now() RETURNS timestamp with time zone LANGUAGE sql STABLE AS 'SELECT clock_timestamp()';
--> statement-breakpoint
CREATE TABLE "installation" (
	"id" text PRIMARY KEY NOT NULL,
	"singleton" boolean DEFAULT true NOT NULL,
	"attempt_secret" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "installation_singleton_unique" UNIQUE("singleton"),
	CONSTRAINT "installation_singleton_check" CHECK ("singleton"),
	CONSTRAINT "installation_id_check" CHECK ("id" ~ '^[a-z2-7]{6}$')
);
--> statement-breakpoint
INSERT INTO "installation" ("id", "attempt_secret")
SELECT string_agg(substr('abcdefghijklmnopqrstuvwxyz234567', 1 + floor(random() * 32)::int, 1), ''),
	replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')
FROM generate_series(1, 6);
--> statement-breakpoint
CREATE TABLE "platforms" (
	"platform" text PRIMARY KEY NOT NULL,
	"position" integer,
	"bot_limit" integer DEFAULT 0 NOT NULL,
	"launch_concurrency" integer DEFAULT 1 NOT NULL,
	"queue_timeout_ms" integer DEFAULT 0 NOT NULL,
	"mode" text DEFAULT 'enabled' NOT NULL,
	"mode_reason" text,
	"mode_since" timestamp with time zone DEFAULT now() NOT NULL,
	"breaker_open_until" timestamp with time zone,
	"breaker_reason" text,
	"admit_not_before" timestamp with time zone,
	"capacity_refusals" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "platforms_platform_check" CHECK ("platform" IN ('k8s', 'aws', 'coolify')),
	CONSTRAINT "platforms_mode_check" CHECK ("mode" IN ('enabled', 'hold', 'drain')),
	CONSTRAINT "platforms_bot_limit_check" CHECK ("bot_limit" >= 0)
);
--> statement-breakpoint
INSERT INTO "platforms" ("platform") VALUES ('k8s'), ('aws'), ('coolify');
--> statement-breakpoint
-- What is learned by looking, apart from the row that admission locks.
CREATE TABLE "platform_checks" (
	"platform" text PRIMARY KEY NOT NULL REFERENCES "platforms"("platform"),
	"checked_at" timestamp with time zone,
	"healthy" boolean DEFAULT false NOT NULL,
	"reason" text,
	"watcher" text,
	"watcher_until" timestamp with time zone
);
--> statement-breakpoint
INSERT INTO "platform_checks" ("platform") SELECT "platform" FROM "platforms";
--> statement-breakpoint
CREATE TABLE "dispatchers" (
	"id" text PRIMARY KEY NOT NULL,
	"plan" jsonb NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"heartbeat_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "web_replicas" (
	"id" text PRIMARY KEY NOT NULL,
	"heartbeat_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "bots"
	ALTER COLUMN "status" SET DEFAULT 'QUEUED',
	ALTER COLUMN "created_at" SET DATA TYPE timestamp with time zone USING "created_at" AT TIME ZONE 'UTC',
	ADD COLUMN "status_code" text,
	ADD COLUMN "status_reason" text,
	ADD COLUMN "priority" integer DEFAULT 0 NOT NULL,
	ADD COLUMN "queue_timeout_ms" integer,
	ADD COLUMN "max_duration_ms" integer,
	ADD COLUMN "deduplication_key" text,
	ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL,
	ADD COLUMN "stop_requested_at" timestamp with time zone,
	ADD COLUMN "finished_at" timestamp with time zone,
	ADD CONSTRAINT "bots_status_check" CHECK ("status" IN ('SCHEDULED', 'QUEUED', 'DEPLOYING', 'JOINING_CALL', 'IN_WAITING_ROOM', 'IN_CALL', 'LEAVING', 'CALL_ENDED', 'DONE', 'FATAL', 'CANCELLED'));
--> statement-breakpoint
CREATE UNIQUE INDEX "bots_deduplication_key_live" ON "bots" ("deduplication_key") WHERE "status" NOT IN ('DONE', 'FATAL', 'CANCELLED');
--> statement-breakpoint
ALTER TABLE "deployment_queue"
	ADD COLUMN "plan" jsonb,
	ADD COLUMN "stage" text DEFAULT 'global' NOT NULL,
	ADD COLUMN "stage_ends_at" timestamp with time zone,
	ADD COLUMN "open_to" text[] DEFAULT '{}' NOT NULL,
	ADD COLUMN "bars" jsonb DEFAULT '[]' NOT NULL,
	ADD COLUMN "not_before" timestamp with time zone,
	ADD COLUMN "recheck_at" timestamp with time zone,
	ADD COLUMN "failures" jsonb DEFAULT '{}' NOT NULL,
	ADD COLUMN "last_failure" text,
	ADD COLUMN "first_pass_only" boolean DEFAULT false NOT NULL,
	ADD COLUMN "finished_at" timestamp with time zone,
	ADD CONSTRAINT "deployment_queue_status_check" CHECK ("status" IN ('WAITING', 'PROCESSING', 'DISPATCHED', 'EXPIRED', 'CANCELLED')),
	ADD CONSTRAINT "deployment_queue_stage_check" CHECK ("stage" IN ('k8s', 'aws', 'coolify', 'global'));
--> statement-breakpoint
-- Carried entries have waited already: they may use any platform, in the usual order.
UPDATE "deployment_queue" SET "open_to" = '{k8s,aws,coolify}',
	"plan" = jsonb_build_object(
		'stages', '[{"platform":"k8s","waitMs":0},{"platform":"aws","waitMs":0},{"platform":"coolify","waitMs":0}]'::jsonb,
		'globalWaitMs', greatest(0, floor(extract(epoch FROM "timeout_at" - "queued_at") * 1000)));
--> statement-breakpoint
ALTER TABLE "deployment_queue" ALTER COLUMN "plan" SET NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX "deployment_queue_open_per_bot" ON "deployment_queue" ("bot_id") WHERE "status" IN ('WAITING', 'PROCESSING');
--> statement-breakpoint
CREATE INDEX "deployment_queue_order_idx" ON "deployment_queue" ("priority" DESC NULLS FIRST, "queued_at", "id") WHERE "status" = 'WAITING';
--> statement-breakpoint
CREATE INDEX "deployment_queue_k8s_head" ON "deployment_queue" ("priority" DESC NULLS FIRST, "queued_at", "id") WHERE "status" = 'WAITING' AND 'k8s' = ANY("open_to");
--> statement-breakpoint
CREATE INDEX "deployment_queue_aws_head" ON "deployment_queue" ("priority" DESC NULLS FIRST, "queued_at", "id") WHERE "status" = 'WAITING' AND 'aws' = ANY("open_to");
--> statement-breakpoint
CREATE INDEX "deployment_queue_coolify_head" ON "deployment_queue" ("priority" DESC NULLS FIRST, "queued_at", "id") WHERE "status" = 'WAITING' AND 'coolify' = ANY("open_to");
--> statement-breakpoint
CREATE INDEX "deployment_queue_timeout_idx" ON "deployment_queue" ("timeout_at") WHERE "status" = 'WAITING';
--> statement-breakpoint
CREATE INDEX "deployment_queue_recheck_idx" ON "deployment_queue" ("recheck_at") WHERE "status" = 'WAITING' AND "recheck_at" IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "deployment_queue_first_pass_idx" ON "deployment_queue" ("id") WHERE "status" = 'WAITING' AND "first_pass_only";
--> statement-breakpoint
CREATE TABLE "deployments" (
	"id" serial PRIMARY KEY NOT NULL,
	"bot_id" integer REFERENCES "bots"("id") ON DELETE RESTRICT,
	"queue_entry_id" integer REFERENCES "deployment_queue"("id") ON DELETE SET NULL,
	"platform" text NOT NULL,
	"attempt" integer NOT NULL,
	"launch_key" text NOT NULL,
	"phase" text DEFAULT 'RESERVED' NOT NULL,
	"outcome" text,
	"failure_class" text,
	"reason" text,
	"slot_no" integer,
	"platform_identifier" text,
	"request" jsonb,
	"request_no" integer DEFAULT 0 NOT NULL,
	"fence" integer DEFAULT 1 NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp with time zone,
	"boot_id" text,
	"reserved_at" timestamp with time zone NOT NULL,
	"first_sent_at" timestamp with time zone,
	"accepted_at" timestamp with time zone,
	"claimed_at" timestamp with time zone,
	"stopping_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"start_by" timestamp with time zone NOT NULL,
	"run_until" timestamp with time zone,
	"leave_by" timestamp with time zone,
	"final_report" text,
	"absent_listings" integer DEFAULT 0 NOT NULL,
	"absent_since" timestamp with time zone,
	CONSTRAINT "deployments_launch_key_unique" UNIQUE("launch_key"),
	CONSTRAINT "deployments_platform_check" CHECK ("platform" IN ('k8s', 'aws', 'coolify')),
	CONSTRAINT "deployments_phase_check" CHECK ("phase" IN ('RESERVED', 'LAUNCHING', 'STARTING', 'RUNNING', 'STOPPING', 'ENDED')),
	CONSTRAINT "deployments_outcome_check" CHECK ("outcome" IN ('completed', 'failed', 'cancelled', 'lost', 'never_launched')),
	CONSTRAINT "deployments_failure_class_check" CHECK ("failure_class" IN ('capacity', 'throttled', 'transient', 'unavailable', 'config', 'auth', 'invalid', 'unknown', 'bot', 'lost')),
	CONSTRAINT "deployments_ended_check" CHECK (("phase" = 'ENDED') = ("ended_at" IS NOT NULL) AND ("phase" <> 'ENDED' OR "outcome" IS NOT NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "deployments_live_per_bot" ON "deployments" ("bot_id") WHERE "phase" IN ('RESERVED', 'LAUNCHING', 'STARTING', 'RUNNING');
--> statement-breakpoint
CREATE UNIQUE INDEX "deployments_slot" ON "deployments" ("platform", "slot_no") WHERE "phase" <> 'ENDED' AND "slot_no" IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "deployments_occupying" ON "deployments" ("platform", "phase") WHERE "phase" <> 'ENDED';
--> statement-breakpoint
CREATE UNIQUE INDEX "deployments_bot_attempt" ON "deployments" ("bot_id", "attempt");
--> statement-breakpoint
CREATE INDEX "deployments_ended_idx" ON "deployments" ("platform", "ended_at" DESC NULLS FIRST) WHERE "phase" = 'ENDED';
--> statement-breakpoint
CREATE TABLE "heartbeats" (
	"deployment_id" integer PRIMARY KEY NOT NULL REFERENCES "deployments"("id") ON DELETE CASCADE,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bot_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"bot_id" integer NOT NULL REFERENCES "bots"("id") ON DELETE CASCADE,
	"deployment_id" integer REFERENCES "deployments"("id") ON DELETE CASCADE,
	"at" timestamp with time zone NOT NULL,
	"status" text,
	"code" text NOT NULL,
	"message" text NOT NULL,
	"reported_id" text
);
--> statement-breakpoint
CREATE INDEX "bot_events_bot_idx" ON "bot_events" ("bot_id", "id");
--> statement-breakpoint
CREATE UNIQUE INDEX "bot_events_reported" ON "bot_events" ("deployment_id", "reported_id") WHERE "reported_id" IS NOT NULL;
--> statement-breakpoint
-- Bots whose container is known, and those in a call on a platform of ours, hold a slot there from day one; their slot
-- number was never assigned.
INSERT INTO "deployments" ("bot_id", "platform", "attempt", "launch_key", "phase", "platform_identifier",
	"reserved_at", "claimed_at", "start_by", "run_until")
SELECT b."id", b."deployment_platform", 1, 'bot-' || i."id" || '-' || b."id" || '-a1', 'RUNNING', b."platform_identifier",
	b."created_at", b."created_at", b."created_at", now() + interval '4 hours'
FROM "bots" b CROSS JOIN "installation" i
WHERE b."status" NOT IN ('DONE', 'FATAL', 'CANCELLED') AND b."deployment_platform" IN ('k8s', 'aws', 'coolify')
	AND NOT EXISTS (SELECT 1 FROM "deployment_queue" q WHERE q."bot_id" = b."id");
--> statement-breakpoint
-- One of them that was called waiting is not: it holds a container.
UPDATE "bots" SET "attempts" = 1, "status" = CASE WHEN "status" = 'QUEUED' THEN 'DEPLOYING' ELSE "status" END
WHERE "id" IN (SELECT "bot_id" FROM "deployments");
--> statement-breakpoint
-- A bot that is not final, does not wait and holds no slot could never end by itself.
UPDATE "bots" b SET "status" = 'FATAL', "status_code" = 'UPGRADED', "finished_at" = now(),
	"status_reason" = 'It was not final, did not wait and ran on no known platform when milo was upgraded'
WHERE b."status" NOT IN ('DONE', 'FATAL', 'CANCELLED')
	AND NOT EXISTS (SELECT 1 FROM "deployments" d WHERE d."bot_id" = b."id")
	AND NOT EXISTS (SELECT 1 FROM "deployment_queue" q WHERE q."bot_id" = b."id");
--> statement-breakpoint
INSERT INTO "bot_events" ("bot_id", "at", "status", "code", "message")
SELECT "id", now(), "status", 'UPGRADED', coalesce("status_reason", 'Carried over when milo was upgraded to several platforms')
FROM "bots" WHERE "status" NOT IN ('DONE', 'FATAL', 'CANCELLED') OR "status_code" = 'UPGRADED';

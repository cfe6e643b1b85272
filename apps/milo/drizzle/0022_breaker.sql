-- One circuit breaker per platform, written only when its state changes; what it means: packages/placement/src/breaker.ts.
ALTER TABLE "platforms"
	ADD COLUMN "breaker_state" text DEFAULT 'closed' NOT NULL,
	ADD COLUMN "breaker_since" timestamp with time zone DEFAULT now() NOT NULL,
	ADD COLUMN "breaker_failures" integer DEFAULT 0 NOT NULL,
	ADD COLUMN "breaker_failures_since" timestamp with time zone,
	ADD COLUMN "breaker_openings" integer DEFAULT 0 NOT NULL,
	ADD COLUMN "breaker_version" integer DEFAULT 0 NOT NULL,
	ADD CONSTRAINT "platforms_breaker_state_check" CHECK ("breaker_state" IN ('closed', 'open', 'half_open', 'ramping'));
--> statement-breakpoint
ALTER TABLE "platform_checks" ADD COLUMN "answer_since" timestamp with time zone;
--> statement-breakpoint
CREATE TABLE "platform_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"platform" text NOT NULL REFERENCES "platforms"("platform"),
	"at" timestamp with time zone NOT NULL,
	"code" text NOT NULL,
	"message" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "platform_events_platform_idx" ON "platform_events" ("platform", "id");
--> statement-breakpoint
-- Whether a half-open platform's one launch is taken: nothing else was given a slot there since it is half open.
CREATE FUNCTION milo_trial_taken(p platforms) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT 1 FROM deployments d
			WHERE d.platform = p.platform AND d.phase <> 'ENDED' AND d.reserved_at >= p.breaker_since)
		OR EXISTS (SELECT 1 FROM deployments d
			WHERE d.platform = p.platform AND d.phase = 'ENDED' AND d.ended_at >= p.breaker_since
				AND d.reserved_at >= p.breaker_since)
$$;
--> statement-breakpoint
-- How many bots a platform may be given now. After a back-off for lack of capacity it is probed with one launch; half
-- open it is given one in all; after that, launches under way double every 10 s (RAMP_STEP_MS) from one.
CREATE OR REPLACE FUNCTION milo_room(p platforms, p_used integer, p_launching integer, p_now timestamptz) RETURNS integer
LANGUAGE sql STABLE AS $$
	SELECT CASE
		WHEN p.mode <> 'enabled' OR p.breaker_state = 'open' OR p.admit_not_before > p_now THEN 0
		WHEN p.breaker_state = 'half_open' THEN
			CASE WHEN p_used >= p.bot_limit OR p_launching > 0 OR milo_trial_taken(p) THEN 0 ELSE 1 END
		ELSE least(p.bot_limit - p_used,
			CASE WHEN p.capacity_refusals > 0 THEN 1
				WHEN p.breaker_state = 'ramping' THEN least(p.launch_concurrency,
					power(2, least(20, floor(greatest(0, extract(epoch FROM p_now - p.breaker_since)) / 10)))::int)
				ELSE p.launch_concurrency END - p_launching)
	END
$$;

-- Workloads of ours that no attempt owns, since which listing: only what two listings a minute apart agree on is acted on,
-- whichever replica made them.
CREATE TABLE "orphan_sightings" (
	"platform" text NOT NULL REFERENCES "platforms"("platform"),
	"identifier" text NOT NULL,
	"launch_key" text,
	"first_seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "orphan_sightings_platform_identifier_pk" PRIMARY KEY ("platform", "identifier")
);
--> statement-breakpoint
-- A sweep that would end most of a platform's bots is held here; what it means: src/server/dispatcher/mass-stop.ts.
ALTER TABLE "platform_checks"
	ADD COLUMN "mass_stop_since" timestamp with time zone,
	ADD COLUMN "mass_stop_reason" text,
	ADD COLUMN "mass_stop_agreed_since" timestamp with time zone,
	ADD COLUMN "mass_stop_agreed_until" timestamp with time zone,
	ADD COLUMN "mass_stop_confirmed_until" timestamp with time zone;
--> statement-breakpoint
-- When any web replica last said that it hears bots; null = none ever did.
CREATE TABLE "web_hearing" (
	"singleton" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"heard_at" timestamp with time zone,
	CONSTRAINT "web_hearing_singleton_check" CHECK ("singleton")
);
--> statement-breakpoint
INSERT INTO "web_hearing" ("singleton") VALUES (true);
--> statement-breakpoint
-- Times that count for no bot's silence: nobody was there to hear it, and the two heartbeats after.
CREATE TABLE "web_outages" (
	"began_at" timestamp with time zone PRIMARY KEY NOT NULL,
	"ended_at" timestamp with time zone NOT NULL,
	CONSTRAINT "web_outages_order_check" CHECK ("ended_at" > "began_at")
);
--> statement-breakpoint
-- Until when bots are known to have been heard: the last stamp of a web replica. An outage that nobody has noticed yet
-- began there. Where no web replica ever stamped there is no outage to tell from its absence, and time simply passes.
CREATE FUNCTION milo_heard_until() RETURNS timestamptz LANGUAGE sql STABLE AS $$
	SELECT least(milo_now(), (SELECT heard_at FROM web_hearing))
$$;
--> statement-breakpoint
-- How much of a time fell into outages.
CREATE FUNCTION milo_unheard(p_from timestamptz, p_until timestamptz) RETURNS interval LANGUAGE sql STABLE AS $$
	SELECT coalesce(sum(least(o.ended_at, p_until) - greatest(o.began_at, p_from)), interval '0')
	FROM web_outages o WHERE o.began_at < p_until AND o.ended_at > p_from
$$;
--> statement-breakpoint
-- For how long bots could be heard since then: the clock of "silent" and of "no claim".
CREATE FUNCTION milo_heard_since(p_since timestamptz) RETURNS interval LANGUAGE sql STABLE AS $$
	SELECT h.until - p_since - milo_unheard(p_since, h.until) FROM (SELECT milo_heard_until() AS until) h
$$;
--> statement-breakpoint
-- A web replica says that it hears bots, and answers the outage that it ends, in milliseconds (0 = none). A gap between
-- stamps, of whichever replica, longer than p_fresh_ms was one; it and p_grace_ms after it count for no bot's silence.
-- The one row makes replicas take turns, so that outages never overlap.
CREATE FUNCTION milo_stamp_web(p_id text, p_fresh_ms integer, p_grace_ms integer) RETURNS double precision
LANGUAGE plpgsql VOLATILE AS $function$
DECLARE
	v_heard_at timestamptz;
	v_now timestamptz;
	v_began_at timestamptz;
BEGIN
	SELECT heard_at INTO v_heard_at FROM web_hearing FOR UPDATE;
	v_now := milo_now();
	INSERT INTO web_replicas (id, heartbeat_at) VALUES (p_id, v_now)
		ON CONFLICT (id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at;
	UPDATE web_hearing SET heard_at = greatest(heard_at, v_now);
	IF v_heard_at IS NULL OR v_now - v_heard_at <= make_interval(secs => p_fresh_ms / 1000.0) THEN
		RETURN 0;
	END IF;
	SELECT greatest(v_heard_at, max(ended_at)) INTO v_began_at FROM web_outages;
	INSERT INTO web_outages (began_at, ended_at)
		SELECT v_began_at, v_now + make_interval(secs => p_grace_ms / 1000.0)
		WHERE v_now + make_interval(secs => p_grace_ms / 1000.0) > v_began_at
		ON CONFLICT (began_at) DO UPDATE SET ended_at = greatest(web_outages.ended_at, excluded.ended_at);
	RETURN extract(epoch FROM v_now - v_heard_at) * 1000;
END
$function$;
--> statement-breakpoint
-- An orphan is found, not given: it is nobody's trial.
CREATE OR REPLACE FUNCTION milo_trial_taken(p platforms) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT 1 FROM deployments d
			WHERE d.platform = p.platform AND d.phase <> 'ENDED' AND d.reserved_at >= p.breaker_since AND d.bot_id IS NOT NULL)
		OR EXISTS (SELECT 1 FROM deployments d
			WHERE d.platform = p.platform AND d.phase = 'ENDED' AND d.ended_at >= p.breaker_since
				AND d.reserved_at >= p.breaker_since AND d.bot_id IS NOT NULL)
$$;

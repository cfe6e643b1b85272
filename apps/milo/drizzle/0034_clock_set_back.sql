-- As before, but what was heard a minute and more later than now was heard before the database's clock was set back: it
-- counts as heard now. Until that time came again no outage was noted, and each ended what it kept from being heard.
CREATE OR REPLACE FUNCTION milo_stamp_web(p_id text, p_fresh_ms integer, p_grace_ms integer) RETURNS double precision
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
	UPDATE web_hearing SET heard_at =
		CASE WHEN heard_at > v_now + interval '1 minute' THEN v_now ELSE greatest(heard_at, v_now) END;
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

-- A claim says the platform's name, as every other sentence does; what was told before stays as it was told.
CREATE OR REPLACE FUNCTION milo_claim(p_launch_key text, p_boot_id text, p_default_max_duration_ms integer) RETURNS TABLE (
	accepted boolean, phase text, bot_id integer, bot_name text, meeting_platform text, meeting_url text,
	max_duration_ms integer, other_process boolean
) LANGUAGE plpgsql VOLATILE AS $function$
#variable_conflict use_column
DECLARE
	v_now timestamptz;
	v_claimed deployments%ROWTYPE;
BEGIN
	PERFORM 1 FROM deployment_queue q JOIN deployments d ON d.queue_entry_id = q.id
		WHERE d.launch_key = p_launch_key FOR UPDATE OF q;
	v_now := milo_now();
	UPDATE deployments d SET phase = 'RUNNING', boot_id = p_boot_id, claimed_at = coalesce(d.claimed_at, v_now),
		run_until = coalesce(d.run_until, least(b.meeting_ends_by,
			v_now + make_interval(secs => coalesce(b.max_duration_ms, p_default_max_duration_ms) / 1000.0)))
		FROM bots b
		WHERE d.launch_key = p_launch_key AND d.phase IN ('LAUNCHING', 'STARTING', 'RUNNING')
			AND (d.boot_id IS NULL OR d.boot_id = p_boot_id) AND b.id = d.bot_id
		RETURNING d.* INTO v_claimed;
	IF v_claimed.id IS NOT NULL THEN
		UPDATE deployment_queue q SET status = 'DISPATCHED', finished_at = v_now
			WHERE q.id = v_claimed.queue_entry_id AND q.status = 'PROCESSING';
		INSERT INTO heartbeats AS h (deployment_id, at) VALUES (v_claimed.id, v_now)
			ON CONFLICT (deployment_id) DO UPDATE SET at = v_now;
		IF v_claimed.claimed_at = v_now THEN
			INSERT INTO bot_events (bot_id, deployment_id, at, code, message)
				VALUES (v_claimed.bot_id, v_claimed.id, v_now, 'CLAIMED', format('Its container on %s runs and has claimed attempt %s',
					CASE v_claimed.platform WHEN 'k8s' THEN 'K8s' WHEN 'aws' THEN 'AWS' ELSE 'Coolify' END, v_claimed.attempt));
		END IF;
	END IF;
	RETURN QUERY
		SELECT v_claimed.id IS NOT NULL, d.phase, b.id, b.name::text, b.meeting_platform::text, b.meeting_url,
			greatest(1000, least(coalesce(b.max_duration_ms, p_default_max_duration_ms),
				extract(epoch FROM b.meeting_ends_by - v_now) * 1000))::int, d.boot_id IS DISTINCT FROM p_boot_id AND d.phase = 'RUNNING'
		FROM deployments d JOIN bots b ON b.id = d.bot_id WHERE d.launch_key = p_launch_key;
END
$function$;

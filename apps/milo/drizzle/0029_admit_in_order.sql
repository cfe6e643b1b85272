-- As before, but the attempts and slots of one batch are numbered in the order of the queue, not in that of a plan.
CREATE OR REPLACE FUNCTION milo_admit(
	p_platform text, p_dispatcher text, p_lease_ms integer, p_start_by_ms integer, p_most integer, p_number_slots boolean
) RETURNS TABLE (
	deployment_id integer, bot_id integer, attempt integer, launch_key text, fence integer, meeting_platform text,
	max_duration_ms integer, used integer, bot_limit integer
) LANGUAGE plpgsql VOLATILE AS $function$
#variable_conflict use_column
DECLARE
	v_platform platforms%ROWTYPE;
	v_now timestamptz;
	v_used integer;
	v_launching integer;
	v_free integer;
	v_better text[];
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'milo_admit needs READ COMMITTED';
	END IF;

	-- 0. Unlocked pre-check: a full, held or backing-off platform costs no lock. Stale at worst: the next pass repairs it.
	SELECT p.* INTO v_platform FROM platforms p WHERE p.platform = p_platform;
	SELECT count(*), count(*) FILTER (WHERE milo_holds_launch_permit(d.platform, d.phase)) INTO v_used, v_launching
		FROM deployments d WHERE d.platform = p_platform AND d.phase <> 'ENDED';
	IF milo_room(v_platform, v_used, v_launching, milo_now()) <= 0 THEN
		RETURN;
	END IF;

	-- 1. The lock, as a statement of its own.
	SELECT p.* INTO v_platform FROM platforms p WHERE p.platform = p_platform FOR NO KEY UPDATE;

	-- 2. Fresh counts: every admission that committed before we got the lock is in this snapshot.
	SELECT count(*), count(*) FILTER (WHERE milo_holds_launch_permit(d.platform, d.phase)) INTO v_used, v_launching
		FROM deployments d WHERE d.platform = p_platform AND d.phase <> 'ENDED';
	v_now := milo_now();
	v_free := least(milo_room(v_platform, v_used, v_launching, v_now), p_most);
	IF v_free <= 0 THEN
		RETURN;
	END IF;

	-- A bot that may also use a better platform which has room at this moment is left to it: it came into view after
	-- that platform's turn, and the next turn is at hand.
	SELECT coalesce(array_agg(b.platform), '{}') INTO v_better FROM platforms b
		WHERE b.position < v_platform.position AND milo_has_room(b, v_now);

	-- 3. The claim. Planned anew on each call so that the platform is a constant and its partial index serves.
	RETURN QUERY EXECUTE format($claim$
		WITH head AS MATERIALIZED (
			SELECT q.id, q.bot_id, q.priority, q.queued_at
			FROM deployment_queue q
			JOIN bots b ON b.id = q.bot_id
			WHERE q.status = 'WAITING' AND %1$L = ANY(q.open_to) AND q.timeout_at > $1 AND NOT q.open_to && $10
				AND b.status = 'QUEUED' AND b.stop_requested_at IS NULL
				AND NOT EXISTS (
					SELECT 1 FROM deployments d
					WHERE d.bot_id = q.bot_id AND d.phase IN ('RESERVED', 'LAUNCHING', 'STARTING', 'RUNNING'))
				AND NOT EXISTS (
					SELECT 1 FROM deployments d WHERE d.bot_id = q.bot_id AND d.phase = 'STOPPING' AND d.holds_bot)
			ORDER BY q.priority DESC, q.queued_at, q.id
			LIMIT $2
			FOR UPDATE OF q SKIP LOCKED
		), taken AS (
			UPDATE bots b SET status = 'DEPLOYING', status_code = 'ADMITTED', status_reason = NULL,
				attempts = b.attempts + 1, deployment_platform = %1$L, platform_identifier = NULL
			FROM head
			WHERE b.id = head.bot_id AND b.status = 'QUEUED' AND b.stop_requested_at IS NULL
			RETURNING b.id, b.attempts, b.meeting_platform, b.max_duration_ms, head.id AS entry_id, head.priority, head.queued_at
		), numbered AS (
			SELECT t.*, row_number() OVER (ORDER BY t.priority DESC, t.queued_at, t.entry_id) AS n FROM taken t
		), free_slot AS (
			SELECT s.slot, row_number() OVER (ORDER BY s.slot) AS n
			-- Of the first (used + n) numbers at most `used` are taken.
			FROM generate_series(1, least($3, $8 + $2)) AS s(slot)
			WHERE NOT EXISTS (
				SELECT 1 FROM deployments d WHERE d.platform = %1$L AND d.slot_no = s.slot AND d.phase <> 'ENDED')
		), placed AS (
			INSERT INTO deployments (bot_id, queue_entry_id, platform, attempt, launch_key, slot_no, lease_owner, lease_until,
				reserved_at, start_by)
			SELECT t.id, t.entry_id, %1$L, t.attempts, 'bot-' || i.id || '-' || t.id || '-a' || t.attempts,
				CASE WHEN $4 THEN f.slot END, $5, $1 + make_interval(secs => $6 / 1000.0), $1, $1 + make_interval(secs => $7 / 1000.0)
			FROM numbered t CROSS JOIN installation i LEFT JOIN free_slot f ON f.n = t.n
			ORDER BY t.n
			RETURNING id, bot_id, queue_entry_id, attempt, launch_key, fence, slot_no
		), processing AS (
			UPDATE deployment_queue q SET status = 'PROCESSING' FROM placed WHERE q.id = placed.queue_entry_id AND q.status = 'WAITING'
		), told AS (
			INSERT INTO bot_events (bot_id, deployment_id, at, status, code, message)
			SELECT placed.bot_id, placed.id, $1, 'DEPLOYING', 'ADMITTED',
				format('Took a slot on %%s (%%s/%%s), attempt %%s',
					CASE %1$L WHEN 'k8s' THEN 'K8s' WHEN 'aws' THEN 'AWS' ELSE 'Coolify' END, $8 + numbered.n, $9, placed.attempt)
			FROM placed JOIN numbered ON numbered.id = placed.bot_id
		)
		SELECT placed.id, placed.bot_id, placed.attempt, placed.launch_key, placed.fence, t.meeting_platform::text,
			t.max_duration_ms, $8, $9
		FROM placed JOIN taken t ON t.id = placed.bot_id
		ORDER BY placed.id
	$claim$, p_platform)
	USING v_now, v_free, v_platform.bot_limit, p_number_slots, p_dispatcher, p_lease_ms, p_start_by_ms, v_used, v_platform.bot_limit,
		v_better;
END
$function$;

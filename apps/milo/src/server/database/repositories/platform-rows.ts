import type { DeploymentPlatform, PlatformPlan } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";
import { epochMs } from "./time-columns.ts";

/** What was killed left its row behind. Far longer than any lease; one that was frozen for so long announces itself anew. */
const KEEP_DEAD_HOURS = 24;

/** What the live plans changed of a platform; its limit and its place in the order (from 0; null = in no plan). */
export type PlanChange = Record<"from" | "to", { limit: number; position: number | null }> & {
  platform: DeploymentPlatform;
};
type OnChanged = (change: PlanChange) => void;

/**
 * Announces this dispatcher and the plan it was started with, and puts what the live plans add up to into force, in
 * one transaction: from the moment others see it live, no limit is higher than its own. Answers as `applyPlans`.
 */
export async function registerDispatcher(
  sql: Sql,
  /** `aliveMs`: since it was started, when that is not now. */
  dispatcher: { dispatcherId: string; plan: PlatformPlan; liveMs: number; aliveMs?: number },
  onChanged?: OnChanged,
): Promise<DeploymentPlatform[]> {
  const { dispatcherId, plan, liveMs, aliveMs = 0 } = dispatcher;
  return tell(
    onChanged,
    await sql.begin(async (tx) => {
      await lockPlatforms(tx);
      await tx`DELETE FROM dispatchers WHERE heartbeat_at < milo_now() - make_interval(hours => ${KEEP_DEAD_HOURS})`;
      await tx`
      INSERT INTO dispatchers (id, plan, started_at, heartbeat_at)
      VALUES (${dispatcherId}, ${tx.json(plan as never)},
        milo_now() - make_interval(secs => ${aliveMs / 1000}::float8), milo_now())
      ON CONFLICT (id) DO UPDATE SET plan = excluded.plan, heartbeat_at = excluded.heartbeat_at`;
      return writePlans(tx, liveMs);
    }),
  );
}

export type Beat = {
  /** Who lives, this one among them, in the order in which they were started; null when its row is gone. */
  live: string[] | null;
  /** The database's clock was set back since somebody said that he lives. */
  wasSetBack: boolean;
};

/**
 * Says that this dispatcher lives. Answers who does, as far as the others have said so; its row is gone after a day of
 * silence. Where the database's clock was set back, what others said later than now counts as said now: a dead one would
 * otherwise live until that time comes again.
 */
export async function beatDispatcher(sql: Sql, dispatcherId: string, liveMs: number): Promise<Beat> {
  const [row] = await sql<Beat[]>`
    WITH before AS MATERIALIZED (SELECT coalesce(max(heartbeat_at) > milo_now(), false) AS later FROM dispatchers),
    beat AS (
      UPDATE dispatchers SET heartbeat_at = milo_now()
      WHERE id = ${dispatcherId} OR heartbeat_at > milo_now() + make_interval(secs => ${liveMs / 1000}::float8) RETURNING id
    )
    SELECT before.later AS "wasSetBack", CASE WHEN EXISTS (SELECT FROM beat WHERE id = ${dispatcherId}) THEN ARRAY(
      SELECT id FROM dispatchers WHERE id = ${dispatcherId}
        OR heartbeat_at > milo_now() - make_interval(secs => ${liveMs / 1000}::float8)
      ORDER BY started_at, id) END AS live FROM before`;
  if (row === undefined) throw new Error("A beat answered no row");
  return row;
}

export async function removeDispatcher(sql: Sql, dispatcherId: string): Promise<void> {
  await sql`DELETE FROM dispatchers WHERE id = ${dispatcherId}`;
}

/**
 * Writes what the live dispatchers' plans add up to into the platforms: while they disagree the smallest limit
 * holds (a plan without a platform counts as 0), order and waits are those of the last started. Changes only what
 * differs; never touches mode, breaker or back-off. Answers the platforms on which live plans disagree. `onChanged` hears
 * of limits and places that are others now.
 */
export async function applyPlans(sql: Sql, liveMs: number, onChanged?: OnChanged): Promise<DeploymentPlatform[]> {
  const written = await sql.begin(async (tx) => {
    await lockPlatforms(tx);
    return writePlans(tx, liveMs);
  });
  return tell(onChanged, written);
}

function tell(onChanged: OnChanged = () => {}, written: readonly Written[]): DeploymentPlatform[] {
  for (const { platform, changed, from, to } of written) if (changed) onChanged({ platform, from, to });
  return written.filter(({ disagree }) => disagree).map(({ platform }) => platform);
}

/** A statement of its own, for the same reason as in admission: what is read after it is newer than the lock. */
async function lockPlatforms(tx: Queryable): Promise<void> {
  await tx`SELECT 1 FROM platforms ORDER BY platform FOR NO KEY UPDATE`;
}

type Written = PlanChange & { disagree: boolean; changed: boolean };

async function writePlans(tx: Queryable, liveMs: number): Promise<Written[]> {
  return tx<Written[]>`
    WITH live AS (
      SELECT id, plan, started_at FROM dispatchers
      WHERE heartbeat_at > milo_now() - make_interval(secs => ${liveMs / 1000}::float8)
    ), last AS (
      SELECT (x.n - 1)::int AS position, x.p->>'platform' AS platform, (x.p->>'queueTimeoutMs')::int AS queue_timeout_ms
      FROM (SELECT plan FROM live ORDER BY started_at DESC, id DESC LIMIT 1) l,
        jsonb_array_elements(l.plan->'platforms') WITH ORDINALITY AS x(p, n)
    ), per_plan AS (
      SELECT p.platform, live.id, (x->>'limit')::int AS bot_limit, (x->>'launchConcurrency')::int AS launch_concurrency
      FROM platforms p CROSS JOIN live
      LEFT JOIN LATERAL jsonb_array_elements(live.plan->'platforms') AS x ON x->>'platform' = p.platform
    ), wanted AS (
      SELECT platform, min(coalesce(bot_limit, 0)) AS bot_limit, min(coalesce(launch_concurrency, 1)) AS launch_concurrency,
        count(DISTINCT coalesce(bot_limit, 0)) > 1 AS disagree
      FROM per_plan GROUP BY platform
    ), changed AS (
      UPDATE platforms p SET bot_limit = w.bot_limit, launch_concurrency = w.launch_concurrency,
        position = last.position, queue_timeout_ms = coalesce(last.queue_timeout_ms, p.queue_timeout_ms)
      FROM wanted w LEFT JOIN last ON last.platform = w.platform
      WHERE p.platform = w.platform AND (p.bot_limit, p.launch_concurrency, p.position, p.queue_timeout_ms)
        IS DISTINCT FROM (w.bot_limit, w.launch_concurrency, last.position, coalesce(last.queue_timeout_ms, p.queue_timeout_ms))
      RETURNING p.platform, p.bot_limit, p.position
    )
    -- Here a platform is as it was before the update.
    SELECT w.platform, w.disagree,
      coalesce((c.bot_limit, c.position) IS DISTINCT FROM (old.bot_limit, old.position) AND c.platform IS NOT NULL, false)
        AS changed,
      jsonb_build_object('limit', old.bot_limit, 'position', old.position) AS "from",
      jsonb_build_object('limit', c.bot_limit, 'position', c.position) AS "to"
    FROM wanted w JOIN platforms old ON old.platform = w.platform LEFT JOIN changed c ON c.platform = w.platform
    ORDER BY w.platform`;
}

/**
 * A platform said it is full: it backs off by itself. Its first back-off ends soon, each further refusal doubles it.
 * Answers for how long from now, in milliseconds.
 */
export async function backOffPlatform(
  sql: Sql,
  platform: DeploymentPlatform,
  backOff: { baseMs: number; capMs: number; random: number },
): Promise<number> {
  const [row] = await sql<{ forMs: number }[]>`
    UPDATE platforms SET capacity_refusals = capacity_refusals + 1,
      admit_not_before = greatest(admit_not_before, milo_now() + make_interval(secs =>
        least(${backOff.capMs}::float8, ${backOff.baseMs}::float8 * power(2, least(capacity_refusals, 20)))
          * (0.5 + ${backOff.random}::float8 / 2) / 1000))
    WHERE platform = ${platform}
    RETURNING (extract(epoch FROM admit_not_before - milo_now()) * 1000)::float8 AS "forMs"`;
  return Math.max(0, row?.forMs ?? 0);
}

/** It took a bot again. */
export async function endBackOff(sql: Sql, platform: DeploymentPlatform): Promise<void> {
  await sql`
    UPDATE platforms SET capacity_refusals = 0, admit_not_before = NULL
    WHERE platform = ${platform} AND capacity_refusals > 0`;
}

/** One that backs off has room again where a bot has claimed that was admitted after the back-off. */
export async function endBackOffByClaim(sql: Sql, platform: DeploymentPlatform): Promise<void> {
  await sql`
    UPDATE platforms p SET capacity_refusals = 0, admit_not_before = NULL
    WHERE p.platform = ${platform} AND p.capacity_refusals > 0 AND EXISTS (SELECT 1 FROM deployments d
      WHERE d.platform = p.platform AND d.phase <> 'ENDED' AND d.claimed_at IS NOT NULL
        AND d.reserved_at >= p.admit_not_before)`;
}

/** For how long the last answer to a probe, whoever asked, is known: in milliseconds; null before the first. */
export async function readHealthAge(sql: Sql, platform: DeploymentPlatform): Promise<number | null> {
  const [row] = await sql<{ ageMs: number | null }[]>`
    SELECT (extract(epoch FROM milo_now() - checked_at) * 1000)::float8 AS "ageMs" FROM platform_checks
    WHERE platform = ${platform}`;
  return row?.ageMs ?? null;
}

/**
 * Makes this dispatcher the one that watches the platform, unless another does. One whose watch would last far longer than a
 * lease took it before the database's clock was set back.
 */
export async function takeWatch(
  sql: Sql,
  watch: { platform: DeploymentPlatform; dispatcherId: string; leaseMs: number },
): Promise<boolean> {
  const lease = sql`make_interval(secs => ${watch.leaseMs / 1000}::float8)`;
  const rows = await sql`
    UPDATE platform_checks SET watcher = ${watch.dispatcherId}, watcher_until = milo_now() + ${lease}
    WHERE platform = ${watch.platform}
      AND (watcher = ${watch.dispatcherId} OR watcher IS NULL OR watcher_until <= milo_now()
        OR watcher_until > milo_now() + ${lease} + interval '1 minute')
    RETURNING platform`;
  return rows.length > 0;
}

export async function releaseWatches(sql: Sql, dispatcherId: string): Promise<void> {
  await sql`UPDATE platform_checks SET watcher = NULL, watcher_until = NULL WHERE watcher = ${dispatcherId}`;
}

/**
 * Stores the answer to a probe. Answers for how long it has been the same, in milliseconds; an answer older than
 * `freshMs` counts for nothing.
 */
export async function saveHealth(
  sql: Sql,
  platform: DeploymentPlatform,
  report: { healthy: boolean; reason: string },
  freshMs: number,
): Promise<number> {
  const [row] = await sql<{ forMs: number }[]>`
    UPDATE platform_checks SET checked_at = milo_now(), healthy = ${report.healthy}, reason = ${storableText(report.reason)},
      answer_since = CASE WHEN healthy = ${report.healthy}
        AND checked_at > milo_now() - make_interval(secs => ${freshMs / 1000}::float8)
        THEN coalesce(answer_since, milo_now()) ELSE milo_now() END
    WHERE platform = ${platform}
    RETURNING ${epochMs(sql, "checked_at")} - ${epochMs(sql, "answer_since")} AS "forMs"`;
  return Math.max(0, row?.forMs ?? 0);
}

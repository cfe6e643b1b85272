import type { Sql, Transaction } from "#server/database/client.ts";

/** Any number that nothing else locks by: whoever holds it is the one dispatcher that clears away now. */
const PRUNE_LOCK = 7_061_994;

export type PruneRequest = {
  /** What ended longer ago than this goes. */
  keepMs: number;
  /** Bots up to this id were looked at before. */
  afterBotId: number;
  /** Bots looked at, and rows of every other table cleared away, at most. */
  most: number;
};

export type Pruned = {
  /** Bots that went, each with all that is known of it. */
  bots: number;
  /** Where to go on; null = no older bot is left, or another dispatcher is at it. */
  nextBotId: number | null;
};

/**
 * Clears away one batch of what is older than `keepMs`: bots that ended, with their entries, deployments, heartbeats and
 * events; deployments without a bot; platform events; outages. What is not final, holds a slot or is locked by somebody
 * stays, whatever its age. Takes no lock on a platform, and waits for none.
 */
export async function pruneHistory(sql: Sql, request: PruneRequest): Promise<Pruned> {
  return sql.begin(async (tx): Promise<Pruned> => {
    const [turn] = await tx<{ mine: boolean }[]>`SELECT pg_try_advisory_xact_lock(${PRUNE_LOCK}) AS mine`;
    if (!turn?.mine) return { bots: 0, nextBotId: null };
    const window = await lockWindow(tx, request);
    await deleteBots(tx, window.ids);
    if (window.nextBotId === null) await deleteUnowned(tx, request);
    return { bots: window.ids.length, nextBotId: window.nextBotId };
  });
}

/**
 * The next bots by id, which is the order they were made in, and which of them may go. The window is bounded by what is
 * looked at, not by what is found: a run of bots that must stay costs no more than one of bots that go.
 */
async function lockWindow(tx: Transaction, { keepMs, afterBotId, most }: PruneRequest) {
  const [looked] = await tx<{ last: number | null; aged: boolean | null }[]>`
    SELECT max(id) AS last, bool_or(created_at < milo_now() - make_interval(secs => ${keepMs / 1000}::float8)) AS aged
    FROM (SELECT id, created_at FROM bots WHERE id > ${afterBotId} ORDER BY id LIMIT ${most}) AS looked`;
  if (looked?.last == null || !looked.aged) return { ids: [], nextBotId: null };
  const rows = await tx<{ id: number }[]>`
    SELECT b.id FROM bots b
    WHERE b.id > ${afterBotId} AND b.id <= ${looked.last} AND b.status IN ('DONE', 'FATAL', 'CANCELLED')
      AND coalesce(b.finished_at, b.created_at) < milo_now() - make_interval(secs => ${keepMs / 1000}::float8)
      AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.bot_id = b.id AND d.phase <> 'ENDED')
    ORDER BY b.id FOR UPDATE OF b SKIP LOCKED`;
  return { ids: rows.map((row) => row.id), nextBotId: looked.last };
}

/** Children first: a locked bot gets no new ones, as their foreign keys would have to lock it too. */
async function deleteBots(tx: Transaction, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await tx`DELETE FROM bot_events WHERE bot_id = ANY(${ids}::int[])`;
  await tx`DELETE FROM deployments WHERE bot_id = ANY(${ids}::int[])`;
  await tx`DELETE FROM bots WHERE id = ANY(${ids}::int[])`;
}

/** At the end of a round only: until then the ends of old bots' deployments would all be read to find those without one. */
async function deleteUnowned(tx: Transaction, { keepMs, most }: PruneRequest): Promise<void> {
  const before = tx`milo_now() - make_interval(secs => ${keepMs / 1000}::float8)`;
  await tx`
    DELETE FROM deployments WHERE id IN (
      SELECT d.id FROM platforms p CROSS JOIN LATERAL (
        SELECT id FROM deployments
        WHERE platform = p.platform AND phase = 'ENDED' AND ended_at < ${before} AND bot_id IS NULL
        ORDER BY ended_at LIMIT ${most}) AS d)`;
  await tx`
    DELETE FROM platform_events WHERE at < ${before}
      AND id IN (SELECT id FROM platform_events ORDER BY id LIMIT ${most})`;
  await tx`
    DELETE FROM web_outages WHERE ended_at < ${before}
      AND began_at IN (SELECT began_at FROM web_outages ORDER BY began_at LIMIT ${most})`;
}

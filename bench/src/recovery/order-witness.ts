import type { Sql } from "@milo/milo/server/database/client.ts";

/**
 * Has the database itself look, at the commit of each admission, for a bot that should have come first: one that waits
 * ahead of it and may use the platform. One that is left to a better platform, which has room for it, is none, nor is one
 * that committed after the admission had begun, which could not see it. Needs `track_commit_timestamp`.
 */
export async function placeWitness(sql: Sql): Promise<void> {
  await sql.unsafe(`
    CREATE TABLE bench_inversions (deployment_id int, passed_over int);
    CREATE FUNCTION bench_witness() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      better text[];
    BEGIN
      SELECT coalesce(array_agg(b.platform), '{}') INTO better FROM platforms p JOIN platforms b ON b.position < p.position
        WHERE p.platform = NEW.platform AND milo_has_room(b, milo_now());
      -- Planned anew, so that the platform is a constant and its index of those who wait serves.
      EXECUTE format($head$
        INSERT INTO bench_inversions
          SELECT $1, head.id
          FROM deployment_queue own, LATERAL (
            SELECT q.id, q.priority, q.queued_at FROM deployment_queue q
            WHERE q.status = 'WAITING' AND %L = ANY(q.open_to) AND NOT q.open_to && $3
              AND coalesce(pg_xact_commit_timestamp(q.xmin) < now(), true)
            ORDER BY q.priority DESC, q.queued_at, q.id LIMIT 1) head
          WHERE own.id = $2 AND (head.priority > own.priority
            OR head.priority = own.priority AND (head.queued_at, head.id) < (own.queued_at, own.id))
      $head$, NEW.platform) USING NEW.id, NEW.queue_entry_id, better;
      RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER bench_witness AFTER INSERT ON deployments DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION bench_witness();`);
}

export async function countInversions(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM bench_inversions`;
  return row?.n ?? 0;
}

import type { Sql } from "@milo/milo/server/database/client.ts";

/**
 * Has the database itself look, at the commit of each admission, for a bot that should have come first: one that waits
 * ahead of it and may use the platform. One that is left to a better platform, which has room for it, is none.
 */
export async function placeWitness(sql: Sql): Promise<void> {
  await sql.unsafe(`
    CREATE TABLE bench_inversions (deployment_id int, passed_over int);
    CREATE FUNCTION bench_witness() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO bench_inversions
        SELECT NEW.id, head.id
        FROM deployment_queue own, LATERAL (
          SELECT q.id, q.priority, q.queued_at FROM deployment_queue q
          WHERE q.status = 'WAITING' AND NEW.platform = ANY(q.open_to) AND NOT EXISTS (
            SELECT 1 FROM platforms p, platforms b
            WHERE p.platform = NEW.platform AND b.position < p.position AND b.platform = ANY(q.open_to)
              AND milo_has_room(b, milo_now()))
          ORDER BY q.priority DESC, q.queued_at, q.id LIMIT 1) head
        WHERE own.id = NEW.queue_entry_id AND (head.priority > own.priority
          OR head.priority = own.priority AND (head.queued_at, head.id) < (own.queued_at, own.id));
      RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER bench_witness AFTER INSERT ON deployments DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION bench_witness();`);
}

export async function countInversions(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM bench_inversions`;
  return row?.n ?? 0;
}

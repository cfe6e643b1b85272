import type { Sql } from "#server/database/client.ts";

/** A length of time in words, for sentences that the database writes: what `formatDuration` says of it. */
export function durationWords(sql: Sql, length: ReturnType<Sql>) {
  return sql`(
    SELECT CASE
      WHEN s < 60 THEN s || ' s'
      WHEN s < 3600 THEN s / 60 || ' min' || CASE WHEN s % 60 = 0 THEN '' ELSE to_char(s % 60, '" "FM00" s"') END
      WHEN s < 86400 THEN s / 3600 || ' h' || CASE WHEN s / 60 % 60 = 0 THEN '' ELSE to_char(s / 60 % 60, '" "FM00" min"') END
      ELSE s / 86400 || ' d' || CASE WHEN s / 3600 % 24 = 0 THEN '' ELSE to_char(s / 3600 % 24, '" "FM00" h"') END
    END
    FROM (SELECT greatest(0, round(e / step) * step)::bigint AS s FROM (
      SELECT e, CASE WHEN e < 3600 THEN 1 WHEN e < 86400 THEN 60 ELSE 3600 END AS step
      FROM (SELECT extract(epoch FROM ${length})::numeric AS e) AS given) AS stepped) AS rounded)`;
}

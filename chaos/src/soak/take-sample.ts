import { readFileSync, statSync } from "node:fs";
import type { Stack } from "../stack/stack.ts";
import type { DatabaseSample, ProcessSample, Sample, TableSample } from "./sample.ts";

/** Older than so many measurements, a measurement is of a process that is frozen or gone. */
const FRESH_MEASUREMENTS = 2.5;

/** Looks at everything once; past every proxy. `everyMs` is how often processes measure themselves. */
export async function takeSample(stack: Stack, atS: number, everyMs: number): Promise<Sample> {
  const database = await readDatabase(stack).catch(() => null);
  const processes = [...stack.webs, ...stack.dispatchers].flatMap(({ process }) => {
    const measured = process.isUp() ? readGauge(stack.places.gaugeFile(process.name), everyMs) : null;
    return measured === null ? [] : [{ name: process.name, ...measured }];
  });
  return { atS, processes, database };
}

function readGauge(file: string, everyMs: number): Omit<ProcessSample, "name"> | null {
  try {
    if (Date.now() - statSync(file).mtimeMs > FRESH_MEASUREMENTS * everyMs) return null;
    return JSON.parse(readFileSync(file, "utf8")) as Omit<ProcessSample, "name">;
  } catch {
    return null; // It has not measured anything yet.
  }
}

async function readDatabase({ postgres: { sql } }: Stack): Promise<DatabaseSample> {
  const connections = await sql<
    { name: string; count: number }[]
  >`SELECT application_name AS name, count(*)::int AS count
    FROM pg_stat_activity WHERE application_name LIKE 'milo-%' GROUP BY 1 ORDER BY 1`;
  const sizes = await sql<Omit<TableSample, "rows">[]>`SELECT relname AS name, n_dead_tup::int AS "deadRows",
      (pg_total_relation_size(relid) - pg_indexes_size(relid))::float8 AS "tableBytes",
      pg_indexes_size(relid)::float8 AS "indexBytes"
    FROM pg_stat_user_tables WHERE schemaname = 'public' AND relname NOT LIKE 'chaos\\_%' ORDER BY relname`;
  const tables: TableSample[] = [];
  for (const size of sizes) {
    const [row] = await sql<{ rows: number }[]>`SELECT count(*)::int AS rows FROM ${sql(size.name)}`;
    tables.push({ ...size, rows: row?.rows ?? 0 });
  }
  const [bots] = await sql<{ running: number; waiting: number; finished: number }[]>`SELECT
    (SELECT count(*)::int FROM deployments WHERE phase <> 'ENDED') AS running,
    (SELECT count(*)::int FROM deployment_queue WHERE status = 'WAITING') AS waiting,
    (SELECT count(*)::int FROM chaos_finals) AS finished`;
  return {
    connections: Object.fromEntries(connections.map(({ name, count }) => [name, count])),
    tables,
    ...(bots ?? { running: 0, waiting: 0, finished: 0 }),
  };
}

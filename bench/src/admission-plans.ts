import type { Sql } from "@milo/milo/server/database/client.ts";
import { DEPLOYMENT_PLATFORMS } from "@milo/placement";
import { median } from "./statistics.ts";

/** Times each statement is run; the median counts. */
const RUNS = 21;

/** The time, how many to take, and the better platforms that have room. */
const HEAD_PARAMETERS: Readonly<Record<string, string>> = { $1: "milo_now()", $2: "1", $10: "'{}'::text[]" };

export type AdmissionPlans = { countBuffers: number; headBuffers: number; countMs: number; headMs: number };

/**
 * What admission's two look-ups cost, by EXPLAIN (ANALYZE, BUFFERS) of the statements as they stand in the database's
 * own `milo_admit`: how many occupy the platform, and who is first in its queue. The worst of the three platforms.
 */
export async function measureAdmissionPlans(sql: Sql): Promise<AdmissionPlans> {
  const source = await readAdmission(sql);
  const worst: AdmissionPlans = { countBuffers: 0, headBuffers: 0, countMs: 0, headMs: 0 };
  for (const platform of DEPLOYMENT_PLATFORMS) {
    const count = await explain(sql, countStatement(source, platform));
    const head = await explain(sql, headStatement(source, platform));
    worst.countBuffers = Math.max(worst.countBuffers, count.buffers);
    worst.headBuffers = Math.max(worst.headBuffers, head.buffers);
    worst.countMs = Math.max(worst.countMs, count.ms);
    worst.headMs = Math.max(worst.headMs, head.ms);
  }
  return worst;
}

async function readAdmission(sql: Sql): Promise<string> {
  const [row] = await sql<{ source: string }[]>`SELECT prosrc AS source FROM pg_proc WHERE proname = 'milo_admit'`;
  if (row === undefined) throw new Error("The database has no milo_admit");
  return row.source;
}

function countStatement(source: string, platform: string): string {
  const [, columns, from] =
    /SELECT (count\(\*\)[^;]*?) INTO v_used, v_launching\s+(FROM deployments[^;]*);/.exec(source) ?? [];
  if (columns === undefined || from === undefined) throw new Error("milo_admit no longer counts as it did");
  return `SELECT ${columns} ${from.replaceAll("p_platform", `'${platform}'`)}`;
}

function headStatement(source: string, platform: string): string {
  const [, head] = /WITH head AS MATERIALIZED \(([\s\S]*?)\n\t*\), taken AS/.exec(source) ?? [];
  if (head === undefined) throw new Error("milo_admit no longer finds the queue's head as it did");
  return head.replaceAll("%1$L", `'${platform}'`).replaceAll(/\$(\d+)/g, (parameter) => {
    const value = HEAD_PARAMETERS[parameter];
    if (value === undefined) throw new Error(`milo_admit's head has a parameter ${parameter} that is not known here`);
    return value;
  });
}

async function explain(sql: Sql, statement: string): Promise<{ buffers: number; ms: number }> {
  const buffers: number[] = [];
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const [row] = await sql.unsafe(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${statement}`);
    const [explained] = row?.["QUERY PLAN"] ?? [];
    buffers.push(explained.Plan["Shared Hit Blocks"] + explained.Plan["Shared Read Blocks"]);
    times.push(explained["Execution Time"]);
  }
  return { buffers: Math.max(...buffers.slice(1)), ms: median(times) };
}

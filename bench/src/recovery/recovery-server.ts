import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sql } from "@milo/milo/server/database/client.ts";
import { type RunningPostgres, startPostgres } from "@milo/postgres";

/** Enough for 32 dispatchers with a dozen connections each. */
const MAX_CONNECTIONS = "600";

/**
 * A server of its own with its default durability: it is killed, and it serves more processes than the other one may. It
 * knows when each transaction committed, as the witness of the queue's order asks.
 */
export function startRecoveryServer(folder: string): Promise<RunningPostgres> {
  const settings = { max_connections: MAX_CONNECTIONS, track_commit_timestamp: "on" };
  return startPostgres({ dataDir: join(folder, "recovery"), settings });
}

/** Process id of the server: the parent of whatever serves this connection. Linux only. */
export async function findPostmaster(sql: Sql): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
  const stat = readFileSync(`/proc/${row?.pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

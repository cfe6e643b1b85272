import { openDatabase } from "@milo/milo/server/database/client.ts";
import { CONNECTIONS } from "./plan.ts";

/** Single-row durable inserts per second, one commit each, on the same number of connections as the callers have. */
export async function measureRawCommits(url: string, seconds: number): Promise<number> {
  const { sql, close } = openDatabase(url, { applicationName: "bench-raw", maxConnections: CONNECTIONS });
  try {
    await sql`CREATE TABLE IF NOT EXISTS bench_raw (id bigserial PRIMARY KEY, at timestamptz NOT NULL, note text NOT NULL)`;
    const insertFor = async (ms: number) => {
      let inserted = 0;
      const startedMs = performance.now();
      const endsAtMs = startedMs + ms;
      const inserter = async () => {
        while (performance.now() < endsAtMs) {
          await sql`INSERT INTO bench_raw (at, note) VALUES (clock_timestamp(), ${"one row, one commit"})`;
          inserted++;
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, inserter));
      return (inserted * 1_000) / (performance.now() - startedMs);
    };
    await insertFor(1_000);
    return await insertFor(seconds * 1_000);
  } finally {
    await close();
  }
}

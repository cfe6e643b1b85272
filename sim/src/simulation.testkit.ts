import { setTimeout as delay } from "node:timers/promises";
import { openDatabase } from "@milo/milo/server/database/client.ts";
import { createTestDatabase } from "@milo/postgres/testing";
import { type FunctionEdit, prepareDatabase } from "./engine/database.ts";
import { type SimulationOptions, type SimulationResult, simulate } from "./simulate.ts";

export const STEPS_PER_SEED = 5_000;
/** 20,000 steps in all. */
export const SEEDS = [1, 2, 3, 4];
/** A run takes half a minute on a quiet machine, and many times that on one that is busy with other things. */
export const PATIENCE_MS = 1_800_000;

/** Keeps tidying the tables up, as autovacuum does at times of its own, until the signal: rows are then read in other orders. */
async function keepTidying(url: string, signal: AbortSignal): Promise<void> {
  const { sql, close } = openDatabase(url, { applicationName: "milo-sim-vacuum", maxConnections: 1 });
  while (!signal.aborted) {
    for (const table of ["bots", "deployments", "deployment_queue"]) await sql`VACUUM ANALYZE ${sql(table)}`;
    await delay(50);
  }
  await close();
}

/** Runs one seed on a database that is tidied up all the time. */
export async function runWhileTidying(options: Omit<SimulationOptions, "url">): Promise<SimulationResult> {
  await using database = await createTestDatabase({ key: "sim []", migrate: (url) => prepareDatabase(url) });
  const over = new AbortController();
  const tidying = keepTidying(database.url, over.signal);
  try {
    return await simulate({ ...options, url: database.url });
  } finally {
    over.abort();
    await tidying;
  }
}

/** Runs one seed on a database of its own. */
export async function runSimulation(
  options: Omit<SimulationOptions, "url">,
  edits: readonly FunctionEdit[] = [],
): Promise<SimulationResult> {
  await using database = await createTestDatabase({
    key: `sim ${JSON.stringify(edits.map((edit) => [String(edit.find), edit.replace]))}`,
    migrate: (url) => prepareDatabase(url, edits),
  });
  // Awaited here: the database lasts as long as this function.
  return await simulate({ ...options, url: database.url });
}

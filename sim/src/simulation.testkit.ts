import { createTestDatabase } from "@milo/postgres/testing";
import { type FunctionEdit, prepareDatabase } from "./engine/database.ts";
import { type SimulationOptions, type SimulationResult, simulate } from "./simulate.ts";

export const STEPS_PER_SEED = 5_000;
/** 20,000 steps in all. */
export const SEEDS = [1, 2, 3, 4];
/** A run takes half a minute on a quiet machine, and many times that on one that is busy with other things. */
export const PATIENCE_MS = 1_800_000;

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

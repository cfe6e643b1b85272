import type { Verdict } from "../verdict/scenario.ts";
import { playChoices } from "./choices.ts";
import { playFullHouse } from "./full-house.ts";
import { createStage, type StageOptions } from "./stage.ts";

/** Plays the whole day and answers the verdict on each scenario; what the signal cut short was not seen. */
export async function playDay(options: StageOptions): Promise<Verdict[]> {
  const stage = createStage(options);
  const { line } = options.terminal;
  try {
    await playFullHouse(stage);
    line("\nThe morning's meetings end.");
    await stage.clear();
    await playChoices(stage);
    await stage.dismissAll();
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
  return stage.verdicts();
}

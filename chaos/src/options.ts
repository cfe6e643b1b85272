import { parseArgs } from "node:util";
import { FAMILIES } from "./faults/family.ts";
import { NAMES } from "./faults/schedule.ts";
import { RECIPES, type Recipe } from "./recipes.ts";

export type ChaosOptions = {
  seed: number;
  /** For how long faults are injected; starting and settling come on top. */
  minutes: number;
  /** Families of faults, or single ones. */
  only: readonly string[];
  /** For how long bots go on to come after the last fault. */
  calmMinutes: number;
  /** A guard of milo's that is taken out. */
  sabotage: string | null;
  /** What shows that it is missing; what other options do not say is as this says. */
  recipe: Recipe | null;
  json: boolean;
  keep: boolean;
  help: boolean;
};

const DEFAULT_SEED = 1;
const DEFAULT_MINUTES = 3;

export const HELP = `Runs milo as real processes on a real PostgreSQL and emulated platforms, breaks everything around it, and checks its
promises against the platforms' own record of what ran when.

  npm run chaos -- [options]

  --seed N         The seed of the faults and of the bots. Default: ${DEFAULT_SEED}
  --minutes M      For how long it breaks things; fractions are fine. Starting, settling and checking take two or three
                   minutes more. Default: ${DEFAULT_MINUTES}
  --only F,G       Only these families of faults, or "none": ${FAMILIES.join(", ")};
                   or single ones, by their names in docs/chaos.md
  --calm M         For how long bots go on to come after the last fault, in minutes. Default: 0
  --sabotage NAME  Takes a guard out of milo: chaos has to notice. What other options do not say is as its recipe says, and
                   only what shows that guard missing is reported. ${Object.keys(RECIPES).join("; ")}
  --json           One line of JSON on the output:
                   {"seed","minutes","bots","faults":{name:count},"violations":[…],"lateness"}
  --keep           Keeps the logs also when nothing was found
  --help           This text

The schedule of faults and bots follows from the seed; how the processes interleave does not.
Exits with 0 when every promise held, with 1 when one was broken, with 2 when it could not run. docs/chaos.md`;

const MOST_SEED = 2 ** 32 - 1;
const MOST_MINUTES = 24 * 60;

/** Throws a sentence for arguments that make no sense. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string" },
      minutes: { type: "string" },
      only: { type: "string" },
      calm: { type: "string" },
      sabotage: { type: "string" },
      json: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { json, keep, help, sabotage = null } = values;
  const recipe = sabotage === null ? null : RECIPES[sabotage];
  if (recipe === undefined) throw new Error(`--sabotage must be one of: ${Object.keys(RECIPES).join("; ")}`);
  const seed = Number(values.seed ?? recipe?.seed ?? DEFAULT_SEED);
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= MOST_SEED)) {
    throw new Error(`--seed must be a whole number from 0 to ${MOST_SEED}, but is "${values.seed}"`);
  }
  const minutes = Number(values.minutes ?? recipe?.minutes ?? DEFAULT_MINUTES);
  if (!(minutes > 0 && minutes <= MOST_MINUTES)) {
    throw new Error(`--minutes must be above 0, but is "${values.minutes}"`);
  }
  const calmMinutes = Number(values.calm ?? recipe?.calmMinutes ?? 0);
  if (!(calmMinutes >= 0 && calmMinutes <= MOST_MINUTES)) {
    throw new Error(`--calm must be 0 or above, but is "${values.calm}"`);
  }
  const only = values.only === undefined ? (recipe?.only ?? FAMILIES) : readOnly(values.only);
  return { seed, minutes, calmMinutes, only, sabotage, recipe, json, keep, help };
}

function readOnly(text: string): readonly string[] {
  if (text === "none") return [];
  return text.split(/\s*,\s*/).map((word) => {
    if (!NAMES.includes(word)) {
      throw new Error(`--only knows ${FAMILIES.join(", ")}, none, and single faults, but not "${word}"`);
    }
    return word;
  });
}

import { parseArgs } from "node:util";
import { SABOTAGES } from "../../sim/src/sabotages.ts";
import { FAMILIES } from "./faults/family.ts";
import { NAMES } from "./faults/schedule.ts";

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
  json: boolean;
  keep: boolean;
  help: boolean;
};

export const HELP = `Runs milo as real processes on a real PostgreSQL and emulated platforms, breaks everything around it, and checks its
promises against the platforms' own record of what ran when.

  npm run chaos -- [options]

  --seed N         The seed of the faults and of the bots. Default: 1
  --minutes M      For how long it breaks things; fractions are fine. Starting, settling and checking take two or three
                   minutes more. Default: 3
  --only F,G       Only these families of faults, or "none": ${FAMILIES.join(", ")};
                   or single ones by name: ${NAMES.slice(FAMILIES.length).join(", ")}
  --calm M         For how long bots go on to come after the last fault, in minutes. Default: 0
  --sabotage NAME  Takes a guard out of milo: chaos has to notice. ${Object.keys(SABOTAGES).join("; ")}
  --json           One line of JSON on the output:
                   {"seed","minutes","bots","faults":{name:count},"violations":[…],"lateness"}
  --keep           Keeps the logs also when nothing was found
  --help           This text

The schedule of faults and bots follows from the seed; how the processes interleave does not.
Exits with 0 when every promise held, with 1 when one was broken, with 2 when it could not run. docs/chaos.md`;

/** Throws a sentence for arguments that make no sense. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      minutes: { type: "string", default: "3" },
      only: { type: "string" },
      calm: { type: "string", default: "0" },
      sabotage: { type: "string" },
      json: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const seed = Number(values.seed);
  if (!/^\d+$/.test(values.seed) || seed > 2 ** 32 - 1) {
    throw new Error(`--seed must be a whole number from 0 to ${2 ** 32 - 1}, but is "${values.seed}"`);
  }
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error(`--minutes must be above 0, but is "${values.minutes}"`);
  if (values.sabotage !== undefined && SABOTAGES[values.sabotage] === undefined) {
    throw new Error(`--sabotage must be one of: ${Object.keys(SABOTAGES).join("; ")}`);
  }
  const calmMinutes = Number(values.calm);
  if (!(calmMinutes >= 0 && calmMinutes <= 60)) throw new Error(`--calm must be 0 to 60, but is "${values.calm}"`);
  const { json, keep, help } = values;
  return {
    seed,
    minutes,
    only: readOnly(values.only),
    calmMinutes,
    sabotage: values.sabotage ?? null,
    json,
    keep,
    help,
  };
}

function readOnly(text: string | undefined): readonly string[] {
  if (text === undefined) return FAMILIES;
  if (text === "none") return [];
  return text.split(/\s*,\s*/).map((word) => {
    if (!NAMES.includes(word)) throw new Error(`--only knows ${NAMES.join(", ")} and none, but not "${word}"`);
    return word;
  });
}

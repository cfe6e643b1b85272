import { parseArgs } from "node:util";

export type SoakOptions = {
  minutes: number;
  botsPerMinute: number;
  seed: number;
  json: boolean;
  /** A file that each sample is added to as it is taken. */
  samples: string | null;
  /** A file that the graph is drawn into. */
  svg: string | null;
  /** What `--json` printed of an earlier run, to be judged and drawn instead of running. */
  from: string | null;
  keep: boolean;
  help: boolean;
};

export const HELP = `Loads milo, as real processes on a real PostgreSQL and emulated platforms, for long and with few faults, and says
whether memory, connections and tables stay as they are.

  npm run soak -- [options]

  --minutes M          How long bots come; fractions are fine. Starting and settling take two minutes more. Default: 40
  --bots-per-minute N  How many come. Each is a process and a call of 15 to 30 s. Default: 150
  --seed N             The seed of the faults and of the bots. Default: 1
  --json               One line of JSON on the output: the samples, the faults, what was found
  --samples FILE       Adds each sample to the file as it is taken, one line of JSON each
  --svg FILE           Draws the graph into the file
  --from FILE          Judges and draws what --json printed of an earlier run, instead of running
  --keep               Keeps the logs also when nothing was found
  --help               This text

Exits with 0 when all is flat, with 1 when something grows or a promise was broken, with 2 when it could not run.
docs/soak.md`;

/** Throws a sentence for arguments that make no sense. */
export function readSoakOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "40" },
      "bots-per-minute": { type: "string", default: "150" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      samples: { type: "string" },
      svg: { type: "string" },
      from: { type: "string" },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { json, keep, help, samples = null, svg = null, from = null } = values;
  const minutes = readNumber("--minutes", values.minutes, 24 * 60);
  const botsPerMinute = readNumber("--bots-per-minute", values["bots-per-minute"], 10_000);
  const seed = Number(values.seed);
  if (!/^\d+$/.test(values.seed) || seed > 2 ** 32 - 1) {
    throw new Error(`--seed must be a whole number from 0 to ${2 ** 32 - 1}, but is "${values.seed}"`);
  }
  return { minutes, botsPerMinute, seed, json, samples, svg, from, keep, help };
}

function readNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!(value > 0 && value <= most)) throw new Error(`${name} must be above 0 and at most ${most}, but is "${text}"`);
  return value;
}

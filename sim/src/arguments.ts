import { parseArgs } from "node:util";

export type SimArguments = { seed: number; steps: number; seeds: number; json: boolean; help: boolean };

export const HELP = `Simulates milo: its dispatchers' own loops and SQL against a real PostgreSQL, with platforms, bots, crashes and
time that follow from a seed. Its five promises are checked after every step.

  npm run sim -- [options]

  --seed N    The seed of the first run; the same seed takes the same way. Default: 1
  --steps M   Steps to make. Default: 20000
  --seeds K   Runs to make, with the seeds N, N+1, …, of M steps each. Default: 1
  --json      One line of JSON as the last line of the output: {"seed","steps","violations"}
  --help      This text

  DATABASE_URL  A PostgreSQL server to make a database on and drop it again, instead of a throwaway server

Exits with 0 when every promise held, with 1 when one was broken, with 2 for wrong arguments.`;

/** Throws a sentence for arguments that make no sense. */
export function readArguments(args: readonly string[]): SimArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      steps: { type: "string", default: "20000" },
      seeds: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return {
    seed: readWhole("--seed", values.seed, 0),
    steps: readWhole("--steps", values.steps, 1),
    seeds: readWhole("--seeds", values.seeds, 1),
    json: values.json,
    help: values.help,
  };
}

function readWhole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > 2 ** 32 - 1) {
    throw new Error(`${name} must be a whole number from ${least} to ${2 ** 32 - 1}, but is "${text}"`);
  }
  return value;
}

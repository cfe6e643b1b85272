import { parseArgs } from "node:util";

export type BenchArguments = {
  placements: number;
  rawSeconds: number;
  releases: number;
  history: number;
  waiting: number;
  failureRounds: number;
  verdicts: number;
  callsSeconds: number;
  oldRows: number;
  burst: number;
  drained: number;
  idleSeconds: number;
  /** One part alone; all when not given. */
  only: "replicas" | undefined;
  /** Folder for CPU profiles of the dispatcher and the callers. */
  profile: string | undefined;
  json: boolean;
  help: boolean;
};

export const HELP = `Measures milo on this machine: one run, one embedded PostgreSQL with its default durability, 20 connections.

  npm run bench -- [options]

  --placements N   Bots to place, by 20 concurrent callers. Default: 4000
  --raw-seconds N  How long plain commits are counted, before and again after the placements. Default: 5
  --releases N     Slots to free, one after another. Default: 400
  --history N      Finished bots in the database of the plans and pages. Default: 1000000
  --waiting N      Waiting bots there. Default: 100000
  --failure-rounds N  Rounds of six launches that fail to start, on each platform. Default: 8
  --verdicts N     Times that a breaker opens over waiting bots. Default: 12
  --calls-seconds N  How long requests of running bots are counted, twice. Default: 60
  --old-rows N     Rows of history that are too old to be kept. Default: 10000000
  --burst N        Bots that are created at once. Default: 10000
  --drained N      Admissions that are watched for their order after that, for a minute at most. Default: 2000
  --idle-seconds N  How long dispatchers that have nothing to do are watched. Default: 60
  --only replicas  What many dispatchers do and cost, (o), and nothing else
  --profile DIR    Write CPU profiles of the dispatcher and the callers into this folder
  --json           One line of JSON as the last line of the output
  --help           This text

What each figure means and how to read it: docs/benchmark.md. Progress goes to standard error. No figure makes it
fail: it exits with 1 only when it could not measure, with 2 for wrong arguments.`;

/** Throws a sentence for arguments that make no sense. */
export function readArguments(args: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      placements: { type: "string", default: "4000" },
      "raw-seconds": { type: "string", default: "5" },
      releases: { type: "string", default: "400" },
      history: { type: "string", default: "1000000" },
      waiting: { type: "string", default: "100000" },
      "failure-rounds": { type: "string", default: "8" },
      verdicts: { type: "string", default: "12" },
      "calls-seconds": { type: "string", default: "60" },
      "old-rows": { type: "string", default: "10000000" },
      burst: { type: "string", default: "10000" },
      drained: { type: "string", default: "2000" },
      "idle-seconds": { type: "string", default: "60" },
      only: { type: "string" },
      profile: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return {
    placements: readCount("placements", values.placements),
    rawSeconds: readCount("raw-seconds", values["raw-seconds"]),
    releases: readCount("releases", values.releases),
    history: readCount("history", values.history),
    waiting: readCount("waiting", values.waiting),
    failureRounds: readCount("failure-rounds", values["failure-rounds"]),
    verdicts: readCount("verdicts", values.verdicts),
    callsSeconds: readCount("calls-seconds", values["calls-seconds"]),
    oldRows: readCount("old-rows", values["old-rows"]),
    burst: readCount("burst", values.burst),
    drained: readCount("drained", values.drained),
    idleSeconds: readCount("idle-seconds", values["idle-seconds"]),
    only: readOnly(values.only),
    profile: values.profile,
    json: values.json,
    help: values.help,
  };
}

function readOnly(text: string | undefined): BenchArguments["only"] {
  if (text === undefined || text === "replicas") return text;
  throw new Error(`--only must be "replicas", but is "${text}".`);
}

function readCount(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new Error(`--${name} must be a whole number from 1, but is "${text}".`);
  return value;
}

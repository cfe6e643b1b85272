/** An option as people type it; `value` names its value, none means a switch. */
export type OptionSpec = { value?: string; meaning: string };

/** One command: what --help, docs/cli.md and the reader of the command line know of it. */
export type CommandSpec = {
  /** The words that call it. */
  name: string;
  /** Its arguments, as in `<platform>` or `[platform…]`. */
  arguments: string;
  summary: string;
  /** Paragraphs of --help below the summary. */
  details: readonly string[];
  /** How many arguments it takes. */
  takes: { least: number; most: number };
  options: Readonly<Record<string, OptionSpec>>;
  examples: readonly string[];
  /** It talks to a running milo, and so takes --url. */
  callsMilo: boolean;
};

const MANY = 500;

const URL_OPTION: Readonly<Record<string, OptionSpec>> = {
  url: { value: "address", meaning: "milo's address. Default: MILO_PUBLIC_URL, else this machine and PORT" },
};
const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: { meaning: "exactly one JSON document on stdout; all else goes to stderr" },
  // Not --env-file: Node 20 takes that for itself, wherever it stands.
  env: { value: "file", meaning: "variables to read besides the environment, which wins. Default: .env" },
  help: { meaning: "this text" },
};
const REASON: Readonly<Record<string, OptionSpec>> = {
  reason: { value: "text", meaning: "why, for everybody who asks" },
};

const modeCommand = (name: "hold" | "resume" | "drain", summary: string, detail: string): CommandSpec => ({
  name,
  arguments: "<platform>",
  summary,
  details: [detail],
  takes: { least: 1, most: 1 },
  options: REASON,
  examples: [name === "resume" ? "milo resume k8s" : `milo ${name} k8s --reason "upgrading the cluster"`],
  callsMilo: true,
});

/** Every command, in the order of --help. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "doctor",
    arguments: "[platform…]",
    summary: "checks configuration, database and platforms, and says what to fix",
    details: [
      "Runs with the dispatcher's environment and credentials, and changes nothing anywhere. Each check has an id and is ok, warn, fail or skipped; one that depends on a failed one is skipped with the reason.",
      "What a platform has no harmless way to tell is skipped and says so; `milo probe` proves it with a real bot.",
    ],
    takes: { least: 0, most: 3 },
    options: {},
    examples: ["milo doctor", "milo doctor k8s", "milo doctor --json | jq '.checks[] | select(.status == \"fail\")'"],
    callsMilo: false,
  },
  {
    name: "probe",
    arguments: "[platform…]",
    summary: "takes one bot through launch, claim and stop on each platform",
    details: [
      "The bot goes through the running milo like any other: it takes a free slot, waits its turn behind every other bot, and is told to leave as soon as it has claimed. Platforms are tried one after another; one on hold is skipped.",
      "It is sent to an address that does not exist (--meeting-url). Whatever happens, also on Ctrl-C, milo is told to stop what was started; a bot that milo cannot be told about ends by itself after five minutes.",
    ],
    takes: { least: 0, most: 3 },
    options: {
      "meeting-url": { value: "address", meaning: "the meeting. Default: https://probe.invalid/milo" },
      timeout: { value: "seconds", meaning: "the longest any step may take. Default: 300" },
    },
    examples: ["milo probe", "milo probe aws --timeout 120"],
    callsMilo: true,
  },
  {
    name: "status",
    arguments: "",
    summary: "shows each platform: limit, use, waiting bots, health and why",
    details: [],
    takes: { least: 0, most: 0 },
    options: {},
    examples: ["milo status"],
    callsMilo: true,
  },
  modeCommand(
    "hold",
    "gives a platform no new bots",
    "Bots that run there go on. Bots that waited for it move on at once.",
  ),
  modeCommand("resume", "gives a platform bots again", "Ends hold and drain."),
  modeCommand(
    "drain",
    "gives a platform no new bots and has those there leave",
    "Every bot that runs there is told to leave, and so is each one that claims later.",
  ),
  {
    name: "queue",
    arguments: "",
    summary: "lists the bots that wait, in order",
    details: ["With --json all that were asked for, in one document."],
    takes: { least: 0, most: 0 },
    options: { limit: { value: "n", meaning: "the most to list. Default: 100" } },
    examples: ["milo queue", "milo queue --limit 1000 --json"],
    callsMilo: true,
  },
  {
    name: "queue cancel",
    arguments: "<bot…>",
    summary: "takes bots that wait out of the queue",
    details: ["One that waits no more is left alone, and the exit code is 1."],
    takes: { least: 1, most: MANY },
    options: {},
    examples: ["milo queue cancel 17 18"],
    callsMilo: true,
  },
  {
    name: "queue priority",
    arguments: "<bot> <priority>",
    summary: "changes the priority of a bot that waits",
    details: ["From -1000 to 1000; higher goes first. A negative one comes after --: milo queue priority -- 17 -5"],
    takes: { least: 2, most: 2 },
    options: {},
    examples: ["milo queue priority 17 100"],
    callsMilo: true,
  },
  {
    name: "bots",
    arguments: "",
    summary: "lists bots, newest first",
    details: [],
    takes: { least: 0, most: 0 },
    options: {
      status: { value: "status,…", meaning: "only these, such as IN_CALL,QUEUED" },
      platform: { value: "platform", meaning: "only those placed there" },
      limit: { value: "n", meaning: "the most to list. Default: 50" },
    },
    examples: ["milo bots --status FATAL --limit 20", "milo bots --platform aws --json"],
    callsMilo: true,
  },
  {
    name: "bots show",
    arguments: "<bot>",
    summary: "tells a bot's whole story, where it is and what comes next",
    details: [],
    takes: { least: 1, most: 1 },
    options: {},
    examples: ["milo bots show 17"],
    callsMilo: true,
  },
  {
    name: "bots stop",
    arguments: "<bot…>",
    summary: "has bots leave; one that has not joined yet is cancelled",
    details: ["Answers when that is stored. Stopping a bot that is ending changes nothing."],
    takes: { least: 1, most: MANY },
    options: {},
    examples: ["milo bots stop 17 18"],
    callsMilo: true,
  },
  {
    name: "bots replace-anyway",
    arguments: "<bot>",
    summary: "gives a bot that cannot be reached another container at once",
    details: [
      "The old container may still be in the call: two may then be in it until that one is known to be gone. Refused while the bot is heard. The reason must be given; it is kept in the bot's story.",
    ],
    takes: { least: 1, most: 1 },
    options: REASON,
    examples: ['milo bots replace-anyway 17 --reason "its node is unreachable, the customer waits"'],
    callsMilo: true,
  },
  {
    name: "deployment confirm-gone",
    arguments: "<deployment>",
    summary: "tells milo that a container is gone, though its platform does not say so",
    details: [
      "Its slot is free at once, and its bot is replaced or ends by policy. Only for a container that you know to have ended: look first. Refused while its bot is heard. The reason must be given; it is kept in the bot's story.",
    ],
    takes: { least: 1, most: 1 },
    options: REASON,
    examples: ['milo deployment confirm-gone 42 --reason "the node was taken out of the rack"'],
    callsMilo: true,
  },
  {
    name: "platform confirm-mass-stop",
    arguments: "<platform>",
    summary: "lets a sweep go on that would end most of a platform's bots",
    details: [
      "For five minutes every listing may end what it finds gone. Only when those bots have really ended: `milo status` says what is held.",
    ],
    takes: { least: 1, most: 1 },
    options: REASON,
    examples: ['milo platform confirm-mass-stop k8s --reason "the namespace was deleted"'],
    callsMilo: true,
  },
];

/** Every option of a command, its own first. */
export function optionsOf(command: CommandSpec): Readonly<Record<string, OptionSpec>> {
  return { ...command.options, ...(command.callsMilo ? URL_OPTION : {}), ...COMMON_OPTIONS };
}

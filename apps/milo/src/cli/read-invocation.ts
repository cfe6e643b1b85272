import { parseArgs } from "node:util";
import { COMMANDS, type CommandSpec, optionsOf } from "./command-table.ts";
import { usageError } from "./exit-codes.ts";

/** A command line that makes sense. */
export type Invocation = {
  command: CommandSpec;
  arguments: readonly string[];
  /** Texts by option name; switches are "true". */
  options: Readonly<Record<string, string>>;
};

/** What was asked for: a command, or help about one or all. */
export type Asked = { kind: "run"; invocation: Invocation } | { kind: "help"; command: CommandSpec | null };

/** Reads the command line. @throws {CliError} with exit code 2 and a sentence */
export function readInvocation(args: readonly string[]): Asked {
  const wantsHelp = args.includes("--help") || args.includes("-h");
  if (args.length === 0 || args[0]?.startsWith("-") || args[0] === "help") {
    const named = args[0] === "help" ? findCommand(args.slice(1)) : null;
    if (args.length === 0 || wantsHelp || args[0] === "help") return { kind: "help", command: named?.command ?? null };
    throw usageError("Say a command first. `milo --help` lists them.");
  }
  const found = findCommand(args);
  if (found === null) throw usageError(`There is no command ${args[0]}. \`milo --help\` lists them.`);
  if (wantsHelp) return { kind: "help", command: found.command };
  return { kind: "run", invocation: parse(found.command, found.rest) };
}

/** The longest name that the words begin with. */
function findCommand(words: readonly string[]): { command: CommandSpec; rest: readonly string[] } | null {
  const ofTwo = COMMANDS.find(({ name }) => name === words.slice(0, 2).join(" "));
  if (ofTwo !== undefined) return { command: ofTwo, rest: words.slice(ofTwo.name.split(" ").length) };
  const ofOne = COMMANDS.find(({ name }) => name === words[0]);
  return ofOne === undefined ? null : { command: ofOne, rest: words.slice(1) };
}

function parse(command: CommandSpec, words: readonly string[]): Invocation {
  const specs = Object.entries(optionsOf(command));
  const read = () =>
    parseArgs({
      args: [...words],
      allowPositionals: true,
      options: Object.fromEntries(
        specs.map(([name, { value }]) => [name, { type: value === undefined ? "boolean" : "string" } as const]),
      ),
    });
  const { values, positionals } = orUsageError(read, command);
  const { least, most } = command.takes;
  if (positionals.length < least || positionals.length > most) {
    const given = positionals.length === 0 ? "none" : positionals.map((word) => `"${word}"`).join(" ");
    const wanted = command.arguments === "" ? "no arguments" : command.arguments;
    throw usageError(
      `milo ${command.name} takes ${wanted}; given: ${given}. \`milo ${command.name} --help\` says more.`,
    );
  }
  const options = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return { command, arguments: positionals, options: Object.fromEntries(options) };
}

function orUsageError<T>(read: () => T, command: CommandSpec): T {
  try {
    return read();
  } catch (error) {
    const message = error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error);
    throw usageError(`${message.replace(/\.$/, "")}. \`milo ${command.name} --help\` lists its options.`);
  }
}

/** A whole number within bounds. @throws {CliError} */
export function readWhole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && value >= least && value <= most) return value;
  throw usageError(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

/** The largest id a row can have: PostgreSQL's integer. */
const ID_MOST = 2_147_483_647;

/** The id of a row. @throws {CliError} */
export function readRowId(name: string, word: string): number {
  return readWhole(name, word, 1, ID_MOST);
}

/** Bots' ids, each once. @throws {CliError} */
export function readBotIds(words: readonly string[]): number[] {
  return [...new Set(words.map((word) => readRowId("A bot's id", word)))];
}

import { COMMANDS, type CommandSpec, optionsOf } from "./command-table.ts";
import { EXIT_MEANINGS } from "./exit-codes.ts";

const WIDTH = 100;

/** `milo --help`. */
export function describeAll(): string {
  const calls = COMMANDS.map((command) => [callOf(command), command.summary] as const);
  return [
    "milo's command line: looks at a milo, drives it, and finds out why it does not work.",
    "",
    ...alignPairs(calls),
    "",
    "`milo <command> --help` says more. Every command takes --json.",
    "It reads the variables that milo's processes read (docs/configuration.md), from the environment and .env:",
    "MILO_PUBLIC_URL or --url says where milo is, MILO_ACCESS_TOKEN opens it.",
    "",
    "Exit codes:",
    ...alignPairs(EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning])),
    "",
  ].join("\n");
}

/** `milo <command> --help`. */
export function describeCommand(command: CommandSpec): string {
  const options = Object.entries(optionsOf(command)).map(
    ([name, { value, meaning }]) => [value === undefined ? `--${name}` : `--${name} <${value}>`, meaning] as const,
  );
  return [
    `milo ${callOf(command)}: ${command.summary}`,
    ...command.details.flatMap((paragraph) => ["", ...wrapWords(paragraph, WIDTH)]),
    "",
    ...alignPairs(options),
    "",
    ...command.examples.map((example) => `  $ ${example}`),
    "",
  ].join("\n");
}

export function callOf(command: CommandSpec): string {
  return command.arguments === "" ? command.name : `${command.name} ${command.arguments}`;
}

function alignPairs(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** Breaks a text between words into lines of at most `width` characters; a longer word is cut. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((one) => one !== "")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (joined.length <= width) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}

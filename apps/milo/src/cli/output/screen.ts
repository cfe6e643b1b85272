import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];

/** One of the two streams a command writes to. */
export type Screen = {
  write(text: string): void;
  /** Null where nobody watches: then nothing is shortened, and nothing rewritten in place. */
  columns: number | null;
  paint(style: Style, text: string): string;
};

/** What a command writes to. With --json stdout gets exactly one document. */
export type Output = { stdout: Screen; stderr: Screen; json: boolean };

const NARROWEST_COLUMNS = 20;

/** Colour only for a person who has not asked for none (https://no-color.org). */
export function createScreen(
  stream: Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">,
  env: Readonly<Record<string, string | undefined>>,
): Screen {
  const isTerminal = stream.isTTY === true && env.TERM !== "dumb";
  const hasColour = isTerminal && (env.NO_COLOR ?? "") === "";
  return {
    write: (text) => void stream.write(text),
    columns: stream.isTTY === true ? Math.max(NARROWEST_COLUMNS, stream.columns || 80) : null,
    paint: (style, text) => (hasColour ? styleText(style, text, { validateStream: false }) : text),
  };
}

/** Prints a command's result: the document with --json, the text without. */
export function printResult(output: Output, document: unknown, text: () => string): void {
  output.stdout.write(output.json ? `${JSON.stringify(document, null, 2)}\n` : `${text()}\n`);
}

/** Text from elsewhere without what could move the cursor or colour the screen. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

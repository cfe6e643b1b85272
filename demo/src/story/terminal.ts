import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];

/** Where the story is told. */
export type Terminal = {
  line(text?: string): void;
  paint(style: Style, text: string): string;
};

/** Writes lines to a stream, coloured where a person watches. */
export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  const coloured = stream.isTTY === true && process.env.NO_COLOR === undefined;
  return {
    line: (text = "") => void stream.write(`${text}\n`),
    paint: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
  };
}

import { wrapWords } from "../help.ts";
import { plain, type Screen, type Style } from "./screen.ts";

/** A cell: text, and how it is painted. */
export type Cell = string | { text: string; style: Style };
export type Column = {
  title: string;
  align?: "right";
  /** Gives way when the screen is narrow: its text is broken into lines. At most one column. */
  flexible?: true;
};

const GAP = "  ";
/** Narrower than this a sentence cannot be read: rows become blocks of `title: value`. */
const LEAST_FLEXIBLE = 24;

/** Rows under titles, fitted to the screen. Whole and on one line each where nobody watches. */
export function renderTable(screen: Screen, columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map((cell) => plain(typeof cell === "string" ? cell : cell.text)));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...texts.map((row) => (row[index] ?? "").length)),
  );
  const fitted = shrinkTo(columns, widths, screen.columns);
  if (fitted === null) return renderBlocks(screen, columns, texts, rows);
  const head = layOut(columns, fitted, [columns.map(({ title }) => title)], () => "").map((line) =>
    screen.paint("dim", line),
  );
  const body = texts.flatMap((row, rowIndex) => {
    const broken = row.map((text, index) =>
      columns[index]?.flexible === true ? wrapWords(text, fitted[index] ?? text.length) : [text],
    );
    const height = Math.max(1, ...broken.map((lines) => lines.length));
    const lines = Array.from({ length: height }, (_, at) => broken.map((cell) => cell[at] ?? ""));
    return layOut(columns, fitted, lines, (padded, index) => paintCell(screen, rows[rowIndex]?.[index], padded));
  });
  return [...head, ...body].join("\n");
}

/** Widths that fit the screen, or null when only blocks would. */
function shrinkTo(columns: readonly Column[], widths: readonly number[], available: number | null): number[] | null {
  const total = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1);
  if (available === null || total <= available) return [...widths];
  const flexible = columns.findIndex((column) => column.flexible === true);
  const left = (widths[flexible] ?? 0) - (total - available);
  if (flexible === -1 || left < Math.max(LEAST_FLEXIBLE, columns[flexible]?.title.length ?? 0)) return null;
  return widths.map((width, index) => (index === flexible ? left : width));
}

function layOut(
  columns: readonly Column[],
  widths: readonly number[],
  lines: readonly (readonly string[])[],
  paint: (padded: string, index: number) => string,
): string[] {
  return lines.map((line) =>
    line
      .map((text, index) => {
        const width = widths[index] ?? text.length;
        const padded = columns[index]?.align === "right" ? text.padStart(width) : text.padEnd(width);
        return paint(padded, index) || padded;
      })
      .join(GAP)
      .trimEnd(),
  );
}

function renderBlocks(
  screen: Screen,
  columns: readonly Column[],
  texts: readonly (readonly string[])[],
  rows: readonly (readonly Cell[])[],
): string {
  const width = Math.max(...columns.map(({ title }) => title.length));
  const room = Math.max(1, (screen.columns ?? Number.POSITIVE_INFINITY) - width - GAP.length);
  const blocks = texts.map((row, rowIndex) =>
    row.flatMap((text, index) => {
      if (text === "") return [];
      const title = screen.paint("dim", (columns[index]?.title ?? "").padEnd(width));
      return wrapWords(text, room).map((line, at) => {
        const painted = paintCell(screen, rows[rowIndex]?.[index], line);
        return `${at === 0 ? title : " ".repeat(width)}${GAP}${painted}`;
      });
    }),
  );
  return blocks.map((lines) => lines.join("\n")).join("\n\n");
}

function paintCell(screen: Screen, cell: Cell | undefined, text: string): string {
  return typeof cell === "object" ? screen.paint(cell.style, text) : text;
}

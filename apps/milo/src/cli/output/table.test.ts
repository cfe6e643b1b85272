import { describe, expect, it } from "vitest";
import type { Screen } from "./screen.ts";
import { type Column, renderTable } from "./table.ts";

const COLUMNS: readonly Column[] = [
  { title: "BOT", align: "right" },
  { title: "NAME" },
  { title: "WHY", flexible: true },
];
const ROWS = [
  ["7", "Notes", "AWS ECS is full; Kubernetes is being tried next, in a minute or so"],
  ["1234", "Standup", ""],
];
const screen = (columns: number | null): Screen => ({ columns, write: () => undefined, paint: (_style, text) => text });
const longest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

describe("a table", () => {
  it("is whole, a line per row, where nobody watches", () => {
    expect(renderTable(screen(null), COLUMNS, ROWS)).toBe(
      [
        " BOT  NAME     WHY",
        "   7  Notes    AWS ECS is full; Kubernetes is being tried next, in a minute or so",
        "1234  Standup",
      ].join("\n"),
    );
  });

  it("breaks its flexible column between words on a narrow screen, and loses none of them", () => {
    const text = renderTable(screen(45), COLUMNS, ROWS);
    expect(longest(text)).toBeLessThanOrEqual(45);
    expect(text).toBe(
      [
        " BOT  NAME     WHY",
        "   7  Notes    AWS ECS is full; Kubernetes is",
        "               being tried next, in a minute",
        "               or so",
        "1234  Standup",
      ].join("\n"),
    );
  });

  it("puts the flexible column below each row where there is no room beside the others", () => {
    expect(renderTable(screen(30), COLUMNS, ROWS)).toBe(
      [
        " BOT  NAME",
        "   7  Notes",
        "    AWS ECS is full;",
        "    Kubernetes is being tried",
        "    next, in a minute or so",
        "1234  Standup",
      ].join("\n"),
    );
  });

  it("becomes blocks of titles and values on a screen too narrow for columns", () => {
    const text = renderTable(screen(12), COLUMNS, ROWS);
    expect(longest(text)).toBeLessThanOrEqual(12);
    expect(text.split("\n\n")).toHaveLength(2);
    expect(text).toMatch(/^BOT {3}7\nNAME {2}Notes\nWHY {3}AWS\n {6}ECS/);
  });

  it("never lets a name move the cursor or colour the screen", () => {
    const text = renderTable(screen(null), [{ title: "NAME" }], [["\u001b[2J\u001b[31mgotcha\r\n\u202eevil"]]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).toContain("gotcha");
    expect(text.split("\n")).toHaveLength(2);
  });
});

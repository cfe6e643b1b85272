import axe from "axe-core";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { findOverflow, findSpills, findViolations, readRows } from "./browser/in-page.ts";
import { PATIENCE_MS } from "./wait-until.ts";

/** A row of a table by the text of its columns' headers. */
export type Row = Record<string, string>;

/**
 * The rows of a table as they are now, keyed by the text of the column headers. `where` is the page, or the part of it
 * that has one table; with `name`, the table of that accessible name. A row that spans all columns is left out.
 */
export async function readTable(where: Page | Locator, name?: string): Promise<Row[]> {
  const table = where.getByRole("table", name === undefined ? {} : { name });
  return await table.evaluate(readRows);
}

/**
 * Waits until the table has exactly these rows, in this order; of each only the columns that are named count, with
 * the text or a pattern of it.
 */
export async function expectTable(
  where: Page | Locator,
  rows: readonly Record<string, string | RegExp>[],
  options: { name?: string; withinMs?: number } = {},
): Promise<void> {
  const wanted = rows.map((row) => {
    const cells = Object.entries(row).map(([column, text]) => [
      column,
      typeof text === "string" ? text : expect.stringMatching(text),
    ]);
    return expect.objectContaining(Object.fromEntries(cells));
  });
  const read = () => readTable(where, options.name);
  await expect.poll(read, { timeout: options.withinMs ?? PATIENCE_MS, interval: 50 }).toEqual(wanted);
}

/** Waits until it can be seen. */
export async function expectVisible(locator: Locator, withinMs = PATIENCE_MS): Promise<void> {
  await locator.waitFor({ state: "visible", timeout: withinMs });
}

/** No rule of axe-core is broken, as the page is now. Throws every rule that is, with where. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(findViolations);
  if (violations.length === 0) return;
  const told = violations.map((lines) => lines.join("\n    ")).join("\n  ");
  throw new Error(`axe-core on ${page.url()}:\n  ${told}`);
}

/** The page as a whole does not scroll sideways, wide tables scroll in a part of their own, and no text leaves its box. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { scrollWidth, clientWidth, out } = await page.evaluate(findOverflow);
  expect(scrollWidth, `wider than its ${clientWidth} px: ${out.join(", ")}`).toBeLessThanOrEqual(clientWidth);
  expect(await page.evaluate(findSpills), "texts that leave their boxes").toEqual([]);
}

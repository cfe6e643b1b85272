import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { SCREENSHOTS, toFileName } from "./places.ts";

/** Looks at which every page is judged. */
export const LOOKS = {
  wide: { width: 1440 },
  medium: { width: 1024, height: 768 },
  narrow: { width: 390, height: 844 },
  dark: { width: 1440, colorScheme: "dark" },
} as const;

export type Look = keyof typeof LOOKS;

/** Writes a picture of the whole page to e2e/screenshots. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${toFileName(name)}.png`), fullPage: true });
}

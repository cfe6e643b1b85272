import { type Browser, chromium } from "playwright-core";
import { type Chromium, explainLaunchFailure } from "./chromium.ts";

/** For containers and machines without a screen, and without anything that calls out. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--font-render-hinting=none",
];
const READY_WITHIN_MS = 60_000;

/** Starts the browser. Throws a sentence that says what to do when it does not start. */
export async function launchBrowser(browser: Chromium): Promise<Browser> {
  try {
    return await chromium.launch({
      executablePath: browser.executable,
      args: ARGUMENTS,
      env: { ...process.env, ...browser.environment },
      timeout: READY_WITHIN_MS,
    });
  } catch (error) {
    throw explainLaunchFailure(browser, error);
  }
}

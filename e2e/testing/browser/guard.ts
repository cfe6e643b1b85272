import type { Page } from "playwright-core";

/** Watches a page for what no page may do: throw, warn of a hydration that does not match, log an error. */
export type Guard = {
  page: Page;
  /** What it did, in sentences, without what is tolerated. */
  complaints(): string[];
  /** Everything it logged, for a person who looks for the cause. */
  log: string[];
};

/** Begins to watch. Add to `tolerated` what a test provokes on purpose. */
export function guardPage(page: Page, tolerated: readonly RegExp[]): Guard {
  const errors: string[] = [];
  const log: string[] = [];
  page.on("pageerror", (error) => {
    log.push(`uncaught: ${error.stack ?? error.message}`);
    errors.push(`uncaught: ${error.message}`);
  });
  page.on("console", (message) => {
    const { url } = message.location();
    const text = `${message.type()}: ${message.text()} (${url})`;
    log.push(text);
    if (message.type() === "error") errors.push(text);
  });
  page.on("crash", () => errors.push("the page crashed"));
  return { page, log, complaints: () => errors.filter((error) => !tolerated.some((pattern) => pattern.test(error))) };
}

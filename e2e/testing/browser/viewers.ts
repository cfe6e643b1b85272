import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { FAILURES, toFileName } from "../places.ts";
import { PATIENCE_MS } from "../wait-until.ts";
import { type Guard, guardPage } from "./guard.ts";
import { isInteractive } from "./in-page.ts";

/** How a page is looked at. */
export type ViewOptions = {
  /** CSS pixels. Default: 1440 by 900. */
  width?: number;
  height?: number;
  /** The system's preference. Default: light. */
  colorScheme?: "light" | "dark";
  /** The system's preference. Default: reduce, which also makes tests steadier. */
  reducedMotion?: "reduce" | "no-preference";
  /** The viewer's own. Default: Europe/Berlin, which is never the server's. */
  timezoneId?: string;
  /** Opens a second tab of the viewer of this page, with the same cookies, storage and connections. */
  besides?: Page;
  /** Waits until the page can be used. Default: true. */
  untilInteractive?: boolean;
};

/** The viewers of one test. */
export type Viewers = {
  /** Opens a path in a new viewer's browser and waits until it can be used. */
  open(path: string, options?: ViewOptions): Promise<Page>;
  /** Errors that match are provoked by this test. */
  tolerate(pattern: RegExp): void;
  /** What the pages did that no page may do, in sentences. */
  complaints(): string[];
  /** Keeps what the pages look like, for a person who looks for the cause. Answers where. */
  keepEvidence(testName: string): Promise<string>;
  close(): Promise<void>;
};

const TIME_ZONE = "Europe/Berlin";
/** Links to other sites lead nowhere: tests reach nothing but this machine. */
const LOOPBACK = /^(https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/|data:|blob:|about:)/;

export function createViewers(browser: Browser, url: () => string): Viewers {
  const contexts: BrowserContext[] = [];
  const guards: Guard[] = [];
  const tolerated: RegExp[] = [];
  return {
    async open(path, options = {}) {
      const context = options.besides?.context() ?? (await createContext(browser, options));
      if (options.besides === undefined) contexts.push(context);
      const page = await context.newPage();
      guards.push(guardPage(page, tolerated));
      await page.goto(new URL(path, url()).href);
      if (options.untilInteractive !== false) await page.waitForFunction(isInteractive);
      return page;
    },
    tolerate: (pattern) => void tolerated.push(pattern),
    complaints: () => guards.flatMap((guard) => guard.complaints()),
    keepEvidence: (testName) => keepEvidence(guards, testName),
    async close() {
      guards.length = 0;
      tolerated.length = 0;
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    },
  };
}

async function createContext(browser: Browser, options: ViewOptions): Promise<BrowserContext> {
  const { width = 1440, height = 900, colorScheme = "light", reducedMotion = "reduce" } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion,
    locale: "en-GB",
    timezoneId: options.timezoneId ?? TIME_ZONE,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.route(
    (target) => !LOOPBACK.test(target.href),
    (route) => route.abort(),
  );
  return context;
}

async function keepEvidence(guards: readonly Guard[], testName: string): Promise<string> {
  const folder = join(FAILURES, toFileName(testName));
  mkdirSync(folder, { recursive: true });
  for (const [index, { page, log }] of guards.entries()) {
    const file = (ending: string) => join(folder, `page-${index + 1}.${ending}`);
    writeFileSync(file("log"), `${[page.url(), ...log].join("\n")}\n`);
    if (page.isClosed()) continue;
    try {
      writeFileSync(file("html"), await page.content());
      await page.screenshot({ path: file("png"), fullPage: true, timeout: 10_000 });
    } catch {
      // A crashed page shows nothing; its log says so.
    }
  }
  return folder;
}

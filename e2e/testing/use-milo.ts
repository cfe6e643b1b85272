import { basename, join, relative } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { ROOT } from "../../scripts/start/paths.ts";
import { launchBrowser } from "./browser/launch.ts";
import { createViewers, type Viewers } from "./browser/viewers.ts";
import { LOGS, toFileName } from "./places.ts";
import { type Installation, type InstallationOptions, startInstallation } from "./stack/installation.ts";

/** Milo and its viewers, for the tests of one file; its members can be used once the tests run. */
export type TestMilo = Omit<Installation, "close" | "losses" | "restore"> & Pick<Viewers, "open" | "tolerate">;

const START_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 60_000;

/**
 * Gives the tests of this file a milo of their own: database, emulated platforms, web, dispatcher and a browser. Call
 * it at the top of the file. After each test the viewers are closed and what the test ended is started again; the test
 * fails when a page threw or logged an error, or when a process of milo's ended by itself.
 */
export function useMilo(options: InstallationOptions = {}): TestMilo {
  let installation: Installation | undefined;
  let browser: Browser | undefined;
  let viewers: Viewers | undefined;
  let lossesSeen = 0;

  beforeAll(async () => {
    const name = toFileName(basename(expect.getState().testPath ?? "", ".e2e.ts"));
    const places = { folder: join(inject("runFolder"), name), logs: join(LOGS, name), botImage: inject("botImage") };
    [installation, browser] = await Promise.all([
      startInstallation(options, places),
      launchBrowser(inject("chromium")),
    ]);
    viewers = createViewers(browser, () => running(installation).url);
  }, START_WITHIN_MS);

  afterEach(async ({ task }) => {
    if (viewers === undefined || installation === undefined) return;
    const losses = installation.losses().slice(lossesSeen);
    lossesSeen += losses.length;
    const complaints = [...viewers.complaints(), ...losses];
    const hasFailed = task.result?.state === "fail" || complaints.length > 0;
    const evidence = hasFailed ? await viewers.keepEvidence(`${task.file.name} ${task.name}`) : "";
    await viewers.close();
    await installation.restore();
    if (complaints.length > 0) {
      throw new Error(`What no page or process may do:\n${complaints.join("\n")}\nSee ${relative(ROOT, evidence)}`);
    }
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), installation?.close()]);
  }, STOP_WITHIN_MS);

  return {
    get url() {
      return running(installation).url;
    },
    get database() {
      return running(installation).database;
    },
    get web() {
      return running(installation).web;
    },
    get dispatcher() {
      return running(installation).dispatcher;
    },
    get emulators() {
      return running(installation).emulators;
    },
    get api() {
      return running(installation).api;
    },
    open: (path, view) => running(viewers).open(path, view),
    tolerate: (pattern) => running(viewers).tolerate(pattern),
  };
}

function running<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("milo runs only while tests do: use it inside `it` or a hook.");
  return part;
}

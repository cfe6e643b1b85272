import { rmSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { makeBotImage } from "../../demo/src/stack/bot-image.ts";
import { buildMilo } from "../../scripts/start/build-milo.ts";
import { type Chromium, prepareChromium } from "./browser/chromium.ts";
import { launchBrowser } from "./browser/launch.ts";
import { clearOutput } from "./places.ts";
import { makeRunFolder } from "./run-folder.ts";

declare module "vitest" {
  export interface ProvidedContext {
    chromium: Chromium;
    /** The command of the reference bot. */
    botImage: readonly string[];
    /** Where installations keep their databases; removed after the run. */
    runFolder: string;
  }
}

/** Once per run: builds milo when its sources changed, makes the bots' image, and sees whether the browser starts. */
export default async function setUp(project: TestProject): Promise<() => void> {
  clearOutput();
  const chromium = await prepareChromium();
  await (await launchBrowser(chromium)).close();
  await buildMilo((text) => process.stdout.write(`${text}\n`));
  project.provide("chromium", chromium);
  project.provide("botImage", await makeBotImage());
  const runFolder = makeRunFolder();
  project.provide("runFolder", runFolder);
  return () => rmSync(runFolder, { recursive: true, force: true });
}

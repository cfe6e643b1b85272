import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../../../scripts/start/paths.ts";
import { CACHE, COMPILE_CACHE } from "./places.ts";

/** The image's name on every emulated platform. */
export const BOT_IMAGE = "milo-bot";

/**
 * Bundles the reference bot into one file, which starts in a fraction of the time, and answers the command that the
 * emulated platforms run for it. The command's own environment is the workload's and nothing else.
 */
export async function makeBotImage(): Promise<readonly string[]> {
  const bundle = join(CACHE, "milo-bot.mjs");
  const partial = `${bundle}.${process.pid}.mjs`;
  mkdirSync(CACHE, { recursive: true });
  await build({
    entryPoints: [join(ROOT, "apps/bot/src/main.ts")],
    outfile: partial,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  renameSync(partial, bundle); // Another demo may be starting bots from it at this moment.
  return ["env", `NODE_COMPILE_CACHE=${COMPILE_CACHE}`, process.execPath, bundle];
}

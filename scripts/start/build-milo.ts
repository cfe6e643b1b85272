import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withBuildLock } from "./build-lock.ts";
import { mendPostgres } from "./mend-postgres.ts";
import { BUNDLES, MILO, ROOT } from "./paths.ts";
import { hashSources } from "./source-hash.ts";

/** Something that is built, the sources it is built from, and where the hash of those it was built from is kept. */
type Part = { name: string; sources: readonly string[]; stamp: string; build(): Promise<void> };

const SHARED_SOURCES = ["package-lock.json", "apps/milo/package.json", "packages/placement/src"];

const PARTS: readonly Part[] = [
  {
    name: "the console",
    sources: [
      ...SHARED_SOURCES,
      "apps/milo/src/app",
      // All that pages take from the server as more than types.
      "apps/milo/src/server/web/caller-slot.ts",
      "apps/milo/next.config.ts",
      "apps/milo/postcss.config.mjs",
      "apps/milo/tsconfig.json",
    ],
    stamp: join(MILO, ".next/milo-sources"),
    build: buildConsole,
  },
  {
    name: "web and dispatcher",
    sources: [
      ...SHARED_SOURCES,
      "packages/bot-contract/src",
      "apps/milo/src/server",
      "apps/milo/src/cli",
      "apps/milo/src/config",
      "apps/milo/src/env.ts",
      "scripts/start",
    ],
    stamp: join(MILO, "dist/milo-sources"),
    build: buildBundles,
  },
];

/**
 * Builds what is older than its sources, or everything. `say` tells a person what takes so long. Throws with the
 * builder's own words when a build fails.
 */
export async function buildMilo(say: (text: string) => void, options: { always?: boolean } = {}): Promise<void> {
  const isDue = (part: Part) => options.always === true || isStale(part);
  if (!PARTS.some(isDue)) return;
  const onWait = () => say("Waiting for another build of milo…");
  await withBuildLock(join(ROOT, ".data/build.lock"), onWait, async () => {
    for (const part of PARTS.filter(isDue)) {
      const startedMs = performance.now();
      const hash = hashSources(ROOT, part.sources);
      say(`Building ${part.name} (only when its sources changed)…`);
      await part.build();
      mkdirSync(dirname(part.stamp), { recursive: true });
      writeFileSync(part.stamp, hash);
      say(`Built ${part.name} in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s.`);
    }
  });
}

function isStale(part: Part): boolean {
  return !existsSync(part.stamp) || readFileSync(part.stamp, "utf8") !== hashSources(ROOT, part.sources);
}

async function buildBundles(): Promise<void> {
  const { build, stop } = await import("esbuild");
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      "web/main": "apps/milo/src/server/web/main.ts",
      "dispatcher/main": "apps/milo/src/server/dispatcher/main.ts",
      "migrate/main": "scripts/start/migrate.ts",
      "cli/main": "apps/milo/src/cli/main.ts",
    },
    outdir: BUNDLES,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    sourcemap: true,
    logLevel: "warning",
    plugins: [mendPostgres],
    // Next reads its own files from where it is installed.
    external: ["next"],
    // CommonJS inside the bundle asks for Node's modules with require.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  }).finally(stop); // Its service would stay, with hundreds of megabytes, for as long as this process does.
}

async function buildConsole(): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, "node_modules/next/dist/bin/next"), "build"], {
    cwd: MILO,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`Building the console failed:\n${output}`);
}

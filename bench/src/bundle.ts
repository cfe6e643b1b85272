import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** CommonJS dependencies inside an ES module bundle ask for `require`. */
const BANNER = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/** Paths of the bundled processes. */
export type Bundles = { dispatcher: string; adapters: string; callers: string };

/** Bundles the processes of the benchmark as production bundles its own. Answers the path of each. */
export async function bundleProcesses(folder: string): Promise<Bundles> {
  const entry = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  await build({
    entryPoints: [entry("bench-dispatcher"), entry("bench-adapters"), entry("bench-callers")],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    banner: { js: BANNER },
    logLevel: "warning",
  });
  const bundle = (name: string) => join(folder, `bench-${name}.mjs`);
  return { dispatcher: bundle("dispatcher"), adapters: bundle("adapters"), callers: bundle("callers") };
}

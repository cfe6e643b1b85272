import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** CommonJS dependencies inside an ES module bundle ask for `require`. */
const BANNER = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/** Paths of the bundled processes. */
export type Bundles = { dispatcher: string; adapters: string; callers: string; web: string };

const PROCESSES = ["dispatcher", "adapters", "callers", "web"] as const satisfies readonly (keyof Bundles)[];

/** Bundles the processes of the benchmark as production bundles its own. Answers the path of each. */
export async function bundleProcesses(folder: string): Promise<Bundles> {
  await build({
    entryPoints: PROCESSES.map((name) => fileURLToPath(new URL(`./bench-${name}.ts`, import.meta.url))),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    banner: { js: BANNER },
    logLevel: "warning",
  });
  const bundle = (name: keyof Bundles) => join(folder, `bench-${name}.mjs`);
  return {
    dispatcher: bundle("dispatcher"),
    adapters: bundle("adapters"),
    callers: bundle("callers"),
    web: bundle("web"),
  };
}

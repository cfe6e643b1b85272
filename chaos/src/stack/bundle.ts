import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { mendPostgres } from "../../../scripts/start/mend-postgres.ts";
import { MILO, ROOT } from "../../../scripts/start/paths.ts";

export type Bundles = { web: string; dispatcher: string };

/** The console's pages are the e2e tests' subject: without them a killed web process is back in a second. */
const NO_PAGES: Plugin = {
  name: "no-pages",
  setup(builder) {
    builder.onResolve({ filter: /^next$/ }, () => ({ path: "next", namespace: "no-pages" }));
    builder.onLoad({ filter: /.*/, namespace: "no-pages" }, () => ({
      contents: `export default () => ({
        prepare: async () => {},
        getRequestHandler: () => async (request, response) => void response.writeHead(404).end(),
        close: async () => {},
      });`,
    }));
  },
};

/** The emulated Coolify looks at its containers every half second instead of every minute or two; waits go with that. */
const QUICK_COOLIFY: Plugin = {
  name: "quick-coolify",
  setup(builder) {
    builder.onLoad({ filter: /coolify-settings\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const quick = text.replace("DEFAULT_STATUS_SETTLE_MS = 150_000", "DEFAULT_STATUS_SETTLE_MS = 4_000");
      if (quick === text) throw new Error(`There is no DEFAULT_STATUS_SETTLE_MS of 150_000 in ${path}`);
      return { contents: quick, loader: "ts" };
    });
  },
};

/** A day of kept history takes so long, so that a run sees much of it come and go. */
function shortDays(dayMs: number): Plugin {
  return {
    name: "short-days",
    setup(builder) {
      builder.onLoad({ filter: /read-times\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        const short = text.replace("const DAY_MS = 86_400_000", `const DAY_MS = ${Math.round(dayMs)}`);
        if (short === text) throw new Error(`There is no DAY_MS of 86_400_000 in ${path}`);
        return { contents: short, loader: "ts" };
      });
    },
  };
}

/** The dispatcher's bag of statements, with some replaced by the broken twins of a sabotage. */
function sabotageRepositories(name: string): Plugin {
  return {
    name: "sabotage",
    setup(builder) {
      builder.onResolve({ filter: /^\.\/repositories\.ts$/ }, ({ importer }) =>
        importer.endsWith("/dispatcher/main.ts") ? { path: name, namespace: "sabotage" } : undefined,
      );
      builder.onLoad({ filter: /.*/, namespace: "sabotage" }, () => ({
        contents: `import { repositories as healthy } from "${join(MILO, "src/server/dispatcher/repositories.ts")}";
          import { SABOTAGES } from "${join(ROOT, "sim/src/sabotages.ts")}";
          export const repositories = { ...healthy, ...SABOTAGES[${JSON.stringify(name)}].replaced };`,
        resolveDir: ROOT,
        loader: "ts",
      }));
    },
  };
}

/** Bundles milo's own entry points from the sources as they are, into a folder of this run's. */
export async function bundleMilo(run: string, sabotage: string | null, dayMs?: number): Promise<Bundles> {
  const outdir = join(MILO, "dist", `chaos-${run}`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      "web/main": "apps/milo/src/server/web/main.ts",
      "dispatcher/main": "apps/milo/src/server/dispatcher/main.ts",
    },
    outdir,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    sourcemap: true,
    logLevel: "error",
    plugins: [
      mendPostgres,
      NO_PAGES,
      QUICK_COOLIFY,
      ...(dayMs === undefined ? [] : [shortDays(dayMs)]),
      ...(sabotage === null ? [] : [sabotageRepositories(sabotage)]),
    ],
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  return { web: join(outdir, "web/main.js"), dispatcher: join(outdir, "dispatcher/main.js") };
}

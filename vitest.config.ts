import { defineConfig } from "vitest/config";

/** Kinds of test told apart by suffix; everything else that ends in `.test.ts` is a unit test. */
const SUFFIXES = ["property", "db", "contract", "sim"] as const;
type Suffix = (typeof SUFFIXES)[number];

const ROOTS = ["packages", "apps", "bench", "sim", "demo", "chaos", "scripts"];
const inRoots = (suffix: string) => `{${ROOTS.join(",")}}/**/*${suffix}`;
const GENERATED = ["**/node_modules/**", "**/.next/**", "**/dist/**", "**/.data/**"];

const POSTGRES_FOR_THE_RUN = "./packages/postgres/src/testing/global-setup.ts";

/** A test that waits for processes or a database may be held up by a busy machine, so the limits are generous. */
function suite(name: Suffix, testTimeout: number, globalSetup: string[] = []) {
  return {
    extends: true as const,
    test: {
      name,
      include: [inRoots(`.${name}.test.ts`)],
      exclude: GENERATED,
      testTimeout,
      hookTimeout: 60_000,
      globalSetup,
    },
  };
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    // Node parses drizzle-orm's very large package.json again for each of its modules unless vite loads it.
    server: { deps: { inline: [/drizzle-orm/] } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [inRoots(".test.ts")],
          exclude: [...GENERATED, ...[...SUFFIXES, "chaos"].map((suffix) => `**/*.${suffix}.test.ts`)],
          isolate: false,
          testTimeout: 20_000,
        },
      },
      suite("property", 60_000),
      suite("db", 30_000, [POSTGRES_FOR_THE_RUN]),
      suite("contract", 30_000, [POSTGRES_FOR_THE_RUN]),
      suite("sim", 300_000, [POSTGRES_FOR_THE_RUN]),
      {
        extends: true,
        test: { name: "chaos", include: ["chaos/*.chaos.test.ts"], testTimeout: 1_500_000 },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["e2e/**/*.e2e.ts"],
          testTimeout: 90_000,
          hookTimeout: 60_000,
          globalSetup: ["./e2e/testing/global-setup.ts"],
          expect: { poll: { timeout: 20_000, interval: 50 } },
        },
      },
    ],
  },
});

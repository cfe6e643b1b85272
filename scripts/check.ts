/**
 * Everything about the code that can be known without running it.
 *
 *   npm run check   says what is wrong
 *   npm run fix     puts right first what can be put right by itself
 */
import { spawn } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { parseArgs } from "node:util";

interface Step {
  name: string;
  /** What the step is for, shown when it fails. */
  remedy: string;
  args: string[];
}

const CRUISED = ["packages", "apps", "bench", "sim", "demo", "scripts", "e2e", "chaos"];

function planSteps(fix: boolean): Step[] {
  const typeSteps = globSync("{.,e2e,packages/*,apps/*}/tsconfig.json")
    .sort()
    .map((project) => ({
      name: `types of ${project}`,
      remedy: "Correct the types; `any` and casts hide the fault instead.",
      args: ["node_modules/typescript/bin/tsc", "--project", project, "--incremental", "false"],
    }));
  return [
    {
      name: "style and lint",
      remedy: "`npm run fix` puts most of it right.",
      args: ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", ...(fix ? ["--write"] : []), "."],
    },
    ...typeSteps,
    {
      name: "import rules",
      remedy: "Each rule's comment in .dependency-cruiser.mjs says what to do instead.",
      args: [
        "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
        ...["--config", ".dependency-cruiser.mjs", "--output-type", "err-long"],
        ...CRUISED.filter((folder) => existsSync(folder)),
      ],
    },
    {
      name: "unused files, exports and dependencies",
      remedy: "Delete what nothing uses; list an entry point in knip.json.",
      args: ["node_modules/knip/bin/knip.js", "--no-config-hints"],
    },
  ];
}

/** Runs a step and returns what it printed if it failed, null if it passed. */
async function runStep({ args }: Step): Promise<string | null> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return code === 0 ? null : output.trim();
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { fix: { type: "boolean", default: false } } });
  let failed = 0;
  for (const step of planSteps(values.fix)) {
    const startMs = performance.now();
    const problem = await runStep(step);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(`${problem === null ? "✓" : "✗"} ${step.name} (${seconds} s)`);
    if (problem === null) continue;
    failed++;
    console.log(`\n${problem}\n\n  ${step.remedy}\n`);
  }
  console.log(failed === 0 ? "\nAll checks passed." : `\n${failed} checks failed.`);
  if (failed > 0) process.exitCode = 1;
}

await main();

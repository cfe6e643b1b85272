/** Breaks a whole milo, at random by a seed, and checks its promises; `--help` says how. */
import { waitForEnd } from "../../scripts/start/wait-for-end.ts";
import { type ChaosOptions, HELP, readOptions } from "./options.ts";
import { runChaos } from "./run-chaos.ts";
import { SETTLED_WITHIN_MS } from "./settle.ts";

const startedMs = performance.now();

function say(text: string): void {
  process.stderr.write(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(7)}  ${text}\n`);
}

async function main(options: ChaosOptions): Promise<number> {
  const interrupted = new AbortController();
  const ending = waitForEnd();
  void ending.first.then(() => {
    say("ending everything");
    interrupted.abort(new Error("Interrupted"));
  });
  void ending.second.then(() => process.exit(130)); // What runs dies with this process: see the lifeline.
  const { recipe } = options;
  const whole = await runChaos({
    ...options,
    settleWithinMs: recipe?.settleWithinMs ?? SETTLED_WITHIN_MS,
    plan: recipe?.plan,
    pace: recipe?.pace,
    keepLogs: options.keep,
    signal: interrupted.signal,
    say,
  });
  // A recipe waits for no rest: whatever is still under way then says nothing.
  const result =
    recipe === null ? whole : { ...whole, violations: whole.violations.filter(({ what }) => recipe.shows.test(what)) };
  const { seed, minutes, violations } = result;
  for (const { promise, what } of violations) say(`promise ${promise}: ${what}`);
  say(`seed ${seed}: ${violations.length} violations`);
  if (violations.length > 0) say(`again: npm run chaos -- --seed ${seed} --minutes ${minutes}`);
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else for (const [name, count] of Object.entries(result.faults)) process.stdout.write(`${count}\t${name}\n`);
  return violations.length === 0 ? 0 : 1;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${HELP}\n`);
  else process.exitCode = await main(options);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
process.exit();

import { HELP, readArguments, type SimArguments } from "./arguments.ts";
import { prepareDatabase } from "./engine/database.ts";
import { openServer, withDatabase } from "./engine/own-database.ts";
import { type SimulationResult, simulate } from "./simulate.ts";

const PROGRESS_EVERY_MS = 2_000;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function printProgress(seed: number, steps: number): (step: number) => void {
  const startedMs = Date.now();
  let toldMs = startedMs;
  return (step) => {
    const nowMs = Date.now();
    if (nowMs - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = nowMs;
    say(`seed ${seed}: ${step} of ${steps} steps, ${Math.round((step * 1_000) / (nowMs - startedMs))} per second`);
  };
}

async function runSeed(adminUrl: string, seed: number, steps: number): Promise<SimulationResult> {
  return withDatabase(adminUrl, `milo_sim_${process.pid}_${seed}`, async (url) => {
    await prepareDatabase(url);
    return simulate({ url, seed, steps, onProgress: printProgress(seed, steps) });
  });
}

function tellResult(result: SimulationResult): void {
  const { seed, steps, violations, story, contention, counts } = result;
  if (violations.length > 0) {
    say(
      `\n${story}\n\nSeed ${seed} broke a promise at step ${steps}. Replay: npm run sim -- --seed ${seed} --steps ${steps}`,
    );
    return;
  }
  const contended = [...contention].map(([code, times]) => `, ${code} ${times} times`).join("");
  const about = `${counts.bots} bots, ${counts.attempts} attempts, ${counts.claims} claims, ${counts.lateStarts} late starts, ${counts.replacements} replacements, ${counts.orphans} orphans${contended}`;
  say(`seed ${seed}: ${steps} steps, 0 violations (${about})`);
}

async function main({ seed, steps, seeds, json }: SimArguments): Promise<number> {
  const server = await openServer(process.env.DATABASE_URL);
  const total = { seed, steps: 0, violations: 0 };
  try {
    for (let next = seed; next < seed + seeds && total.violations === 0; next++) {
      const result = await runSeed(server.adminUrl, next, steps);
      tellResult(result);
      total.steps += result.steps;
      total.violations += result.violations.length;
      if (result.violations.length > 0) total.seed = next;
    }
  } finally {
    await server.stop();
  }
  const { violations } = total;
  process.stdout.write(json ? `${JSON.stringify(total)}\n` : `${total.steps} steps, ${violations} violations\n`);
  return violations === 0 ? 0 : 1;
}

function readOrExit(): SimArguments {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
}

const given = readOrExit();
if (given.help) process.stdout.write(`${HELP}\n`);
else process.exitCode = await main(given);

import { setTimeout as delay } from "node:timers/promises";
import { createTestApi } from "../../e2e/testing/stack/milo-api.ts";
import type { Timeline } from "./record/witness.ts";
import type { Stack } from "./stack/stack.ts";

const PLATFORMS = ["k8s", "aws", "coolify"] as const;
/**
 * The longest way to an end: a wait (48 s), a start (25 s), the longest run (60 s) and leave (24 s), then a container that
 * is silent (36 s) and unreachable (10 s), and two listings a minute apart for what nobody owns.
 */
export const SETTLED_WITHIN_MS = 330_000;
const LOOK_EVERY_MS = 500;
/** At rest for longer than an orphan's second listing takes to show it. */
const STILL_FOR_MS = 3_000;

/** Puts everything right that may still be wrong, and waits until all is at rest; then or at the end of its patience. */
export async function settle(
  stack: Stack,
  { settleWithinMs, signal, say }: { settleWithinMs: number; signal: AbortSignal; say(text: string): void },
): Promise<void> {
  for (const link of stack.allLinks) {
    link.setTrigger(null);
    link.heal();
  }
  for (const { process } of [...stack.dispatchers, ...stack.webs]) {
    process.thaw();
    stack.places.setClock(process.name, 0);
  }
  for (const platform of PLATFORMS) await stack.emulators[platform].recover();
  const endMs = performance.now() + settleWithinMs;
  let toldMs = performance.now();
  let stillSinceMs: number | null = null;
  while (performance.now() < endMs && !signal.aborted) {
    const left = await readLeft(stack).catch(() => null);
    if (left !== null && left.total === 0) {
      stillSinceMs ??= performance.now();
      if (performance.now() - stillSinceMs > STILL_FOR_MS) return;
    } else stillSinceMs = null;
    if (performance.now() - toldMs > 10_000) {
      toldMs = performance.now();
      say(`settling: ${left === null ? "the database does not answer" : left.sentence}`);
    }
    await confirmMassStops(stack);
    await delay(LOOK_EVERY_MS);
  }
}

async function readLeft(stack: Stack): Promise<{ total: number; sentence: string }> {
  const [row] = await stack.postgres.sql<{ bots: number; slots: number }[]>`SELECT
    (SELECT count(*)::int FROM bots WHERE status NOT IN ('DONE', 'FATAL', 'CANCELLED')) AS bots,
    (SELECT count(*)::int FROM deployments WHERE phase <> 'ENDED') AS slots`;
  let containers = 0;
  for (const platform of PLATFORMS) {
    const { intervals } = (await stack.emulators[platform].timeline()) as Timeline;
    containers += intervals.filter((one) => one.end === null).length;
  }
  const { bots = 0, slots = 0 } = row ?? {};
  const kept = (await stack.left()).length;
  const held = stack.allLinks.reduce((sum, link) => sum + link.held(), 0);
  const sentence = `${bots} bots, ${slots} slots, ${containers} containers, ${kept} kept for nothing, ${held} requests left`;
  return { total: bots + slots + containers + kept + held, sentence };
}

/** What an operator does who has looked: without it a held sweep goes on by itself after five minutes. */
async function confirmMassStops(stack: Stack): Promise<void> {
  const api = createTestApi(stack.apiUrl, undefined);
  try {
    const platforms =
      await api.query<{ platform: string; massStop: { confirmedUntil: unknown } | null }[]>(
        "infrastructure.getPlatforms",
      );
    for (const { platform, massStop } of platforms) {
      if (massStop === null || massStop.confirmedUntil !== null) continue;
      await api.mutate("infrastructure.confirmMassStop", { platform, reason: "chaos is over" });
    }
  } catch {
    // Web is still coming up.
  }
}

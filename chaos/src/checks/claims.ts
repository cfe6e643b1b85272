import type { Records, Violation } from "../record/records.ts";

/** Of one bot no two processes were past their claim at once, by what bots were told and what platforms ran. */
export function checkClaims({ claims, runs, slots }: Records): Violation[] {
  const botOf = new Map(slots.map((slot) => [slot.launchKey, slot.botId]));
  const lives: { botId: number; launchKey: string; bootId: string; fromMs: number; toMs: number }[] = [];
  const told = new Map<string, number>();
  for (const { launchKey, bootId, atMs } of claims) {
    const who = `${launchKey} ${bootId}`;
    if (told.has(who)) continue; // Asked again because its answer was lost.
    told.set(who, atMs);
    const botId = botOf.get(launchKey);
    // A claim is made by a process that runs: the last one that had started by then.
    const run = runs.filter((one) => one.launchKey === launchKey && one.startMs <= atMs).at(-1);
    if (botId == null || run === undefined) continue;
    lives.push({ botId, launchKey, bootId, fromMs: atMs, toMs: run.endMs ?? Number.POSITIVE_INFINITY });
  }
  const found: Violation[] = [];
  for (const [botId, own] of Map.groupBy(lives, (life) => life.botId)) {
    const ordered = own.toSorted((a, b) => a.fromMs - b.fromMs);
    ordered.forEach((life, index) => {
      const other = ordered.slice(0, index).find((one) => one.toMs > life.fromMs);
      if (other === undefined) return;
      const what = `${life.launchKey} claimed for bot ${botId} while ${other.launchKey} was still past its claim`;
      found.push({ promise: 2, what });
    });
  }
  return found;
}

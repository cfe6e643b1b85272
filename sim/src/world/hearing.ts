import type { Sql } from "@milo/milo/server/database/client.ts";
import { stampWeb } from "@milo/milo/server/database/repositories/outage.ts";
import type { Clock } from "../engine/clock.ts";

/** Whether milo's web process is there to hear bots, and what it missed. All moments are the database's. */
export type Hearing = {
  isUp(): boolean;
  goDown(ms: number): void;
  /** Is there again, and says so. */
  comeUp(): Promise<void>;
  /** Says that it hears bots, when it does and has not said so lately. */
  stamp(): Promise<void>;
  /** For how long since then bots could be heard, at most; milliseconds. */
  heardSinceMs(sinceMs: number): number;
  /** How much of the time since then may count for nobody's silence, at most; milliseconds. */
  unheardSinceMs(sinceMs: number): number;
};

/** Twice the usual: a third of what may lie between two stamps is more than the longest stride of time. */
const STAMP_EVERY_MS = 10_000;
const FRESH_MS = 3 * STAMP_EVERY_MS;
const PAUSE_MS = 5_000;
/** Two heartbeats after an outage count for no silence either. */
const GRACE_MS = 20_000;

export function createHearing(sql: Sql, clock: Clock): Hearing {
  const outages: { fromMs: number; toMs: number }[] = [];
  let downUntilMs = 0;
  let stampedMs = Number.NEGATIVE_INFINITY;
  let heardUntilMs = Number.NaN;

  async function stampNow(): Promise<void> {
    const nowMs = clock.databaseMs();
    if (nowMs - heardUntilMs > FRESH_MS) outages.push({ fromMs: heardUntilMs, toMs: nowMs });
    heardUntilMs = Number.isNaN(heardUntilMs) ? nowMs : Math.max(heardUntilMs, nowMs);
    stampedMs = clock.nowMs();
    await stampWeb(sql, { id: "web", everyMs: STAMP_EVERY_MS });
  }

  function missedMs(sinceMs: number, graceMs: number): number {
    const ms = outages.map((o) => Math.min(o.toMs + graceMs, heardUntilMs) - Math.max(o.fromMs, sinceMs));
    return ms.reduce((sum, one) => sum + Math.max(0, one), 0);
  }

  const isUp = () => downUntilMs <= clock.nowMs();
  return {
    isUp,
    goDown(ms) {
      downUntilMs = clock.nowMs() + ms;
    },
    comeUp() {
      downUntilMs = 0;
      return stampNow();
    },
    async stamp() {
      if (isUp() && clock.nowMs() - stampedMs >= PAUSE_MS) await stampNow();
    },
    heardSinceMs: (sinceMs) => Math.min(clock.databaseMs(), heardUntilMs) - sinceMs - missedMs(sinceMs, 0),
    unheardSinceMs: (sinceMs) => missedMs(sinceMs, GRACE_MS),
  };
}

import { CONFIRMED_FOR_S } from "#server/database/repositories/mass-stop.ts";

/**
 * A sweep that would end this many of a platform's bots or more, and more than half of them, is not believed at once: a
 * listing that lies (another account, a changed label, an older dump of our own database) looks just like that.
 */
const LEAST_SUSPECTS = 5;
/** For so long every listing must be clean and all that would be ended silent, before it is believed after all. */
const AGREE_MS = 300_000;
/** Listings further apart than this do not go together: nobody looked in between. */
const LISTINGS_APART_MS = 60_000;

/**
 * An operator's word lasts as long beyond a listing, which may have begun a while before it was given. One that lasts longer
 * was given before the database's clock was set back: it is not known when.
 */
const MOST_CONFIRMED_MS = CONFIRMED_FOR_S * 1_000 + LISTINGS_APART_MS;

/** A mass stop as all replicas know it. */
export type MassStop = {
  sinceMs: number;
  /** Between these two moments every listing agreed with the silence of all that would be ended; null = none did. */
  agreedSinceMs: number | null;
  agreedUntilMs: number | null;
  /** Until then an operator's word lets it go on. */
  confirmedUntilMs: number | null;
};

/** What one clean listing would end. */
export type Suspects = {
  /** Bots that should be listed, and workloads that are listed, may run and are owned by no attempt. */
  total: number;
  /** Of these: not listed. */
  missing: number;
  /** Of these: owned by no attempt. */
  orphans: number;
  /** Nothing is heard of any of them. */
  silent: boolean;
};

export type Guard =
  | { kind: "clear" }
  /** `goesOn`: why the sweep may go on after all; null = it may not. `news`: what the sweep before did not know. */
  | { kind: "mass_stop"; state: MassStop; goesOn: "agreed" | "confirmed" | null; news: "begins" | "agreed" | null };

/**
 * Whether what one clean listing would end may be ended. Once held it stays held until fewer than the least are left:
 * bots that start meanwhile must not make the rest a minority. What a platform positively ended is a fact, not a
 * conclusion, and never counted. Pure.
 */
export function guardMassStop(known: MassStop | null, suspects: Suspects, listedAtMs: number): Guard {
  const count = suspects.missing + suspects.orphans;
  if (count < LEAST_SUSPECTS) return { kind: "clear" };
  if (known === null && count * 2 <= suspects.total) return { kind: "clear" };
  const before = known ?? { sinceMs: listedAtMs, agreedSinceMs: null, agreedUntilMs: null, confirmedUntilMs: null };
  const state = { ...before, ...agree(before, suspects.silent, listedAtMs) };
  const goesOn = mayGoOn(state, listedAtMs);
  const isNewlyAgreed = goesOn === "agreed" && !hasAgreed(before, before.agreedUntilMs ?? 0);
  return { kind: "mass_stop", state, goesOn, news: known === null ? "begins" : isNewlyAgreed ? "agreed" : null };
}

function agree(before: MassStop, silent: boolean, listedAtMs: number) {
  if (!silent) return { agreedSinceMs: null, agreedUntilMs: null };
  const { agreedSinceMs, agreedUntilMs } = before;
  // Later than this one by as much: the database's clock was set back in between.
  const goesOn = agreedUntilMs !== null && Math.abs(listedAtMs - agreedUntilMs) <= LISTINGS_APART_MS;
  return { agreedSinceMs: goesOn ? agreedSinceMs : listedAtMs, agreedUntilMs: listedAtMs };
}

function mayGoOn(state: MassStop, listedAtMs: number): "agreed" | "confirmed" | null {
  const leftMs = (state.confirmedUntilMs ?? listedAtMs) - listedAtMs;
  if (leftMs > 0 && leftMs <= MOST_CONFIRMED_MS) return "confirmed";
  return hasAgreed(state, listedAtMs) ? "agreed" : null;
}

function hasAgreed({ agreedSinceMs }: MassStop, atMs: number): boolean {
  return agreedSinceMs !== null && atMs - agreedSinceMs >= AGREE_MS;
}

import { backoffMs } from "./backoff.ts";
import { formatDuration } from "./duration-words.ts";
import type { FailureClass } from "./failure-class.ts";

/**
 * `closed` takes bots. `open` takes none. `half_open` takes one, its trial. `ramping` takes ever more at a time.
 */
export const BREAKER_STATES = ["closed", "open", "half_open", "ramping"] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** One platform's circuit breaker. Times are milliseconds since the epoch, as the database reads them. */
export type Breaker = {
  state: BreakerState;
  /** When it came into this state; in `half_open` since when its trial may have begun. */
  sinceMs: number;
  /** Why it opened last; null when closed. */
  reason: string | null;
  /** While open: the earliest it may be tried again. */
  openUntilMs: number | null;
  /** Failures in a row that speak against the platform, no bot having started since the first of them. */
  failures: number;
  failuresSinceMs: number | null;
  /** Times it has opened since it was last closed: each makes it stay open for longer. */
  openings: number;
};

export type BreakerInput =
  /** A launch was accepted and started, or given up. */
  | {
      kind: "launch";
      outcome: "started" | FailureClass;
      reason: string;
      /** Whether it was given its slot in the breaker's present state: an older one says nothing of a recovery. */
      current: boolean;
    }
  /** The trial came to nothing that says anything of the platform: its bot was stopped, say. */
  | { kind: "trial_void" }
  /** The trial has had no answer for TRIAL_DEADLINE_MS. */
  | { kind: "trial_overdue" }
  /** The platform was asked how it is, and has given this answer for so long. */
  | { kind: "probe"; good: boolean; forMs: number; reason: string };

/** Failures in a row that open it: one may be a blip and two a coincidence; each costs a bot up to a launch resolve. */
export const OPENING_FAILURES = 3;
/** As above while ramping: it has just failed, so one may be a straggler and the second is the same trouble again. */
export const REOPENING_FAILURES = 2;
/** Failures further apart than this are no run: a platform that is down fails every bot it is given. */
export const FAILURE_WINDOW_MS = 300_000;
/** Bad answers to the probe for this long open it: three probes at the default interval of 15 s. */
export const BAD_PROBES_MS = 30_000;
/**
 * Good answers for this long before it is tried: three probes at the default interval. As long as what opens it, so
 * that a platform which answers every other time does not flap.
 */
export const GOOD_PROBES_MS = 30_000;
/** How long it stays open at first and at most. A restart of a control plane takes under a minute. */
export const OPEN_BASE_MS = 30_000;
export const OPEN_CAP_MS = 600_000;
/** As above for wrong settings or credentials: only a person can mend those, and the alarm has called one. */
export const MISCONFIGURED_BASE_MS = 300_000;
export const MISCONFIGURED_CAP_MS = 1_800_000;
/** For a trial to be accepted: three times the 20 s after which a launch of unknown outcome is given up. */
export const TRIAL_DEADLINE_MS = 60_000;
/** While ramping, launches at one time double this often, from one. */
export const RAMP_STEP_MS = 10_000;
/** Ramping for this long without trouble closes it: by then 64 launches at a time were allowed, more than any default. */
export const RAMP_MS = 60_000;

/** The class whose failures mean that the platform does not work, and whether they alone open it at once. */
export function breakerWeight(outcome: FailureClass | "started"): "none" | "counts" | "opens" {
  if (outcome === "config" || outcome === "auth") return "opens";
  return outcome === "unavailable" || outcome === "unknown" ? "counts" : "none";
}

/**
 * What becomes of a breaker; the very same object when nothing changes, so that nothing need be written. `random` in
 * [0, 1) spreads how long it stays open. Pure: the caller stores the answer.
 */
export function stepBreaker(breaker: Breaker, input: BreakerInput, nowMs: number, random: number): Breaker {
  switch (input.kind) {
    case "launch":
      return input.outcome === "started"
        ? afterStart(breaker, input.current, nowMs)
        : afterFailure(breaker, { ...input, outcome: input.outcome }, nowMs, random);
    case "trial_void":
      return breaker.state === "half_open" ? tryAnew(breaker, nowMs) : breaker;
    case "trial_overdue": {
      const reason = `Its trial was not accepted within ${formatDuration(TRIAL_DEADLINE_MS)}`;
      return breaker.state === "half_open" ? open(breaker, { reason, misconfigured: false }, nowMs, random) : breaker;
    }
    case "probe":
      return afterProbe(breaker, input, nowMs, random);
  }
}

/** How many launches a ramping platform may have under way, its own limit aside. */
export function rampPermits(rampingForMs: number): number {
  return 2 ** Math.min(20, Math.floor(Math.max(0, rampingForMs) / RAMP_STEP_MS));
}

function afterStart(breaker: Breaker, current: boolean, nowMs: number): Breaker {
  switch (breaker.state) {
    case "open":
      return breaker;
    case "half_open":
      return current ? { ...forgetFailures(breaker), state: "ramping", sinceMs: nowMs, openUntilMs: null } : breaker;
    case "ramping":
      return closeWhenDue(current ? forgetFailures(breaker) : breaker, nowMs);
    case "closed":
      return forgetFailures(breaker);
  }
}

function afterFailure(
  breaker: Breaker,
  failure: { outcome: FailureClass; reason: string; current: boolean },
  nowMs: number,
  random: number,
): Breaker {
  if (breaker.state === "open" || (breaker.state !== "closed" && !failure.current)) return breaker;
  const weight = breakerWeight(failure.outcome);
  const cause = { reason: failure.reason, misconfigured: weight === "opens" };
  if (weight === "opens") return open(breaker, cause, nowMs, random);
  if (breaker.state === "half_open") {
    if (weight === "counts") return open(breaker, cause, nowMs, random);
    // Being full is an answer, and its own back-off deals with it; anything else leaves the question open.
    return failure.outcome === "capacity" ? afterStart(breaker, true, nowMs) : tryAnew(breaker, nowMs);
  }
  if (weight === "none") return breaker;
  const sinceMs = breaker.failuresSinceMs;
  const goesOn = sinceMs !== null && nowMs - sinceMs < FAILURE_WINDOW_MS;
  const failures = goesOn ? breaker.failures + 1 : 1;
  const enough = breaker.state === "ramping" ? REOPENING_FAILURES : OPENING_FAILURES;
  if (failures >= enough) return open(breaker, cause, nowMs, random);
  return { ...breaker, failures, failuresSinceMs: goesOn ? sinceMs : nowMs };
}

/** Half-open as it was, with the whole of the deadline for another trial. */
function tryAnew(breaker: Breaker, nowMs: number): Breaker {
  return breaker.sinceMs === nowMs ? breaker : { ...breaker, sinceMs: nowMs };
}

function afterProbe(
  breaker: Breaker,
  probe: { good: boolean; forMs: number; reason: string },
  nowMs: number,
  random: number,
): Breaker {
  if (!probe.good) {
    if (breaker.state === "open" || probe.forMs < BAD_PROBES_MS) return breaker;
    return open(breaker, { reason: probe.reason, misconfigured: false }, nowMs, random);
  }
  if (breaker.state === "ramping") return closeWhenDue(breaker, nowMs);
  const due = breaker.state === "open" && nowMs >= (breaker.openUntilMs ?? nowMs);
  return due && probe.forMs >= GOOD_PROBES_MS ? { ...breaker, state: "half_open", sinceMs: nowMs } : breaker;
}

function open(
  breaker: Breaker,
  cause: { reason: string; misconfigured: boolean },
  nowMs: number,
  random: number,
): Breaker {
  const openings = breaker.openings + 1;
  const [baseMs, capMs] = cause.misconfigured
    ? [MISCONFIGURED_BASE_MS, MISCONFIGURED_CAP_MS]
    : [OPEN_BASE_MS, OPEN_CAP_MS];
  const openUntilMs = nowMs + backoffMs(openings, { baseMs, capMs, random });
  const { reason } = cause;
  return { state: "open", sinceMs: nowMs, reason, openUntilMs, failures: 0, failuresSinceMs: null, openings };
}

function closeWhenDue(breaker: Breaker, nowMs: number): Breaker {
  if (nowMs - breaker.sinceMs < RAMP_MS || breaker.failures > 0) return breaker;
  return { ...breaker, state: "closed", sinceMs: nowMs, reason: null, openUntilMs: null, openings: 0 };
}

function forgetFailures(breaker: Breaker): Breaker {
  return breaker.failures === 0 ? breaker : { ...breaker, failures: 0, failuresSinceMs: null };
}

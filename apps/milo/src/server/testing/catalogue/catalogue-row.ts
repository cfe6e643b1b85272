import type { BotStatus, BreakerState, DeploymentPhase, DeploymentPlatform, FailureClass } from "@milo/placement";

/** A number of something: exactly so many, or at least. */
export type Count = number | { atLeast: number };

/** What is expected of one attempt; what is not named may be anything. */
export type AttemptExpectation = {
  platform: DeploymentPlatform;
  phase: DeploymentPhase;
  outcome?: "completed" | "failed" | "cancelled" | "lost" | "never_launched";
  failureClass?: FailureClass | null;
  /** Within its reason: the platform's own words. */
  reason?: RegExp;
  /** Requests it was changed to after the first (Spot → on-demand). */
  requestNo?: number;
};

/** How long a platform is barred for an entry. */
export type BarLength = "for_a_while" | "until_global" | "until_over";

/** What milo is to have done: facts of the database, and of what the platform's emulator saw and ran. */
export type Expectation = {
  /** Every attempt of the bot, in order: no more, no fewer. */
  attempts: readonly AttemptExpectation[];
  bot: { status: BotStatus; code?: string; on?: DeploymentPlatform | null };
  entry: {
    status: "WAITING" | "PROCESSING" | "DISPATCHED" | "EXPIRED" | "CANCELLED";
    stage: DeploymentPlatform | "global";
    /** As `k8s until_global`; no others. */
    bars: readonly `${DeploymentPlatform} ${BarLength}`[];
  };
  /** The failing platform. */
  platform: {
    breaker: BreakerState;
    /** Failures in a row counted on it; 0 unless given. */
    failures?: number;
    /** Whether it backs off by itself after calling itself full; false unless given. */
    backsOff?: boolean;
    /** What its last probe said; anything unless given. */
    healthy?: boolean;
    /** Slots held on it. */
    used: number;
    /** Alarms in the log; none unless given. */
    alarms?: readonly string[];
  };
  witness: {
    /** Requests that reached the failing platform (since the fault struck a running bot), by the emulator's operation. */
    requests?: Readonly<Record<string, Count>>;
    /** Processes of the bot that the failing platform ever started, and those that still run. */
    started: Count;
    running: number;
    /** Processes of the bot that the healthy platform runs now; 0 unless given. */
    runningElsewhere?: number;
  };
};

/** Anything else a row may need of its world. */
export type WorldOptions = {
  /** Bots asked for at once; 1 unless given. All but the first only add to what the platform suffers. */
  bots?: number;
  /** Real bots that claim and report, instead of processes that sleep. `script` is the meeting's course. */
  script?: string;
  /** The healthy platform fails as well: a rule for its emulator's control endpoint `faults`. */
  alsoOnHealthy?: object;
  useSpot?: boolean;
  /** How long a bot may stay; five minutes unless given. */
  maxDurationMs?: number;
  /** Requests that fail, where the fault itself does not say; all unless given. */
  times?: number;
  /** After which a request is given up that is not answered. */
  requestMs?: number;
  /** Silence after which nothing is expected any more of an attempt that nobody lists. */
  silentAfterMs?: number;
  /** Silence after which a watch of the cluster counts as dead. */
  watchSilenceMs?: number;
  deploymentStuckMs?: number;
  /** How often Coolify looks at its containers; on a real one far less often than milo asks it. */
  statusLagMs?: number;
  /** Old enough that Coolify's actions are GET, for instance. */
  coolifyVersion?: string;
};

/**
 * One failure of the catalogue (its rows are numbered), provoked over HTTP by the emulator's fault of that name, and
 * what milo is to make of it. Plain data: tests are run and `docs/failure-modes.md` is printed from it.
 */
export type CatalogueRow = {
  row: number;
  platform: DeploymentPlatform;
  /** The emulator's own name of it, which bears the row's number. */
  fault: string;
  /** What goes wrong, as an operator would say it. */
  failure: string;
  /** Milo's name for it; null where it is no failure at all. */
  class: FailureClass | null;
  /** What milo does, in a sentence. */
  reaction: string;
  options?: WorldOptions;
  /**
   * When the fault strikes: before the bot is asked for (the default), once it is in its call or has been told to leave,
   * or once it has started and somebody then asks for its stop.
   */
  strikes?: "at_launch" | "in_call" | "leaving" | "at_stop";
  expect: Expectation;
  /** What is so once the platform behaves again. */
  afterwards?: Expectation;
};

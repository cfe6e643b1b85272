import type { DeploymentPlatform } from "@milo/placement";
import type { AcceptedBot } from "../load/callers.ts";
import type { ClaimSeen } from "../stack/links.ts";
import type { Shift } from "./database-clock.ts";
import type { Span } from "./spans.ts";
import type { Run } from "./witness.ts";

/** The last state of a bot; times of its deadlines by the database's clock, of its end by the machine's. */
export type BotRecord = {
  id: number;
  name: string;
  status: string;
  code: string | null;
  reason: string | null;
  /** Null when it is not final; the first time when it was more than once. */
  finalMs: number | null;
  /** How often it became final: once. */
  finals: number;
};

export type EntryRecord = { id: number; botId: number; status: string; timeoutMs: number };

export type AttemptRecord = {
  id: number;
  botId: number | null;
  entryId: number | null;
  platform: DeploymentPlatform;
  launchKey: string;
  phase: string;
  reservedMs: number;
  claimedMs: number | null;
  startByMs: number;
  runUntilMs: number | null;
  leaveByMs: number | null;
  stoppingMs: number | null;
  endedMs: number | null;
  /** Why it ended. */
  reason: string | null;
};

/** A slot as it was taken and came back; machine time. */
export type SlotRecord = {
  platform: DeploymentPlatform;
  launchKey: string;
  /** Null for what was found, not given. */
  botId: number | null;
  /** In force when it was given. */
  limit: number;
  takenMs: number;
  freedMs: number | null;
  /** What spoke against giving anything there, under the platform's lock. */
  closed: string | null;
  /** The half-open breaker, by its version, whose trial it is. */
  trial: number | null;
  /** By so much its bot's wait was over, by the clock that milo read; null for what was found. */
  pastWaitMs: number | null;
};

/** Something of an attempt that milo never does, as the database noted it. */
export type BreakRecord = { launchKey: string; what: string };

export type LimitRecord = { platform: DeploymentPlatform; limit: number; atMs: number };

/** Everything the checks judge. */
export type Records = {
  accepted: readonly AcceptedBot[];
  bots: readonly BotRecord[];
  entries: readonly EntryRecord[];
  attempts: readonly AttemptRecord[];
  slots: readonly SlotRecord[];
  limits: readonly LimitRecord[];
  breaks: readonly BreakRecord[];
  runs: readonly Run[];
  claims: readonly ClaimSeen[];
  shifts: readonly Shift[];
  /** No database, or no dispatcher up that reaches it. */
  noDispatcher: readonly Span[];
  /** No web replica up that bots reach and that reaches the database. */
  noWeb: readonly Span[];
  /** No web replica up that reaches the database: milo knows that it hears nobody. */
  noStamp: readonly Span[];
  /** What platforms keep of ours besides containers. */
  left: readonly { platform: DeploymentPlatform; name: string }[];
  tables: readonly { name: string; rows: number; most: number }[];
  /** What the API says beside what the database says. */
  shown: readonly { what: string; api: unknown; database: unknown }[];
};

/** A promise of docs/architecture.md that did not hold. */
export type Violation = { promise: 1 | 2 | 3 | 4 | 5; what: string };

import type { BotStatus, DeploymentPhase, DeploymentPlatform, Stage } from "@milo/placement";

/** What milo's database says of one bot. Times are milliseconds since the epoch. */
export type BotFacts = {
  id: number;
  name: string;
  status: BotStatus;
  statusCode: string | null;
  statusReason: string | null;
  stopRequestedAtMs: number | null;
  finishedAtMs: number | null;
  /** Its newest queue entry. */
  entry: { status: string; stage: Stage; queuedAtMs: number; timeoutAtMs: number } | null;
  /** Its attempts, first to last. */
  deployments: readonly DeploymentFacts[];
};

export type DeploymentFacts = {
  platform: DeploymentPlatform;
  attempt: number;
  phase: DeploymentPhase;
  outcome: string | null;
  failureClass: string | null;
  reason: string | null;
  slotNo: number | null;
  reservedAtMs: number;
  claimedAtMs: number | null;
  endedAtMs: number | null;
};

/** One container process, as the emulated platform that ran it saw it. */
export type Run = {
  platform: DeploymentPlatform;
  botId: number;
  attempt: number;
  startMs: number;
  endMs: number | null;
  /** `code 0`, or the signal that ended it; null while it runs. */
  exit: string | null;
  /** When the platform was told to stop it before it had ended; null if never. */
  toldToStopAtMs: number | null;
};

/** Both witnesses of a day: milo's database, and what the emulated platforms ran. */
export type DayRecord = {
  bots: ReadonlyMap<number, BotFacts>;
  /** In the order of their starts on each platform. */
  runs: readonly Run[];
  /** The most container processes each platform ran at once. */
  mostAtOnce: Readonly<Record<DeploymentPlatform, number>>;
  /** Bots waiting in the queue now. */
  waiting: number;
};

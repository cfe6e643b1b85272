import type { DeploymentPlatform } from "@milo/placement";

/** The most bots each platform holds in the demo: few enough for two cores, enough to see each fill up. */
export const LIMITS: Readonly<Record<DeploymentPlatform, number>> = { k8s: 3, aws: 2, coolify: 1 };

/** Every platform, first choice first. */
export const PRIORITY_ORDER: readonly DeploymentPlatform[] = ["k8s", "aws", "coolify"];

/** The pace of a day, in milliseconds unless a name says otherwise. */
export type Timings = {
  /** How long a bot waits for each platform before the next is tried as well. */
  queueTimeoutMs: Readonly<Record<DeploymentPlatform, number>>;
  globalQueueTimeoutMs: number;
  /** Between two arrivals. */
  arrivalGapMs: number;
  /** A call that is over soon. */
  shortCallMs: number;
  /** A call whose end a waiting bot waits for: shorter than the wait for the first platform. */
  endingCallMs: number;
  /** The whole wait of the bot that is to give up. */
  impatientMs: number;
  /** The whole wait of bots that are to be offered every platform quickly. */
  hurriedMs: number;
  /** The whole wait of bots that are to wait for any platform and then still have time. */
  drainWaitMs: number;
  /** A pause for people to read. */
  pauseMs: number;
  /** The longest any single step of the day may take. */
  stepLimitMs: number;
  /** How often platforms are listed. */
  platformListMs: number;
  /** What the emulated platforms take to bring a container up. */
  startUpMs: number;
  /** How late Coolify notices what its containers do; a minute or two in real life. */
  coolifyLagMs: number;
};

/** As fast as it goes: the end of a wait, not the wait, is what has to be seen. */
export const FAST: Timings = {
  queueTimeoutMs: { k8s: 12_000, aws: 3_000, coolify: 3_000 },
  globalQueueTimeoutMs: 90_000,
  arrivalGapMs: 50,
  shortCallMs: 1_000,
  endingCallMs: 3_000,
  impatientMs: 2_000,
  hurriedMs: 8_000,
  drainWaitMs: 50_000,
  pauseMs: 0,
  stepLimitMs: 45_000,
  platformListMs: 1_000,
  startUpMs: 50,
  coolifyLagMs: 4_000,
};

/** Slow enough to follow by eye, in the terminal and in the console. */
export const WATCHABLE: Timings = {
  queueTimeoutMs: { k8s: 24_000, aws: 8_000, coolify: 8_000 },
  globalQueueTimeoutMs: 120_000,
  arrivalGapMs: 900,
  shortCallMs: 4_000,
  endingCallMs: 8_000,
  impatientMs: 6_000,
  hurriedMs: 16_000,
  drainWaitMs: 80_000,
  pauseMs: 6_000,
  stepLimitMs: 120_000,
  platformListMs: 1_000,
  startUpMs: 400,
  coolifyLagMs: 8_000,
};
